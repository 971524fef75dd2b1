import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Disposable } from '../disposable.js';
import { Disposables, Emitter } from '../disposable.js';
import type { ToHost, ToPage } from '../protocol/chat.js';
import { toHostSchema } from '../protocol/chat.js';
import { pageHtml } from '../protocol/page-html.js';

/**
 * The chat page's place in the editor: it makes the page, checks every message that comes from it, and sends what the
 * host says. What the page is told lives in the host; a page that is hidden is dropped and made anew.
 */
export class ChatView implements vscode.WebviewViewProvider, Disposable {
  static readonly id = 'axon.chat';
  #view: vscode.WebviewView | undefined;
  readonly #messages = new Emitter<ToHost>();
  readonly #visibility = new Emitter<undefined>();
  readonly #disposables = new Disposables();

  constructor(private readonly extensionUri: vscode.Uri) {
    this.#disposables.add(vscode.window.registerWebviewViewProvider(ChatView.id, this));
  }

  get visible(): boolean {
    return this.#view?.visible ?? false;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    const pages = vscode.Uri.joinPath(this.extensionUri, 'dist', 'webview');
    view.webview.options = { enableScripts: true, enableCommandUris: false, enableForms: false, localResourceRoots: [pages] };
    const uriOf = (file: string): string => view.webview.asWebviewUri(vscode.Uri.joinPath(pages, file)).toString();
    this.#disposables.add(view.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)));
    this.#disposables.add(view.onDidChangeVisibility(() => this.#visibility.fire(undefined)));
    this.#disposables.add(
      view.onDidDispose(() => {
        if (this.#view === view) this.#view = undefined;
        this.#visibility.fire(undefined);
      }),
    );
    view.webview.html = pageHtml({
      nonce: randomBytes(24).toString('base64url'),
      cspSource: view.webview.cspSource,
      scriptUri: uriOf('chat.js'),
      styleUri: uriOf('chat.css'),
      title: 'Axon',
      showsPictures: true,
    });
    this.#visibility.fire(undefined);
  }

  /** Without effect while there is no page: the next one begins with a snapshot. */
  post(message: ToPage): void {
    void this.#view?.webview.postMessage(message);
  }

  /** The number on the view's icon; 0 for none. */
  setBadge(count: number): void {
    if (!this.#view) return;
    this.#view.badge = count > 0 ? { value: count, tooltip: count === 1 ? '1 request waits' : `${count} requests wait` } : undefined;
  }

  async reveal(): Promise<void> {
    await vscode.commands.executeCommand(`${ChatView.id}.focus`);
  }

  onMessage(listener: (message: ToHost) => void): Disposable {
    return this.#messages.on(listener);
  }

  onVisibilityChanged(listener: () => void): Disposable {
    return this.#visibility.on(listener);
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  /** What doesn't fit the protocol is dropped: no message of ours looks like that. */
  #receive(message: unknown): void {
    const parsed = toHostSchema.safeParse(message);
    if (parsed.success) this.#messages.fire(parsed.data);
  }
}
