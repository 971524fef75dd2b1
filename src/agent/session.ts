import type { Disposable } from '../disposable.js';
import { Emitter } from '../disposable.js';
import { messageOf } from '../errors.js';
import type { Model } from '../models/model.js';
import { oneCall } from '../models/one-call.js';
import type { AgentProfile } from '../policy/profile.js';
import type { ToPage } from '../protocol/chat.js';
import type { CallItem } from '../protocol/transcript.js';
import type { Clock } from './clock.js';
import { systemClock } from './clock.js';
import type { Conversations, OpenConversation } from './conversation/conversations.js';
import { tidyTitle } from './conversation/conversations.js';
import { rebuild } from './conversation/rebuild.js';
import { entryOf } from './conversation/record.js';
import { cutEnd } from './cut.js';
import type { AgentEvent, FinishReason } from './event.js';
import type { HistoryEntry } from './history.js';
import { newId } from './ids.js';
import { runLoop } from './loop.js';
import { MessageQueue } from './message-queue.js';
import { notice } from './notice.js';
import { agentById } from './profiles.js';
import type { LoopTools } from './run.js';
import { contextOf } from './run.js';
import { estimateMessage, TokenScale } from './tokens.js';
import type { Totals } from './totals.js';
import { Transcript } from './transcript.js';

export interface SessionParts {
  readonly conversations: Conversations;
  readonly tools: LoopTools;
  /** The model for the next run; undefined when none is chosen. */
  readonly model: () => Model | undefined;
  /** The system prompt for the next run. */
  readonly system: (agent: AgentProfile) => string;
  /** Requests to the model in one run. */
  readonly turnLimit: () => number;
  /** Hears what went wrong beside the conversation, as a sentence for a person. */
  readonly onProblem: (message: string) => void;
  readonly clock?: Clock;
}

/** For the page that shows the session. */
export type SessionUpdate = Extract<ToPage, { type: 'added' | 'changed' | 'appended' | 'compose' }>;

const shownAtOnce = 60;
const mostQueued = 5;

/**
 * The conversation that is open: sends messages, one run at a time, and keeps transcript, history and file in step.
 * A message is never an answer to an approval: those go to the broker alone.
 */
export class Session implements Disposable {
  /** Everything that happens, as it happens. */
  readonly events = new Emitter<AgentEvent>();
  readonly updates = new Emitter<SessionUpdate>();
  /** Running, title, agent, usage or the share of the context changed. */
  readonly changed = new Emitter<undefined>();
  readonly #conversation: OpenConversation;
  readonly #transcript: Transcript;
  readonly #totals: Totals;
  readonly #clock: Clock;
  readonly #scale = new TokenScale();
  readonly #queue = new MessageQueue(mostQueued);
  /** What the conversation had read from outside when it was opened. */
  readonly outside: readonly { readonly source: string; readonly at: number }[];
  #history: readonly HistoryEntry[];
  #contextTokens: number;
  #title: string;
  #agent: AgentProfile;
  #savedAgent: string | undefined;
  #abort: AbortController | undefined;
  #running: Promise<void> | undefined;
  #saveFailed = false;
  #disposed = false;

  /** A conversation that was just opened or begun; nobody else writes to it from now on. */
  constructor(
    private readonly parts: SessionParts,
    conversation: OpenConversation,
    agent?: AgentProfile,
  ) {
    const { items, history, totals, agent: saved, outside } = rebuild(conversation.entries);
    this.outside = outside;
    this.#conversation = conversation;
    this.#transcript = new Transcript(items);
    this.#history = history;
    this.#totals = totals;
    this.#clock = parts.clock ?? systemClock;
    this.#title = conversation.title;
    this.#savedAgent = saved;
    this.#agent = agent ?? agentById(saved ?? '');
    this.#contextTokens = this.#estimate();
  }

  get id(): string {
    return this.#conversation.file.id;
  }

  get title(): string {
    return this.#title === '' ? 'New conversation' : this.#title;
  }

