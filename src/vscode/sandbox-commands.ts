import * as vscode from 'vscode';
import type { AuditWriter } from '../audit/event.js';
import { AxonError, isCancelled, messageOf } from '../errors.js';
import type { Sandbox } from '../ports/sandbox.js';

/** Builds the image with progress and cancel, and records which it is. Resolves to true when it is there. */
export async function buildSandboxImage(sandbox: Sandbox, audit: AuditWriter & { readonly channel: vscode.OutputChannel }): Promise<boolean> {
  const { channel } = audit;
  channel.appendLine('--- building the sandbox image ---');
  try {
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: 'Axon: building the sandbox image', cancellable: true }, (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      const onProgress = (line: string): void => {
        channel.appendLine(line);
        progress.report({ message: line.slice(0, 100) });
      };
      return sandbox.build({ signal: abort.signal, onProgress });
    });
    const status = await sandbox.status();
    const size = status.state === 'ready' ? ` (${Math.round(status.bytes / 1_000_000)} MB)` : '';
    if (status.state === 'ready') await audit.append({ type: 'sandbox_image_accepted', sessionId: '', reason: `${status.digest} was built as ${status.image} on ${status.engine}.` });
    void vscode.window.showInformationMessage(`Axon: the sandbox image is ready${size}.`);
    return true;
  } catch (error) {
    if (isCancelled(error)) return false;
    const next = error instanceof AxonError && error.next ? ` ${error.next}` : '';
    const chosen = await vscode.window.showErrorMessage(`Axon: the sandbox image could not be built. ${messageOf(error)}${next}`, 'Show Log');
    if (chosen) channel.show();
    return false;
  }
}
