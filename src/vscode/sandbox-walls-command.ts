import * as vscode from 'vscode';
import type { AuditWriter } from '../audit/event.js';
import { isCancelled } from '../errors.js';
import type { Sandbox } from '../ports/sandbox.js';
import { testWalls, wallLine, type WallResult } from '../sandbox/self-test.js';
import { wallChecks } from '../sandbox/wall-checks.js';
import { visibleLine } from '../visible.js';

/**
 * Tries to get over each wall of the sandbox on this machine's engine, and tells what stopped each attempt: in the output
 * channel and in the audit log. The programs are Axon's own and do no harm where one gets through.
 */
export async function testSandboxWalls(sandbox: Sandbox, audit: AuditWriter & { readonly channel: vscode.OutputChannel }): Promise<void> {
  const status = await sandbox.status();
  const engine = status.state === 'no-engine' ? '' : status.engine;
  audit.channel.appendLine(`--- testing the walls of the sandbox ${engine === '' ? '' : `on ${engine} `}---`);
  const results = await withProgress((signal, report) =>
    testWalls(sandbox, signal, (result) => {
      audit.channel.appendLine(visibleLine(wallLine(result)));
      report(result);
    }),
  );
  if (!results) {
    audit.channel.appendLine('--- stopped ---');
    return;
  }
  const through = results.filter(({ heldBy }) => heldBy === undefined);
  const summary = `${results.length - through.length} of ${results.length} attempts to get out of the sandbox were stopped`;
  // In short: a result is kept to a thousand characters.
  const verdicts = results.map(({ title, heldBy }) => `${heldBy === undefined ? 'THROUGH' : 'held'}: ${title}`);
  await audit.append({ type: 'sandbox_tested', sessionId: '', reason: `${summary} (${engine}).`, result: verdicts.join('\n') });
  audit.channel.appendLine(`--- ${summary} ---`);
  const shown =
    through.length === 0
      ? vscode.window.showInformationMessage(`Axon: ${summary}.`, 'Show Each')
      : vscode.window.showErrorMessage(`Axon: ${summary}. What got through: ${through.map(({ title }) => title).join('; ')}. Allow no code to run on this engine before that is mended.`, 'Show Each');
  if (await shown) audit.channel.show();
}

async function withProgress(work: (signal: AbortSignal, report: (result: WallResult) => void) => Promise<readonly WallResult[]>): Promise<readonly WallResult[] | undefined> {
  const options = { location: vscode.ProgressLocation.Notification, title: 'Axon: testing the walls of the sandbox', cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    try {
      return await work(abort.signal, ({ title }) => progress.report({ message: title, increment: 100 / wallChecks.length }));
    } catch (error) {
      if (isCancelled(error)) return undefined;
      throw error;
    }
  });
}
