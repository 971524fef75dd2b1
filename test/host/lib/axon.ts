import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Conversations } from '../../../src/agent/conversation/conversations.js';
import type { AgentEvent } from '../../../src/agent/event.js';
import type { AuditRecord } from '../../../src/audit/record.js';
import type { ApprovalAnswer, ApprovalRequest } from '../../../src/gate/approval.js';
import type { ApprovalBroker } from '../../../src/gate/broker.js';
import type { CallOutcome } from '../../../src/gate/call.js';
import type { Gate } from '../../../src/gate/gate.js';
import type { Grants } from '../../../src/gate/grants.js';
import type { Taint } from '../../../src/policy/taint.js';
import type { Ports } from '../../../src/ports/ports.js';
import type { AuditCollector } from '../../../src/vscode/audit-collector.js';
import type { AuditTrail } from '../../../src/vscode/audit-trail.js';
import type { ChatController } from '../../../src/vscode/chat-controller.js';
import type { ModelChoice } from '../../../src/vscode/model-choice.js';
import type { PolicyEditor } from '../../../src/vscode/policy-editor.js';
import type { Secrets } from '../../../src/vscode/secrets.js';

/** What `activate` gives to tests, and to nobody else. */
export interface Axon {
  readonly broker: ApprovalBroker;
  readonly grants: Grants;
  readonly taint: Taint;
  readonly gate: Gate;
  readonly audit: AuditTrail;
  readonly auditCollector: AuditCollector;
  readonly chat: ChatController;
  readonly secrets: Secrets;
  readonly models: ModelChoice;
  readonly conversations: Conversations;
  readonly ports: Ports;
  readonly policy: PolicyEditor;
}

/** The extension as the editor runs it. */
export async function axon(): Promise<Axon> {
  const extension = vscode.extensions.getExtension<Axon>('axon.axon');
  if (!extension) throw new Error('Axon is not installed.');
  return extension.activate();
}

/** A session that nothing was said in yet, with the guide or the model of that id. */
export async function freshSession(model = 'guide'): Promise<Axon> {
  const parts = await axon();
  await chooseModel(parts, model);
  await parts.chat.newSession();
  return parts;
}

export async function chooseModel({ models }: Axon, id: string): Promise<void> {
  await setSetting('model', id);
  await until(() => models.model?.id === id, `the model ${id}`);
}

/** A user setting; undefined takes it out again. */
export async function setSetting(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('axon').update(name, value, vscode.ConfigurationTarget.Global);
}

/** Says something and gives all that happened until the agent was done. */
export async function say({ chat }: Axon, text: string): Promise<readonly AgentEvent[]> {
  const events: AgentEvent[] = [];
  const { session } = chat;
  const listening = session.events.on((event) => events.push(event));
  try {
    const sent = session.send(text);
    if (sent !== 'started') throw new Error(`The message was ${sent}: ${JSON.stringify(session.page().items.at(-1))}`);
    await session.idle();
  } finally {
    listening.dispose();
  }
  return events;
}

/** The next question; one that is open already counts. */
export async function nextQuestion({ broker }: Axon): Promise<ApprovalRequest> {
  await until(() => broker.pending.length > 0, 'a question');
  const [request] = broker.pending;
  if (!request) throw new Error('The question was gone at once.');
  return request;
}

/** Answers the next question as soon as an answer is taken, and gives what was asked. */
export async function answerNext(parts: Axon, answer: ApprovalAnswer): Promise<ApprovalRequest> {
  const request = await nextQuestion(parts);
  await answerable(request);
  const result = parts.broker.answer(request.id, request.hash, answer);
  if (result !== 'accepted') throw new Error(`The answer was ${result}.`);
  return request;
}

/** A card takes no allowing answer in its first moments. */
export async function answerable(request: ApprovalRequest): Promise<void> {
  await sleep(Math.max(0, request.answerableAt - Date.now()) + 5);
}

/** How the calls of a run ended, in their order. */
export function outcomes(events: readonly AgentEvent[]): readonly CallOutcome[] {
  return events.flatMap((event) => (event.type === 'call' && event.progress.type === 'ended' ? [event.progress.outcome] : []));
}

export function notices(events: readonly AgentEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'notice' ? [[event.text, event.next ?? ''].join(' ').trim()] : []));
}

export function answerText(events: readonly AgentEvent[]): string {
  return events.map((event) => (event.type === 'answer-text' ? event.text : '')).join('');
}

/** What the audit log holds of one session, oldest first. */
export async function auditOf({ audit }: Axon, sessionId: string): Promise<readonly AuditRecord[]> {
  const { records } = await (await audit.log()).page({ sessionId });
  return records.toReversed();
}

export async function until(done: () => boolean | Promise<boolean>, what: string, milliseconds = 10_000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await done())) {
    if (Date.now() > end) throw new Error(`Waited ${milliseconds} ms in vain for ${what}.`);
    await sleep(20);
  }
}

/** Absolute path of a file in the open folder. */
export function inWorkspace(...names: string[]): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) throw new Error('No folder is open.');
  return path.join(folder.uri.fsPath, ...names);
}