  get agent(): AgentProfile {
    return this.#agent;
  }

  get running(): boolean {
    return this.#running !== undefined;
  }

  get isEmpty(): boolean {
    return this.#transcript.items.length === 0;
  }

  get queued(): number {
    return this.#queue.length;
  }

  get usage(): { input: number; output: number; cost?: number } {
    return this.#totals.value;
  }

  /** Share of the model's context in use, 0 to 1. */
  get contextShare(): number {
    const model = this.parts.model();
    return model ? Math.min(1, this.#contextTokens / contextOf(model)) : 0;
  }

  /** The newest items before the one with that id; without an id, the newest of all. */
  page(before?: string): ReturnType<Transcript['page']> {
    return this.#transcript.page(shownAtOnce, before);
  }

  /** The card of a call as it stands; undefined when there is none of that id. */
  call(id: string): CallItem | undefined {
    const item = this.#transcript.item(id);
    return item?.kind === 'call' ? item : undefined;
  }

  /** The card says from now on that the person put its refused command on their list. */
  markAllowedHere(id: string): void {
    this.#show({ type: 'call-allowed-here', id });
  }

  /** Resolves when nothing runs any more, queued messages included. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Takes effect with the next message. */
  setAgent(agent: AgentProfile): void {
    this.#agent = agent;
    this.changed.fire(undefined);
  }

  async rename(title: string): Promise<void> {
    const { file } = this.#conversation;
    const tidy = tidyTitle(title);
    if (tidy === '') return;
    this.#title = tidy;
    file.beginWithTitle(tidy);
    await file.sync();
    if (file.saved) await this.parts.conversations.rename(file.id, tidy);
    this.changed.fire(undefined);
  }

  /** Starts a run; while one is under way the message waits for its end. What is refused goes back to the composer. */
  send(text: string): 'started' | 'queued' | 'refused' {
    if (this.#disposed || text.trim() === '') return 'refused';
    if (!this.parts.model()) return this.#refuse(text, 'No model is chosen yet.', 'Choose a model, or use the built-in guide.');
    if (this.#running) {
      const id = newId('notice');
      if (!this.#queue.add(id, text)) return this.#refuse(text, `${mostQueued} messages wait already.`, 'Wait for the agent, or stop it.');
      this.#show({ ...notice(this.#clock, 'info', `Sent when the agent is done (${this.#queue.length} waiting): ${cutEnd(text, 300)}`), id });
      return 'queued';
    }
    this.#running = this.#runAll(text);
    this.changed.fire(undefined);
    return 'started';
  }

  /** Runs one call that the person asked for by a click, as a turn of its own; refused while the agent is at work. */
  perform(text: string, tool: string, args: Readonly<Record<string, unknown>>): 'started' | 'refused' {
    if (this.#disposed) return 'refused';
    if (this.#running) {
      this.#show(notice(this.#clock, 'info', 'The agent is at work.', 'Try again when it is done.'));
      return 'refused';
    }
    this.#running = this.#runAll(text, oneCall(newId('call'), tool, args));
    this.changed.fire(undefined);
    return 'started';
  }

  /** Cancels what runs; messages that wait go back to the composer. Without a run it does nothing. */
  stop(): void {
    this.#abort?.abort();
    this.#returnQueued();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#abort?.abort();
    this.#queue.clear();
    void this.idle().then(() => this.#conversation.file.close()).catch((error: unknown) => this.parts.onProblem(messageOf(error)));
  }

  /** `firstModel` answers the first message alone. */
  async #runAll(first: string, firstModel?: Model): Promise<void> {
    try {
      let model = firstModel;
      for (let text: string | undefined = first; text !== undefined; model = undefined) text = this.#takeQueued(await this.#run(text, model));
    } catch (error) {
      this.#show(notice(this.#clock, 'error', `The agent could not be started: ${messageOf(error)}`));
    } finally {
      this.#abort = undefined;
      this.#running = undefined;
      this.changed.fire(undefined);
    }
  }

  async #run(text: string, instead?: Model): Promise<FinishReason> {
    const model = instead ?? this.parts.model();
    if (!model) {
      this.#refuse(text, 'No model is chosen any more.', 'Choose a model, or use the built-in guide.');
      return 'error';
    }
    const abort = new AbortController();
    if (this.#disposed) abort.abort();
    this.#abort = abort;
    this.#begin(text);
    const agent = this.#agent;
    const { reason, history } = await runLoop({
      model, agent, sessionId: this.id, source: 'chat', system: this.parts.system(agent), history: this.#history, text,
      tools: this.parts.tools, limits: { turns: this.parts.turnLimit() }, signal: abort.signal,
      listener: (event) => this.#hear(event), onListenerError: (error) => this.parts.onProblem(messageOf(error)),
      scale: this.#scale, clock: this.#clock,
    });
    this.#abort = undefined;
    this.#history = history;
    this.#contextTokens = this.#estimate();
    await this.#save(() => this.#conversation.file.sync());
    return reason;
  }

  /** The first message gives the title; a new agent is written down before what it does. */
  #begin(text: string): void {
    const { file } = this.#conversation;
    if (this.#title === '') {
      this.#title = tidyTitle(cutEnd(text.trim().split('\n', 1)[0] ?? '', 80));
      file.beginWithTitle(this.#title);
    }
    if (this.#agent.id === this.#savedAgent) return;
    this.#savedAgent = this.#agent.id;
    void this.#save(() => file.append({ type: 'agent', agent: this.#agent.id }));
  }

  #takeQueued(reason: FinishReason): string | undefined {
    // After a stop or a failure the person decides again.
    if (reason === 'stopped' || reason === 'error') {
      this.#returnQueued();
      return undefined;
    }
    const next = this.#queue.next();
    if (next) this.#show({ ...notice(this.#clock, 'info', 'The waiting message is sent now.'), id: next.id });
    return next?.text;
  }

  #returnQueued(): void {
    const waiting = this.#queue.clear();
    for (const { id } of waiting) this.#show({ ...notice(this.#clock, 'info', 'Not sent: the agent was stopped before. The text is in the composer again.'), id });
    if (waiting.length > 0) this.updates.fire({ type: 'compose', text: waiting.map((each) => each.text).join('\n\n') });
  }

  #refuse(text: string, why: string, next: string): 'refused' {
    this.#show(notice(this.#clock, 'warning', why, next));
    this.updates.fire({ type: 'compose', text });
    return 'refused';
  }

  /** Shows what happened, then writes it down; the loop waits for the latter. */
  async #hear(event: AgentEvent): Promise<void> {
    const item = this.#show(event);
    if (event.type === 'answer-ended' || event.type === 'compacted') {
      this.#totals.add(event.usage, event.cost);
      if (event.type === 'compacted') this.#contextTokens = event.tokensAfter;
      else if (event.usage) this.#contextTokens = event.usage.input + event.usage.output;
      this.changed.fire(undefined);
    }
    const entry = entryOf(event, item);
    if (entry) await this.#save(() => this.#conversation.file.append(entry));
  }

  #show(event: AgentEvent): Extract<SessionUpdate, { type: 'added' }>['item'] | undefined {
    const increments = this.#transcript.apply(event);
    this.events.fire(event);
    for (const each of increments) this.updates.fire(each);
    return increments.flatMap((each) => (each.type === 'appended' ? [] : [each.item])).at(0);
  }

  /** A conversation that can't be saved goes on, and says so once. */
  async #save(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#saveFailed) return;
      this.#saveFailed = true;
      this.#show(notice(this.#clock, 'warning', `This conversation can't be saved: ${messageOf(error)}`, 'You can go on; what is said now will be missing later.'));
    }
  }

  #estimate(): number {
    return this.#scale.apply(this.#history.reduce((sum, each) => sum + estimateMessage(each.message), 0));
  }
}
