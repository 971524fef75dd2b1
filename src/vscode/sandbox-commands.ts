import * as vscode from 'vscode';
import type { AuditWriter } from '../audit/event.js';
import { AxonError, isCancelled, messageOf } from '../errors.js';
import type { Sandbox } from '../ports/sandbox.js';

/** Builds the image with progress and cancel. Resolves to true when it is there. */
export async function buildSandboxImage(sandbox: Sandbox, channel: vscode.OutputChannel): Promise<boolean> {
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
    void vscode.window.showInformationMessage('Axon: the sandbox image is ready.');
    return true;
  } catch (error) {
    if (isCancelled(error)) return false;
    const next = error instanceof AxonError && error.next ? ` ${error.next}` : '';
    const chosen = await vscode.window.showErrorMessage(`Axon: the sandbox image could not be built. ${messageOf(error)}${next}`, 'Show Log');
    if (chosen) channel.show();
    return false;
  }
}

export async function showSandboxStatus(sandbox: Sandbox, audit: AuditWriter & { readonly channel: vscode.OutputChannel }): Promise<void> {
  const status = await sandbox.status();
  switch (status.state) {
    case 'ready': {
      const chosen = await vscode.window.showInformationMessage(`Axon: the sandbox is ready (${status.engine}, image ${status.image}, run by ${status.runtime}).${status.notes.map((note) => ` ${note}`).join('')}`, 'Test Its Walls');
      if (chosen) await (await import('./sandbox-walls-command.js')).testSandboxWalls(sandbox, audit);
      return;
    }
    case 'no-image': {
      const chosen = await vscode.window.showWarningMessage(`Axon: ${status.engine} answers, but the image ${status.image} is not built.`, 'Build Sandbox Image');
      if (chosen) await buildSandboxImage(sandbox, audit.channel);
      return;
    }
    case 'no-engine':
      void vscode.window.showWarningMessage(`Axon: no sandbox. ${status.reason}`);
  }
}
