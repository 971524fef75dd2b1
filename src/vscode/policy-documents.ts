import * as vscode from 'vscode';
import type { Disposable } from '../disposable.js';
import { visibleLine } from '../visible.js';

const scheme = 'axon-decision';
/** Pages that are kept for the editor to show; one that is older says so. */
const mostKept = 20;

/** Read-only pages of plain text that tell why a call was decided as it was. */
export class DecisionDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  readonly #pages = new Map<string, string>();
  #count = 0;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#pages.get(uri.query) ?? 'This page is no longer kept. Run “Axon: Explain Decision…” again.';
  }

  async show(title: string, text: string): Promise<void> {
    const id = String(++this.#count);
    this.#pages.set(id, text);
    for (const oldest of this.#pages.keys()) if (this.#pages.size > mostKept) this.#pages.delete(oldest);
    const name = visibleLine(title).replaceAll(/[\\/]+/g, ' ').slice(0, 60).trim();
    // What the call is about comes first: a name that ended in `.md` or `.py` would be read, and its links followed, as that.
    const uri = vscode.Uri.from({ scheme, path: `/${name || 'Call'}: decision`, query: id });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#pages.clear();
  }
}
