import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as vscode from 'vscode';
import { Conversations } from './agent/conversation/conversations.js';
import { systemPrompt } from './agent/prompt.js';
import type { Session } from './agent/session.js';
import { messageOf } from './errors.js';
import { ApprovalBroker } from './gate/broker.js';
import { createGate } from './gate/gate.js';
import { Grants } from './gate/grants.js';
import { codeGuard } from './policy/code-guard.js';
import { createPolicy } from './policy/engine.js';
import { Taint } from './policy/taint.js';
import { allTools } from './tools/all-tools.js';
import { ToolRegistry } from './tools/registry.js';
import { ApprovalDocuments } from './vscode/approval-documents.js';
import { imagePins } from './vscode/image-pins.js';
import { notifyWhenHidden } from './vscode/approval-notifications.js';
import { reviewOne } from './vscode/approval-review.js';
import { auditPages } from './vscode/audit-pages.js';
import { AuditCollector } from './vscode/audit-collector.js';
import { AuditTrail } from './vscode/audit-trail.js';
import { CardActions } from './vscode/card-actions.js';
import { ChatController } from './vscode/chat-controller.js';
import { ChatView } from './vscode/chat-view.js';
import { registerCommands } from './vscode/commands.js';
import { lazyCommandGuard, lazyPathGuard, lazyPorts, lazyRuleAccess, lazyRuleChecker, lazySearchGuard, lazyUrlGuard } from './vscode/lazy-ports.js';
import { ModelChoice } from './vscode/model-choice.js';
import { createPolicyEditor } from './vscode/policy-editor.js';
import { PolicyRules } from './vscode/policy-rules.js';
import { ResultActions } from './vscode/result-actions.js';
import { Secrets } from './vscode/secrets.js';
import { settings } from './vscode/settings.js';
import { showPendingInStatusBar } from './vscode/status-bar.js';
import { taintMemory } from './vscode/taint-memory.js';
import { warmWhenAsked } from './vscode/warm-sandbox.js';
import { workspaceRoots } from './vscode/workspace-roots.js';

/** What has to be waited for when the window closes: kills, removals, the last lines of the log. */
let shutDown: () => Promise<void> = () => Promise.resolve();

