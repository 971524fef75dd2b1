import * as vscode from 'vscode';
import type { Conversations } from '../agent/conversation/conversations.js';
import { AuditPageMemory } from './audit-page-memory.js';
import { AuditPanels } from './audit-panels.js';
import type { AuditTrail } from './audit-trail.js';
import type { ChatController } from './chat-controller.js';
import type { ChatView } from './chat-view.js';
import type { PolicyCommands } from './policy-commands.js';

export interface AuditPagesParts {
  readonly extensionUri: vscode.Uri;
  readonly workspaceState: vscode.Memento;
  readonly audit: AuditTrail;
  readonly conversations: Conversations;
  readonly chat: ChatController;
  readonly view: ChatView;
  /** Loaded when first used. */
  readonly policy: () => Promise<PolicyCommands>;
}

/** The audit page with the parts of the editor that it needs. What the page runs on is loaded with the first one. */
export function auditPages({ extensionUri, workspaceState, audit, conversations, chat, view, policy }: AuditPagesParts): AuditPanels {
  const memory = new AuditPageMemory(workspaceState);
  return new AuditPanels(extensionUri, memory, async (page) => {
    const [{ AuditPage }, { exportAuditBundle, exportAuditLog }] = await Promise.all([import('./audit-page.js'), import('./audit-commands.js')]);
    return new AuditPage({
      ...page,
      check: audit.check,
      kept: () => memory.kept,
      keep: (kept) => memory.keep(kept),
      log: () => audit.log(),
      titles: async () => new Map((await conversations.list()).map(({ id, title }) => [id, title])),
      openConversation: async (sessionId) => {
        await chat.openSession(sessionId);
        await view.reveal();
      },
      explain: async ({ sessionId, callId }) => {
        if (callId !== undefined) await (await policy()).explainCall(callId, sessionId);
      },
      copy: (text) => vscode.env.clipboard.writeText(text),
      exportMatching: (query, format) => exportAuditLog(audit, format, query),
      exportBundle: () => exportAuditBundle(audit),
      showLiveOutput: () => audit.show(),
    });
  });
}
