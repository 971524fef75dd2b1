import path from 'node:path';
import * as vscode from 'vscode';
import type { AuditQuery } from '../audit/query.js';
import { reportInWords, type VerifyReport } from '../audit/verify/report.js';
import { AxonError, isCancelled, messageOf } from '../errors.js';
import { inBytes, withCancel } from './audit-progress.js';
import type { AuditTrail } from './audit-trail.js';

const formats = {
  csv: { title: 'CSV', ending: 'csv' },
  jsonl: { title: 'JSON lines', ending: 'jsonl' },
};

/** Writes what matches, all of the log unless told, to a file the person chooses. Nothing half-written is left under that name. */
export async function exportAuditLog(audit: AuditTrail, format: keyof typeof formats, query: AuditQuery = {}): Promise<void> {
  const log = await audit.log();
  const { title, ending } = formats[format];
  const target = await askWhere(audit, `Export the audit log as ${title}`, { [title]: [ending] }, `axon-audit-${today()}.${ending}`);
  if (!target) return;
  let written = 0;
  const done = await attempt('the export failed', () =>
    withCancel('Axon: exporting the audit log', async (signal, show) => {
      const { writeWhole } = await import('../audit/export/write-whole.js');
      const told = (events: number): void => {
        written = events;
        show(`${events.toLocaleString('en')} events so far`);
      };
      const chunks = format === 'csv' ? log.exportCsv(query, signal, told) : log.exportJsonLines(query, signal, told);
      return writeWhole(chunks, target.fsPath, { signal });
    }),
  );
  if (!done) return;
  const open = 'Open';
  // A part must not be taken for the whole.
  const what = Object.values(query).every((each) => each === undefined) ? 'the audit log is exported' : 'the part of the audit log that matches the filter is exported';
  const events = `${written.toLocaleString('en')} ${written === 1 ? 'event' : 'events'}`;
  const chosen = await vscode.window.showInformationMessage(`Axon: ${what} to ${target.fsPath} (${events}, ${inBytes(done.bytes)}).`, open);
  if (chosen === open) await vscode.window.showTextDocument(target);
}

/** Writes the whole log, with what proves that it is whole, to one file for an auditor. */
export async function exportAuditBundle(audit: AuditTrail): Promise<void> {
  const log = await audit.log();
  // A dialog compares the last part of a name with the filter: told of `tar.gz` it would append that to `log.tar.gz`.
  const target = await askWhere(audit, 'Export a bundle of the audit log for an auditor', { 'Bundle (.tar.gz)': ['gz'] }, `axon-audit-${today()}.tar.gz`);
  if (!target) return;
  const done = await attempt('the bundle could not be made', () =>
    withCancel('Axon: bundling the audit log', (signal, show) => log.exportBundle(target.fsPath, signal, ({ bytes, totalBytes }) => show(`${inBytes(bytes / 2)} of ${inBytes(totalBytes / 2)}`, totalBytes === 0 ? 1 : bytes / totalBytes))),
  );
  if (!done) return;
  const [showFile, copyHash] = ['Show in Folder', 'Copy SHA-256'];
  const chosen = await vscode.window.showInformationMessage(
    `Axon: the bundle is ${target.fsPath} (${inBytes(done.bytes)}). Whoever checks it needs the key, too: “Axon: Export Audit Key…”. Hand it over by another way.`,
    showFile,
    copyHash,
  );
  if (chosen === showFile) await vscode.commands.executeCommand('revealFileInOS', target);
  if (chosen === copyHash) await vscode.env.clipboard.writeText(done.sha256);
}

/** Joins a check that is under way, on the page or elsewhere; every open page shows what it comes to. */
export async function verifyAuditLog(audit: AuditTrail): Promise<void> {
  const { check, channel } = audit;
  const report = await attempt('the audit log could not be verified', () =>
    withCancel('Axon: verifying the audit log', async (signal, show) => {
      signal.addEventListener('abort', () => check.stop(), { once: true });
      const listening = check.onChanged((state) => {
        if (state.state === 'running' && state.progress) show(`${state.progress.events.toLocaleString('en')} events checked`, state.progress.part);
      });
      try {
        return await check.run(await audit.log());
      } finally {
        listening.dispose();
      }
    }),
  );
  if (!report) return;
  channel.appendLine('# Verification');
  for (const line of reportInWords(report)) channel.appendLine(`#   ${line}`);
  const chosen = await tellVerdict(report);
  if (chosen) channel.show();
}

/** "Whole", and "whole as far as can be known", must not be taken for each other. */
function tellVerdict(report: VerifyReport): Thenable<string | undefined> {
  const { verdict, events, limits } = report;
  const count = report.findings.length + report.more;
  const show = 'Show';
  if (verdict === 'whole') return vscode.window.showInformationMessage(`Axon: the audit log is whole. ${events} events checked, nothing changed, removed, reordered or inserted.`, show);
  if (verdict === 'whole-as-far-as-known') return vscode.window.showWarningMessage(`Axon: the audit log is whole as far as can be known: ${events} events checked. ${limits.join(' ')}`, show);
  return vscode.window.showErrorMessage(`Axon: the audit log is NOT whole: ${count} finding(s).`, show);
}

async function askWhere({ exportFolder }: AuditTrail, title: string, filters: Record<string, string[]>, name: string): Promise<vscode.Uri | undefined> {
  const target = await vscode.window.showSaveDialog({ title, filters, defaultUri: vscode.Uri.joinPath(await exportFolder.get(), name) });
  if (target && target.scheme !== 'file') throw new AxonError('invalid-arguments', `${path.posix.basename(target.path)} has to be a file on this machine.`, 'Choose another place.');
  if (target) exportFolder.used(target.fsPath);
  return target;
}

/** `undefined` when it was stopped, or failed: then the person was told. */
async function attempt<T>(what: string, work: () => Thenable<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const next = error instanceof AxonError ? ` ${error.next}` : '';
    if (!isCancelled(error)) void vscode.window.showErrorMessage(`Axon: ${what}: ${messageOf(error)}${next}`);
    return undefined;
  }
}

const today = (): string => new Date().toISOString().slice(0, 10);
