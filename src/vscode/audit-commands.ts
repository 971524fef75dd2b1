import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as vscode from 'vscode';
import type { AuditLog } from '../audit/audit-log.js';
import type { AuditQuery } from '../audit/query.js';
import { isCancelled, messageOf } from '../errors.js';

const formats = {
  csv: { title: 'CSV', ending: 'csv', chunks: (log: AuditLog, query: AuditQuery, signal: AbortSignal) => log.exportCsv(query, signal) },
  jsonLines: { title: 'JSON lines', ending: 'jsonl', chunks: (log: AuditLog, query: AuditQuery, signal: AbortSignal) => log.exportJsonLines(query, signal) },
};

/** Writes what matches, all of the log unless told, to a file the person chooses. Nothing half-written is left under that name. */
export async function exportAuditLog(log: AuditLog, format: keyof typeof formats, query: AuditQuery = {}): Promise<void> {
  const { title, ending, chunks } = formats[format];
  const day = new Date().toISOString().slice(0, 10);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title: `Export the audit log as ${title}`,
    filters: { [title]: [ending] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, `axon-audit-${day}.${ending}`) }),
  });
  if (!target) return;
  const open = 'Open';
  try {
    await withCancel('Axon: exporting the audit log…', (signal) => writeWhole(chunks(log, query, signal), target.fsPath, signal));
  } catch (error) {
    if (!isCancelled(error)) void vscode.window.showErrorMessage(`Axon: the export failed: ${messageOf(error)}`);
    return;
  }
  const chosen = await vscode.window.showInformationMessage(`Axon: the audit log is exported to ${target.fsPath}`, open);
  if (chosen === open) await vscode.window.showTextDocument(target);
}

async function writeWhole(chunks: AsyncIterable<string>, file: string, signal: AbortSignal): Promise<void> {
  const partial = `${file}.partial`;
  try {
    await pipeline(Readable.from(chunks), createWriteStream(partial, { mode: 0o600 }), { signal });
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}

export async function verifyAuditLog(log: AuditLog, channel: vscode.OutputChannel): Promise<void> {
  try {
    const report = await withCancel('Axon: verifying the audit log…', (signal) => log.verify(signal));
    if (report.ok) {
      void vscode.window.showInformationMessage(`Axon: the audit log is whole. ${report.events} events checked, nothing changed, removed, reordered or inserted.`);
      return;
    }
    const count = report.findings.length + report.more;
    channel.appendLine(`# Verification: ${count} finding(s), ${report.events} authentic events.`);
    for (const finding of report.findings) channel.appendLine(`#   ${finding.file}: ${finding.message} (${finding.fault})`);
    if (report.more > 0) channel.appendLine(`#   and ${report.more} more`);
    const chosen = await vscode.window.showErrorMessage(`Axon: the audit log is NOT whole: ${count} finding(s).`, 'Show');
    if (chosen) channel.show();
  } catch (error) {
    if (!isCancelled(error)) void vscode.window.showErrorMessage(`Axon: the audit log could not be verified: ${messageOf(error)}`);
  }
}

function withCancel<T>(title: string, work: (signal: AbortSignal) => Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, (_progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    return work(abort.signal);
  });
}
