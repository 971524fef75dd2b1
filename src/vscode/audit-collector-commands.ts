import * as vscode from 'vscode';
import type { CollectorStatus } from '../audit/collector/collector.js';
import type { CollectorEndpoint } from '../audit/collector/endpoint.js';
import { headerNameProblem, headersFor, headerValueProblem } from '../audit/collector/headers.js';
import type { AuditWriter } from '../audit/event.js';
import { AxonError } from '../errors.js';
import type { AuditCollector } from './audit-collector.js';
import type { Secrets } from './secrets.js';

export interface AuditCollectorCommandParts {
  readonly collector: AuditCollector;
  readonly audit: AuditWriter;
  readonly secrets: Secrets;
}

/** The address that a header is for. Throws when there is none: a secret is bound to where it is sent. */
function endpointOf(collector: AuditCollector): CollectorEndpoint {
  const endpoint = collector.endpoint();
  if (!endpoint) throw new AxonError('unavailable', 'No audit collector is set. Enter its address in axon.audit.collector.endpoint first.');
  return endpoint;
}

/** Asks for a header and keeps it in SecretStorage, for the origin of the collector that is set now. Its name is recorded, its value nowhere. */
export async function setAuditCollectorHeader({ collector, audit, secrets }: AuditCollectorCommandParts): Promise<void> {
  const { origin } = endpointOf(collector);
  const title = `Header for the audit collector at ${origin}`;
  const name = (await vscode.window.showInputBox({ title, prompt: 'The header’s name, for example Authorization', ignoreFocusOut: true, validateInput: (text) => headerNameProblem(text.trim()) }))?.trim();
  if (name === undefined || headerNameProblem(name) !== undefined) return;
  const prompt = `The whole value of ${name}, for example Bearer …; kept in the editor’s secret storage and sent to ${origin} only`;
  const value = (await vscode.window.showInputBox({ title, prompt, password: true, ignoreFocusOut: true, validateInput: (text) => headerValueProblem(text.trim()) }))?.trim();
  if (value === undefined || headerValueProblem(value) !== undefined) return;
  const kept = headersFor(await secrets.collectorHeaders(), origin);
  // One header by any spelling of its name (RFC 9110, section 5.1).
  const others = Object.entries(kept).filter(([each]) => each.toLowerCase() !== name.toLowerCase());
  await audit.append({ type: 'policy_changed', sessionId: '', reason: `The header ${name} for the audit collector at ${origin} was set.` });
  await secrets.setCollectorHeaders({ origin, values: Object.fromEntries([...others, [name, value]]) });
  void vscode.window.showInformationMessage(`Axon: the header ${name} is kept and sent to ${origin} only.`);
}

/** Lists the headers by name and takes one out. */
export async function removeAuditCollectorHeader({ audit, secrets }: AuditCollectorCommandParts): Promise<void> {
  const held = await secrets.collectorHeaders();
  const names = Object.keys(held?.values ?? {});
  if (!held || names.length === 0) {
    void vscode.window.showInformationMessage('Axon: no header for an audit collector is kept.');
    return;
  }
  const picked = await vscode.window.showQuickPick(names.map((label) => ({ label, description: held.origin })), { title: 'Axon: remove which header of the audit collector?' });
  if (!picked) return;
  const left = Object.entries(held.values).filter(([name]) => name !== picked.label);
  await audit.append({ type: 'policy_changed', sessionId: '', reason: `The header ${picked.label} for the audit collector at ${held.origin} was removed.` });
  await secrets.setCollectorHeaders(left.length === 0 ? undefined : { origin: held.origin, values: Object.fromEntries(left) });
  void vscode.window.showInformationMessage(`Axon: the header ${picked.label} is removed.`);
}

export async function showAuditCollectorStatus(parts: AuditCollectorCommandParts): Promise<void> {
  const { origin } = endpointOf(parts.collector);
  const current = await parts.collector.current();
  if (!current) throw new AxonError('unavailable', 'The audit collector could not be started. The output channel “Axon Audit” says why.');
  const names = Object.keys(headersFor(await parts.secrets.collectorHeaders(), origin));
  const [test, settings] = ['Send a Test', 'Open Settings'];
  const chosen = await vscode.window.showInformationMessage('The audit collector', { modal: true, detail: statusText(await current.status(), names) }, test, settings);
  if (chosen === test) await testAuditCollector(parts);
  else if (chosen === settings) await vscode.commands.executeCommand('workbench.action.openSettings', 'axon.audit.collector');
}

const who: Record<CollectorStatus['state'], string> = {
  starting: 'This window is about to send.',
  sending: 'This window is sending.',
  idle: 'This window sends; all that was there is sent.',
  trouble: 'This window tries to send.',
  elsewhere: 'Another window sends, or will in a moment.',
};

/** For a person: where to, how far, and what is wrong. `headers` are names. */
export function statusText({ url, state, waiting, sent, rejected, sentAt, trouble }: CollectorStatus, headers: readonly string[]): string {
  const lines = [
    `Address: ${url}`,
    `Secret headers: ${headers.length === 0 ? 'none' : headers.join(', ')}`,
    who[state],
    `Waiting: ${waiting} event(s). Taken so far: ${sent}.${rejected > 0 ? ` Rejected for good: ${rejected}; they are in the log on this machine only.` : ''}`,
    `Last success: ${sentAt === undefined ? 'never' : new Date(sentAt).toLocaleString()}`,
  ];
  if (trouble) lines.push(`Trouble since ${new Date(trouble.at).toLocaleString()}: ${trouble.message}. ${trouble.next}`);
  return lines.join('\n');
}

/** One message that stands for nothing that happened, so the log holds none of it. */
export async function testAuditCollector({ collector }: AuditCollectorCommandParts): Promise<void> {
  const { origin } = endpointOf(collector);
  const current = await collector.current();
  if (!current) throw new AxonError('unavailable', 'The audit collector could not be started. The output channel “Axon Audit” says why.');
  const outcome = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: `Axon: sending a test to ${origin}…` }, () => current.test());
  if (outcome.kind === 'accepted' && outcome.rejected === 0) {
    void vscode.window.showInformationMessage(`Axon: the audit collector at ${origin} took the test (event name axon.collector.test).`);
    return;
  }
  const next = 'next' in outcome ? ` ${outcome.next}` : '';
  void vscode.window.showErrorMessage(`Axon: the audit collector at ${origin} did not take the test. ${outcome.message || 'It gave no reason'}.${next}`);
}
