import * as vscode from 'vscode';
import type { Conversations } from '../agent/conversation/conversations.js';
import { agentById, agentProfiles } from '../agent/profiles.js';
import type { SessionParts } from '../agent/session.js';
import { Session } from '../agent/session.js';
import type { Disposable } from '../disposable.js';
import { Disposables } from '../disposable.js';
import { messageOf } from '../errors.js';
import type { ApprovalRequest, Approvals } from '../gate/approval.js';
import type { Grants } from '../gate/grants.js';
import type { Taint } from '../policy/taint.js';
import type { AgentProfile } from '../policy/profile.js';
import { exactLine } from '../protocol/exact-text.js';
import type { Choice, Status, ToHost } from '../protocol/chat.js';
import { answerAndTell } from './approval-review.js';
import type { CardActions } from './card-actions.js';
import type { ChatView } from './chat-view.js';
import { insertIntoEditor, openLink, runPageCommand } from './page-actions.js';
import type { ModelChoice } from './model-choice.js';
import type { ResultActions } from './result-actions.js';

export interface ChatParts {
  readonly view: ChatView;
  readonly approvals: Approvals;
  readonly conversations: Conversations;
  readonly session: Omit<SessionParts, 'conversations' | 'model'>;
  readonly models: ModelChoice;
  readonly taint: Taint;
  readonly grants: Grants;
  /** This workspace's own small memory: which session was open. */
  readonly memory: vscode.Memento;
  readonly showDiff: (request: ApprovalRequest) => Promise<void>;
  readonly cards: CardActions;
  readonly resultActions: ResultActions;
  /** Removes what a deleted session's programs left behind. */
  readonly forgetResults: (session: string) => Promise<void>;
  readonly sandboxState: () => Promise<Status['sandbox']>;
  /** Told when a session begins or ends, for the audit log. */
  readonly onSession: (what: 'session_started' | 'session_ended', session: Session) => void;
}

const memoryKey = 'axon.openSession';

/** Joins the open session and the chat page: what happens goes to the page as increments, what the page asks is done. */
export class ChatController implements Disposable {
  #session: Session;
  #listening = new Disposables();
  #sandbox: Status['sandbox'] = 'unknown';
  #told: string | undefined;
  /** Something was said in the open session, in this window. */
  #started = false;
  /** The end of the session that was left: its file has one writer at a time. */
  #leaving: Promise<unknown> = Promise.resolve();
  readonly #disposables = new Disposables();

