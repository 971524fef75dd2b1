import * as vscode from 'vscode';
import { agentProfiles } from '../agent/profiles.js';
import type { Conversations } from '../agent/conversation/conversations.js';
import type { AuditWriter } from '../audit/event.js';
import type { Disposable } from '../disposable.js';
import { Disposables } from '../disposable.js';
import { messageOf } from '../errors.js';
import type { ApprovalBroker } from '../gate/broker.js';
import type { Grant, Grants } from '../gate/grants.js';
import type { Taint } from '../policy/taint.js';
import type { Sandbox } from '../ports/sandbox.js';
import { visibleLine } from '../visible.js';
import { removeApiKey, setApiKey } from './api-keys.js';
import type { ApprovalDocuments } from './approval-documents.js';
import { reviewOne, reviewPending } from './approval-review.js';
import { pickText } from './approval-text.js';
import type { AuditPanels } from './audit-panels.js';
import type { AuditCollector } from './audit-collector.js';
import type { AuditTrail } from './audit-trail.js';
import type { ChatController } from './chat-controller.js';
import type { ChatView } from './chat-view.js';
import { chooseLocalModel, chooseModel } from './choose-model.js';
import { buildSandboxImage } from './sandbox-commands.js';
import type { PolicyCommands } from './policy-commands.js';
import type { Secrets } from './secrets.js';

export interface CommandParts {
  readonly broker: ApprovalBroker;
  readonly grants: Grants;
  readonly taint: Taint;
  readonly audit: AuditTrail;
  readonly auditCollector: AuditCollector;
  readonly auditPages: AuditPanels;
  readonly sandbox: Sandbox;
  readonly secrets: Secrets;
  readonly view: ChatView;
  readonly chat: ChatController;
  readonly conversations: Conversations;
  readonly documents: ApprovalDocuments;
  /** Loaded when first used. */
  readonly policy: () => Promise<PolicyCommands>;
}

/** Every command of the palette. One that fails says why; none answers an approval without the person. */
export function registerCommands(parts: CommandParts): Disposable {
  const { broker, documents, audit, auditPages, sandbox, secrets, view, chat, taint, policy } = parts;
  const collector = { collector: parts.auditCollector, audit, secrets };
  const auditCommands = () => import('./audit-commands.js');
  const collectorCommands = () => import('./audit-collector-commands.js');
  const commands: Record<string, () => unknown> = {
    openChat: () => view.reveal(),
    newSession: async () => {
      await chat.newSession();
      await view.reveal();
    },
    openSession: () => openSession(parts),
    stop: () => chat.stop(),
    chooseModel: () => chooseModel(secrets),
    useLocalModel: () => chooseLocalModel(secrets),
    chooseAgent: () => chooseAgent(chat),
    setApiKey: () => setApiKey(secrets),
    removeApiKey: () => removeApiKey(secrets),
    reviewPendingApprovals: () => reviewPending(broker, documents),
    // Shows the request and takes one more key: a command can be run by another extension, an answer is the person's.
    approveNextRequest: () => approveNext(parts),
    denyAll: () => denyAll(broker),
    revokeSessionPermissions: () => revokePermissions(parts.grants, audit),
    clearTaint: () => clearTaint(taint, chat),
    openAuditLog: () => auditPages.open(),
    showAuditLog: () => audit.show(),
    exportAuditLogCsv: async () => (await auditCommands()).exportAuditLog(audit, 'csv'),
    exportAuditLogJsonLines: async () => (await auditCommands()).exportAuditLog(audit, 'jsonl'),
    exportAuditBundle: async () => (await auditCommands()).exportAuditBundle(audit),
    exportAuditKey: async () => (await import('./audit-key-command.js')).exportAuditKey(audit, (await audit.log()).files.key),
    verifyAuditLog: async () => (await auditCommands()).verifyAuditLog(audit),
    auditCollectorStatus: async () => (await collectorCommands()).showAuditCollectorStatus(collector),
    testAuditCollector: async () => (await collectorCommands()).testAuditCollector(collector),
    setAuditCollectorHeader: async () => (await collectorCommands()).setAuditCollectorHeader(collector),
    removeAuditCollectorHeader: async () => (await collectorCommands()).removeAuditCollectorHeader(collector),
    buildSandboxImage: async () => {
      await buildSandboxImage(sandbox, audit);
      await chat.refreshSandbox();
    },
    sandboxStatus: async () => {
      await (await import('./sandbox-status.js')).showSandboxStatus({ sandbox, audit });
      await chat.refreshSandbox();
    },
    testSandboxWalls: async () => (await import('./sandbox-walls-command.js')).testSandboxWalls(sandbox, audit),
    explainDecision: async () => (await policy()).explainDecision(),
    testPolicy: async () => (await policy()).testPolicy(),
    editWorkspacePolicy: async () => (await policy()).editWorkspacePolicy(),
    editUserRules: async () => (await policy()).editUserRules(),
    // No arguments are taken: another extension could hand some over.
    allowCommandHere: async () => (await policy()).pickRefusedCommand(),
    editAllowedCommands: async () => (await policy()).editAllowedCommands(),
  };
  const disposables = new Disposables();
  for (const [name, run] of Object.entries(commands)) {
    disposables.add(vscode.commands.registerCommand(`axon.${name}`, async () => {
      try {
        await run();
      } catch (error) {
        void vscode.window.showErrorMessage(`Axon: ${messageOf(error)}`);
      }
    }));
  }
  return disposables;
}

