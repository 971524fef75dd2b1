import * as vscode from 'vscode';
import type { Session } from '../agent/session.js';
import { messageOf } from '../errors.js';
import type { Results } from '../ports/results.js';
import { exactLine } from '../protocol/exact-text.js';
import type { ToPage } from '../protocol/chat.js';
import type { CallItem } from '../protocol/transcript.js';
import { visible } from '../visible.js';
import { clickToSave } from './click-to-save.js';

const scheme = 'axon-result';
type ResultFile = NonNullable<CallItem['results']>['files'][number];

/**
 * What the page may ask about a result: its bytes, to look at it in an editor, to save it. The page names a call and a
 * file; what there is, the session and the store know.
 */
export class ResultActions implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);

  constructor(private readonly results: Results) {}

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { session = '', run = '', name = '' } = JSON.parse(uri.query) as { session?: string; run?: string; name?: string };
    try {
      const { bytes } = await this.results.read(session, run, name);
      return visible(new TextDecoder().decode(bytes));
    } catch (error) {
      return messageOf(error);
    }
  }

  /** The answer for the page. Never rejects. */
  async bytes(session: Session, callId: string, name: string): Promise<ToPage> {
    const found = findResult(session, callId, name);
    try {
      if (!found) return { type: 'result', id: callId, name, problem: 'There is no such result.' };
      const { bytes } = await this.results.read(session.id, found.run, name);
      return { type: 'result', id: callId, name, bytes: new Uint8Array(bytes) };
    } catch (error) {
      return { type: 'result', id: callId, name, problem: messageOf(error) };
    }
  }

  /** A text in an editor of its own, read-only; every character that could not be seen is marked. */
  async open(session: Session, callId: string, name: string): Promise<void> {
    const found = findResult(session, callId, name);
    if (found?.file.kind !== 'text' && found?.file.kind !== 'table') return;
    const query = JSON.stringify({ session: session.id, run: found.run, name });
    const document = await vscode.workspace.openTextDocument(vscode.Uri.from({ scheme, path: `/${name.replace(/^\/+/, '')}`, query }));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  /** Asks where, and hands the call to the gate: the card asks whether. */
  async save(session: Session, callId: string, name: string): Promise<void> {
    const found = findResult(session, callId, name);
    if (!found) return;
    const path = await vscode.window.showInputBox({
      title: `Save ${exactLine(name)} into the workspace`, prompt: 'Path relative to the workspace folder', value: name,
      valueSelection: [0, name.length - (/\.[^./]*$/.exec(name)?.[0].length ?? 0)],
      validateInput: (value) => (value.trim() === '' ? 'Name a file.' : undefined),
    });
    if (path === undefined) return;
    const { text, tool, args } = clickToSave(found.run, name, path);
    session.perform(text, tool, args);
  }

  dispose(): void {
    this.#registration.dispose();
  }
}

function findResult(session: Session, callId: string, name: string): { readonly run: string; readonly file: ResultFile } | undefined {
  const results = session.call(callId)?.results;
  const file = results?.files.find((each) => each.name === name);
  return results && file && { run: results.run, file };
}
