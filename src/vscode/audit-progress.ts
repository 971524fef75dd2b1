import * as vscode from 'vscode';

/** Long work with a notification that tells how far it is and can stop it. `show` gets a text and, where it is known, the part done (0 to 1). */
export function withCancel<T>(title: string, work: (signal: AbortSignal, show: (text: string, part?: number) => void) => Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, (progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    let shown = 0;
    return work(abort.signal, (message, part) => {
      const percent = Math.min(100, Math.floor(100 * (part ?? 0)));
      progress.report({ message, ...(percent > shown && { increment: percent - shown }) });
      shown = Math.max(shown, percent);
    });
  });
}

/** `6.3 kB` or `12.0 MB`; a small file is not one of 0.0 MB. */
export const inBytes = (bytes: number): string => (bytes < 100_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`);