async function approveNext({ broker, documents }: CommandParts): Promise<void> {
  const [next] = broker.pending;
  if (next) await reviewOne(broker, documents, next, { first: 'allow' });
  else void vscode.window.showInformationMessage('Axon: nothing waits for your approval.');
}

function denyAll(broker: ApprovalBroker): void {
  const count = broker.denyAll();
  void vscode.window.showInformationMessage(count === 0 ? 'Axon: nothing waits for your approval.' : `Axon: denied ${count} request${count === 1 ? '' : 's'}.`);
}

async function openSession({ conversations, chat, view }: CommandParts): Promise<void> {
  const rows = await conversations.list();
  if (rows.length === 0) {
    void vscode.window.showInformationMessage('Axon: no session is kept yet.');
    return;
  }
  const items = rows.map((row) => ({ label: pickText(row.title) || 'New conversation', description: new Date(row.updatedAt).toLocaleString(), id: row.id }));
  const picked = await vscode.window.showQuickPick(items, { title: 'Axon: open a session', matchOnDescription: true });
  if (!picked) return;
  await chat.openSession(picked.id);
  await view.reveal();
}

async function chooseAgent(chat: ChatController): Promise<void> {
  const items = agentProfiles.map((agent) => ({ label: agent.label, detail: agent.description, agent }));
  const picked = await vscode.window.showQuickPick(items, { title: 'Axon: choose an agent' });
  if (picked) chat.selectAgent(picked.agent);
}

async function clearTaint(taint: Taint, chat: ChatController): Promise<void> {
  const marks = taint.marks(chat.session.id);
  if (marks.length === 0) {
    void vscode.window.showInformationMessage('Axon: this session has read nothing from outside.');
    return;
  }
  const [keep, clear] = ['Keep the Mark', 'Clear'];
  const detail = `It has read:\n${marks.map((mark) => visibleLine(mark.source)).join('\n')}\n\nText from there may try to steer the model. After clearing, your session permissions count again.`;
  // The first button has the focus: it must not be the one that loosens.
  const chosen = await vscode.window.showWarningMessage('Clear the mark of this session?', { modal: true, detail }, keep, clear);
  if (chosen === clear) taint.clear(chat.session.id);
}

/** The list of what is allowed for the session, each revocable, or all at once. */
async function revokePermissions(grants: Grants, audit: AuditWriter): Promise<void> {
  const all = grants.all;
  if (all.length === 0) {
    void vscode.window.showInformationMessage('Axon: no session permissions are given.');
    return;
  }
  const items = all.map((grant) => ({ label: pickText(grant.label), description: grant.tool, detail: `since ${new Date(grant.at).toLocaleTimeString()}`, grant, picked: false }));
  const picked = await vscode.window.showQuickPick(items, { title: 'Axon: revoke session permissions', placeHolder: 'Tick the permissions to revoke', canPickMany: true });
  if (!picked || picked.length === 0) return;
  for (const { grant } of picked) await revoke(grants, audit, grant);
  void vscode.window.showInformationMessage(`Axon: revoked ${picked.length} permission${picked.length === 1 ? '' : 's'}.`);
}

/** Revoked first, recorded then: a log that can't be written must not keep a permission alive. */
async function revoke(grants: Grants, audit: AuditWriter, grant: Grant): Promise<void> {
  if (!grants.revoke(grant)) return;
  await audit.append({ type: 'permission_revoked', sessionId: grant.sessionId, tool: grant.tool, reason: grant.label });
}