  constructor(private readonly parts: ChatParts) {
    const { view, approvals, models, taint } = parts;
    this.#session = this.#make(parts.conversations.create());
    this.#listen();
    this.#disposables.add(view.onMessage((message) => void this.#receive(message)));
    this.#disposables.add(models.onChanged(() => this.#postStatus()));
    this.#disposables.add(taint.onChanged(() => this.#postStatus()));
    this.#disposables.add(approvals.onOpened((request) => {
      view.post({ type: 'announce', text: `Approval needed: ${exactLine(request.title)}, ${request.risk} risk.` });
      this.#postStatus();
    }));
    this.#disposables.add(approvals.onClosed(() => this.#postStatus()));
    this.#disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#postStatus()));
    this.#disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.#postStatus()));
  }

  get session(): Session {
    return this.#session;
  }

  /** Opens the session that was open when the window closed. What can't be opened is told, and a new one stays. */
  async resume(): Promise<void> {
    const id = this.parts.memory.get<string>(memoryKey);
    // Whoever was quicker than the start of the window is not interrupted.
    if (id !== undefined && this.#session.isEmpty) await this.#open(id, { quiet: true });
  }

  async newSession(): Promise<void> {
    if (this.#session.isEmpty || !(await this.#mayLeave())) return;
    await this.#replace(this.#make(this.parts.conversations.create(), this.#session.agent));
  }

  async openSession(id: string): Promise<void> {
    if (id !== this.#session.id && (await this.#mayLeave())) await this.#open(id);
  }

  selectAgent(agent: AgentProfile): void {
    this.#session.setAgent(agent);
  }

  stop(): void {
    this.#session.stop();
  }

  async refreshSandbox(): Promise<void> {
    this.#sandbox = await this.parts.sandboxState();
    this.#postStatus();
  }

  dispose(): void {
    this.#disposables.dispose();
    this.#listening.dispose();
    this.#tellEnd();
    this.#session.dispose();
  }

  #make(conversation: ReturnType<Conversations['create']>, agent?: AgentProfile): Session {
    const { session, conversations, models } = this.parts;
    return new Session({ ...session, conversations, model: () => models.model }, conversation, agent);
  }

  async #open(id: string, { quiet = false } = {}): Promise<void> {
    try {
      await this.#leaving;
      const conversation = await this.parts.conversations.open(id);
      if (quiet && !this.#session.isEmpty) return;
      const session = this.#make(conversation);
      this.parts.taint.restore(session.id, session.outside);
      await this.#replace(session);
    } catch (error) {
      await this.parts.memory.update(memoryKey, undefined);
      if (!quiet) void vscode.window.showErrorMessage(`Axon: the conversation can't be opened: ${messageOf(error)}`);
    }
  }

  async #replace(session: Session): Promise<void> {
    this.#tellEnd();
    this.#listening.dispose();
    this.#session.dispose();
    this.#leaving = this.#session.idle();
    this.#session = session;
    this.#listen();
    this.#postSnapshot();
    await this.parts.memory.update(memoryKey, session.isEmpty ? undefined : session.id);
  }

  #listen(): void {
    const session = this.#session;
    this.#started = false;
    this.#listening = new Disposables();
    this.#listening.add(session.updates.on((update) => this.parts.view.post(update)));
    this.#listening.add(session.changed.on(() => this.#postStatus()));
    this.#listening.add(session.events.on((event) => {
      if (event.type === 'user' && !this.#started) {
        this.#started = true;
        this.parts.onSession('session_started', session);
        void this.parts.memory.update(memoryKey, session.id);
      }
      // Asked for only when it matters: looking for an engine loads its client.
      if (event.type === 'call-started' && event.call.name === 'code_execute') void this.refreshSandbox();
      if (event.type === 'finished') this.parts.view.post({ type: 'announce', text: event.reason === 'done' ? 'Axon is done.' : 'Axon stopped.' });
    }));
  }

  #tellEnd(): void {
    if (this.#started) this.parts.onSession('session_ended', this.#session);
    this.#started = false;
  }

  async #receive(message: ToHost): Promise<void> {
    try {
      await this.#act(message);
    } catch (error) {
      void vscode.window.showErrorMessage(`Axon: ${messageOf(error)}`);
    }
  }

  async #act(message: ToHost): Promise<void> {
    const { view, approvals, conversations } = this.parts;
    switch (message.type) {
      case 'ready':
        this.#postSnapshot();
        return;
      case 'send':
        if (this.parts.models.model === undefined) await this.parts.models.refresh();
        this.#session.send(message.text);
        return;
      case 'stop':
        this.stop();
        return;
      case 'answer': {
        const request = approvals.pending.find((each) => each.id === message.id && each.hash === message.hash);
        const { note } = message.answer.type === 'deny' ? message.answer : {};
        const answer = message.answer.type === 'deny' ? { type: 'deny' as const, ...(note && { note }) } : message.answer;
        // An answer that was not taken leaves the page with a card that waits for nothing: it is drawn anew.
        if (!request || !answerAndTell(approvals, request, answer)) this.#postSnapshot();
        return;
      }
      case 'show-diff': {
        const request = approvals.pending.find((each) => each.id === message.id);
        if (request) await this.parts.showDiff(request);
        return;
      }
      case 'explain':
        return this.parts.cards.explain(this.#session, message.id);
      case 'allow-here':
        return this.parts.cards.allowHere(this.#session, message.id);
      case 'try-again': {
        const composed = this.parts.cards.tryAgain(this.#session, message.id, this.parts.models.model?.isLanguageModel !== false);
        if (composed) view.post(composed);
        return;
      }
      case 'get-result':
        view.post(await this.parts.resultActions.bytes(this.#session, message.id, message.name));
        return;
      case 'save-result':
        return this.parts.resultActions.save(this.#session, message.id, message.name);
      case 'open-result':
        return this.parts.resultActions.open(this.#session, message.id, message.name);
      case 'earlier': {
        const { items, earlier } = this.#session.page(message.before);
        view.post({ type: 'earlier', items: [...items], earlier });
        return;
      }
      case 'new-session':
        return this.newSession();
      case 'list-sessions':
        return this.#postSessions();
      case 'open-session':
        return this.openSession(message.id);
      case 'rename-session':
        if (message.id === this.#session.id) await this.#session.rename(message.title);
        else await conversations.rename(message.id, message.title);
        return this.#postSessions();
      case 'delete-session':
        if (message.id === this.#session.id) {
          this.#session.stop();
          await this.#session.idle();
          await this.#replace(this.#make(conversations.create(), this.#session.agent));
        }
        await this.#leaving;
        await conversations.delete(message.id);
        this.parts.grants.forget(message.id);
        this.parts.taint.forget(message.id);
        await this.parts.forgetResults(message.id);
        return this.#postSessions();
      case 'select-agent':
        this.selectAgent(agentById(message.id));
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        return;
      case 'insert':
        return insertIntoEditor(message.text);
      case 'open-link':
        return openLink(message.url);
      case 'command':
        return runPageCommand(message.command);
    }
  }

  async #mayLeave(): Promise<boolean> {
    if (!this.#session.running) return true;
    const stop = 'Stop and Leave';
    return (await vscode.window.showWarningMessage('Axon is still working in this session.', { modal: true, detail: 'Leaving stops it. What was done stays.' }, stop)) === stop;
  }

  async #postSessions(): Promise<void> {
    const rows = await this.parts.conversations.list();
    this.parts.view.post({ type: 'sessions', sessions: rows.map((row) => ({ ...row, active: row.id === this.#session.id })) });
  }

  #postSnapshot(): void {
    const { items, earlier } = this.#session.page();
    this.#told = undefined;
    this.parts.view.post({ type: 'snapshot', status: this.#status(), items: [...items], earlier });
  }

  #postStatus(): void {
    const status = this.#status();
    this.parts.view.setBadge(status.pending);
    const { now, ...rest } = status;
    const text = JSON.stringify(rest);
    // Status changes are told often and mean the same most times.
    if (text === this.#told) return;
    this.#told = text;
    this.parts.view.post({ type: 'status', status });
  }

  #status(): Status {
    const session = this.#session;
    const { model } = this.parts.models;
    return {
      running: session.running,
      agent: choiceOf(session.agent),
      agents: agentProfiles.map(choiceOf),
      ...(model && { model: { id: model.id, label: model.label, detail: model.provider, isLanguageModel: model.isLanguageModel } }),
      sessionId: session.id,
      title: session.title,
      trusted: vscode.workspace.isTrusted,
      hasFolder: (vscode.workspace.workspaceFolders?.length ?? 0) > 0,
      taint: this.parts.taint.marks(session.id).map(({ source, at }) => ({ source, at })),
      usage: session.usage,
      contextShare: session.contextShare,
      sandbox: this.#sandbox,
      pending: this.parts.approvals.pending.length,
      now: Date.now(),
    };
  }
}

function choiceOf({ id, label, description }: AgentProfile): Choice {
  return { id, label, detail: description };
}
