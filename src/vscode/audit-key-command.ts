import os from 'node:os';
import * as vscode from 'vscode';
import { keyFileText } from '../audit/export/key-file.js';
import { writeWhole } from '../audit/export/write-whole.js';
import type { AuditWriter } from '../audit/event.js';
import { keyIdOf } from '../audit/storage/layout.js';

/**
 * Hands the key of the audit log to an auditor, as a file that only its owner can read. Recorded first: a key that left
 * without a trace would take the proof from all that follows.
 */
export async function exportAuditKey(audit: AuditWriter, key: Uint8Array): Promise<void> {
  const keyId = keyIdOf(key);
  const detail = [
    'With this key an auditor can check that nothing in the log was changed, removed, reordered or inserted.',
    'Whoever has it can also forge: write events that look genuine. So give it only to whom you trust with that, by another way than the log, and have it deleted afterwards.',
    'The export is recorded in the log. A log collector (axon.audit.collector.endpoint) keeps a copy that nobody with the key can change afterwards.',
  ].join('\n\n');
  // The first button has the focus: it must not be the one that hands the key out.
  const [keep, go] = ['Keep It Here', 'Choose a File…'];
  if ((await vscode.window.showWarningMessage(`Export the key of the audit log (${keyId})?`, { modal: true, detail }, keep, go)) !== go) return;
  const target = await vscode.window.showSaveDialog({ title: 'Export the key of the audit log', defaultUri: vscode.Uri.joinPath(vscode.Uri.file(os.homedir()), `axon-audit-${keyId}.key`), filters: { Key: ['key'] } });
  if (!target) return;
  if (target.scheme !== 'file' || vscode.workspace.getWorkspaceFolder(target)) {
    void vscode.window.showErrorMessage('Axon: the key can’t lie in an open workspace folder, where an agent could read it. Choose a folder on this machine that is not open.');
    return;
  }
  await audit.append({ type: 'audit_key_exported', sessionId: '', reason: `The key ${keyId} of the audit log was exported to ${target.fsPath}.` });
  await writeWhole(oneChunk(keyFileText(key, Date.now())), target.fsPath);
  void vscode.window.showInformationMessage(`Axon: the key is in ${target.fsPath}, readable by you alone. Delete it when it is handed over.`);
}

async function* oneChunk(text: string): AsyncGenerator<string, void, undefined> {
  yield text;
}