export function activate(context: vscode.ExtensionContext): unknown {
  const trusted = (): boolean => vscode.workspace.isTrusted;
  const secrets = new Secrets(context.secrets);
  const audit = new AuditTrail(context, secrets);
  const auditCollector = new AuditCollector({ context, audit, secrets });
  const storage = (context.storageUri ?? context.globalStorageUri).fsPath;
  const locateWasm = (name: string): string => path.join(context.extensionPath, 'dist', 'vendor', name);

  const paths = lazyPathGuard([storage, context.globalStorageUri.fsPath, path.join(context.extensionPath, 'dist')]);
  const commands = lazyCommandGuard(paths, locateWasm);
  const folders = (): ReturnType<typeof workspaceRoots.folders> => workspaceRoots.folders();
  const checker = lazyRuleChecker(commands.load, allTools.map(({ name }) => name));
  const rules = new PolicyRules({ folders, userRules: settings.rules, checker });
  const policy = createPolicy({ path: paths, command: commands.guard, url: lazyUrlGuard(), search: lazySearchGuard(), code: codeGuard }, { autoApprove: settings.autoApprove }, lazyRuleAccess(rules, paths, commands.load));
  const { close, ...ports } = lazyPorts({ paths, rules, trusted, commandGuard: commands.load, sandboxFolder: path.join(context.extensionPath, 'media', 'sandbox'), resultsFolder: path.join(storage, 'results'), imagePins: imagePins(context.globalState),
    htmlWorker: path.join(context.extensionPath, 'dist', 'vendor', 'html-worker.js'), searchKey: (provider) => secrets.apiKey(`search.${provider}`) });

  const broker = new ApprovalBroker(Date.now);
  const grants = new Grants();
  // Where the conversations are kept: windows without a folder share them, so they share the marks too.
  const taint = new Taint(taintMemory(context.storageUri ? context.workspaceState : context.globalState), Date.now);
  const tools = new ToolRegistry(allTools);
  const gate = createGate({ tools, policy, broker, grants, taint, audit, ports, trusted, approvalSeconds: settings.approvalSeconds, now: Date.now });

  const view = new ChatView(context.extensionUri);
  const documents = new ApprovalDocuments(broker);
  const warming = warmWhenAsked(broker, ports.sandbox);
  const models = new ModelChoice(secrets);
  const tell = (message: string): void => void vscode.window.showWarningMessage(`Axon: ${message}`);
  const conversations = new Conversations(path.join(storage, 'conversations'), tell);
  const resultActions = new ResultActions(ports.results);
  const chat = new ChatController({
    view, conversations, models, taint, grants,
    approvals: broker,
    memory: context.workspaceState,
    showDiff: (request) => documents.showDiff(request),
    cards: new CardActions({
      explain: async (callId): Promise<void> => (await policyEditor.commands()).explainCall(callId),
      allowCommand: async (refused): Promise<boolean> => (await policyEditor.commands()).allowCommandHere(refused),
    }),
    resultActions,
    forgetResults: (session) => ports.results.forget(session),
    sandboxState: async () => (await ports.sandbox.status()).state,
    onSession: (type, session) => void audit.append({ type, sessionId: session.id, agent: session.agent.id, source: 'chat' }).catch(() => undefined),
    session: {
      tools: {
        toolsFor: (agent) => tools.offeredTo(agent),
        isParallelSafe: (name) => tools.get(name)?.effect === 'read',
        callTool: (request, options) => gate.callTool(request, options),
      },
      system: (agent) => systemPrompt({ agent, date: new Date().toISOString().slice(0, 10), folders: workspaceRoots.folders().map((folder) => folder.name), trusted: trusted() }),
      turnLimit: settings.turnLimit,
      onProblem: tell,
    },
  });

  const policyEditor = createPolicyEditor({
    context, audit, tools, policy, rules, checker, taint, trusted, folders,
    commandGuard: commands.load,
    session: (): Pick<Session, 'id' | 'agent'> => chat.session,
    onFailed: (error) => tell(`A change of the policy could not be recorded: ${messageOf(error)}`),
  });

  const pages = auditPages({ extensionUri: context.extensionUri, workspaceState: context.workspaceState, audit, conversations, chat, view, policy: policyEditor.commands });

  context.subscriptions.push(
    view, pages, documents, resultActions, warming, models, chat, policyEditor,
    auditCollector,
    showPendingInStatusBar(broker),
    notifyWhenHidden(broker, { get visible() { return view.visible; }, onVisibilityChanged: (listener) => view.onVisibilityChanged(listener), reveal: () => view.reveal() }, (request) => reviewOne(broker, documents, request)),
    registerCommands({ broker, grants, taint, audit, auditCollector, auditPages: pages, sandbox: ports.sandbox, secrets, view, chat, conversations, documents, policy: policyEditor.commands }),
  );
  shutDown = async () => {
    chat.dispose();
    broker.dispose();
    await close();
    // What was stopped still has its last lines to write; a window that closes waits a few seconds and no more.
    await Promise.race([chat.session.idle(), wait(1_500)]);
    auditCollector.dispose();
    await auditCollector.ended();
    await audit.dispose();
  };
  void models.refresh().then(() => chat.resume());
  // For the tests in a real extension host. Anywhere else other extensions get nothing: it would be a way around the person.
  return context.extensionMode === vscode.ExtensionMode.Test ? { broker, grants, taint, gate, audit, auditCollector, chat, secrets, models, conversations, ports, policy: policyEditor, auditPages: pages } : undefined;
}

export async function deactivate(): Promise<void> {
  await shutDown();
}
