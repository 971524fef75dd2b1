import * as vscode from 'vscode';
import type { Disposable } from '../disposable.js';
import type { ApprovalRequest, Approvals } from '../gate/approval.js';
import { changeOf } from '../tools/preview.js';
import { pickText, requestText } from './approval-text.js';

const scheme = 'axon-approval';

/** Read-only documents that show what a request is about: the file before and after, or the whole request with its exact arguments. */
export class ApprovalDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);

  constructor(private readonly approvals: Approvals) {}

  provideTextDocumentContent(uri: vscode.Uri): string {
    const [id, part] = uri.query.split('/');
    const request = this.approvals.pending.find((each) => each.id === id);
    if (!request) return 'This request was already answered or has ended.';
    const change = changeOf(request.preview);
    if (part === 'before') return change?.before ?? '';
    if (part === 'after') return change?.after ?? '';
    return requestText(request);
  }

  async showDiff(request: ApprovalRequest): Promise<void> {
    const change = changeOf(request.preview);
    if (!change) return this.showArguments(request);
    const title = `${pickText(change.path)} (${change.before === undefined ? 'new file' : 'proposed change'})`;
    await vscode.commands.executeCommand('vscode.diff', uriOf(request, 'before', change.path), uriOf(request, 'after', change.path), title, { preview: true });
  }

  async showArguments(request: ApprovalRequest): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uriOf(request, 'arguments', `${request.tool}.txt`));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.#registration.dispose();
  }
}

/** The path only gives the document its name and language. */
function uriOf(request: ApprovalRequest, part: string, path: string): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${path.replace(/^\/+/, '')}`, query: `${request.id}/${part}` });
}
