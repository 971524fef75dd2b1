import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { Disposables, type Disposable } from '../disposable.js';
import { messageOf } from '../errors.js';
import { toHostSchema, type ToHost, type ToPage } from '../protocol/audit.js';
import { pageHtml } from '../protocol/page-html.js';
import type { AuditPageMemory } from './audit-page-memory.js';

/** The host's side of one page. */
export interface PageHost extends Disposable {
  receive(message: ToHost): Promise<void>;
}

/** Makes the host's side of a page; loaded with the first page. */
export type MakePageHost = (page: { readonly post: (message: ToPage) => void; readonly visible: () => boolean }) => Promise<PageHost>;

/**
 * The audit page's place in the editor: one tab, which comes back after the window is loaded anew. A page that is hidden
 * is dropped and made anew; what it showed is asked for again.
 */
export class AuditPanels implements vscode.WebviewPanelSerializer, Disposable {
  static readonly id = 'axon.audit';
  #panel: vscode.WebviewPanel | undefined;
  readonly #disposables = new Disposables();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly memory: AuditPageMemory,
    private readonly makeHost: MakePageHost,
  ) {
    this.#disposables.add(vscode.window.registerWebviewPanelSerializer(AuditPanels.id, this));
    this.#disposables.add({
      dispose: () => {
        this.#panel?.dispose();
      },
    });
  }

  open(): void {
    if (this.#panel) {
      this.#panel.reveal();
      return;
    }
    // A tab that was closed begins anew, with all of the log.
    this.memory.keep(undefined);
    this.#fill(vscode.window.createWebviewPanel(AuditPanels.id, 'Audit Log', vscode.ViewColumn.Active));
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    // A window that was told to open it before it came back has one already.
    if (this.#panel) panel.dispose();
    else this.#fill(panel);
    return Promise.resolve();
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #fill(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    const { webview } = panel;
    const pages = vscode.Uri.joinPath(this.extensionUri, 'dist', 'webview');
    webview.options = { enableScripts: true, enableCommandUris: false, enableForms: false, localResourceRoots: [pages] };
    panel.iconPath = new vscode.ThemeIcon('shield');
    const host = this.makeHost({ post: (message) => void webview.postMessage(message), visible: () => panel.visible });
    host.catch((error: unknown) => void vscode.window.showErrorMessage(`Axon: the audit page can't be shown: ${messageOf(error)}`));
    const listening = webview.onDidReceiveMessage(async (message: unknown) => {
      // What doesn't fit the protocol is dropped: no message of ours looks like that.
      const parsed = toHostSchema.safeParse(message);
      if (parsed.success) await (await host.catch(() => undefined))?.receive(parsed.data);
    });
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#panel = undefined;
      listening.dispose();
      void host.then((each) => each.dispose(), () => undefined);
    });
    const uriOf = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(pages, file)).toString();
    webview.html = pageHtml({
      nonce: randomBytes(24).toString('base64url'),
      cspSource: webview.cspSource,
      scriptUri: uriOf('audit.js'),
      styleUri: uriOf('audit.css'),
      title: 'Audit Log',
    });
  }
}
