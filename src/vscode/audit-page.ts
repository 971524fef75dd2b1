import type { AuditLog } from '../audit/audit-log.js';
import { auditEventTypes, type AuditEventType } from '../audit/event.js';
import { comparePositions, type AuditPosition, type AuditQuery } from '../audit/query.js';
import type { AuditRecord } from '../audit/record.js';
import { canonicalJson } from '../canonical.js';
import { Disposables, type Disposable } from '../disposable.js';
import { AxonError, isCancelled, messageOf } from '../errors.js';
import { limits, type Filter, type Kept, type ToHost, type ToPage } from '../protocol/audit.js';
import type { AuditPageCheck } from './audit-page-check.js';
import { facetsOf } from './audit-page-facets.js';
import { MatchingRows } from './audit-page-rows.js';
import { chartSpan } from './audit-page-span.js';
import { detailsOf, rowOf, storyEventOf, textOf } from './audit-page-views.js';

export type ReadableLog = Pick<AuditLog, 'page' | 'record' | 'timeline' | 'facets' | 'verify' | 'others' | 'onAppended'>;

export interface AuditPageParts {
  readonly log: () => Promise<ReadableLog>;
  readonly post: (message: ToPage) => void;
  readonly check: AuditPageCheck;
  /** What the page showed last, when it is to show it again. */
  readonly kept: () => Kept | undefined;
  readonly keep: (kept: Kept) => void;
  /** Titles of the conversations that are kept, by the id of their session. */
  readonly titles: () => Promise<ReadonlyMap<string, string>>;
  /** Opens a kept conversation in the chat. */
  readonly openConversation: (sessionId: string) => Promise<void>;
  /** Shows why the call that this event belongs to was decided so. */
  readonly explain: (record: AuditRecord) => Promise<void>;
  readonly copy: (text: string) => PromiseLike<void>;
  /** Asks where to, writes what matches, and tells how it went. */
  readonly exportMatching: (query: AuditQuery, format: 'csv' | 'jsonLines') => Promise<void>;
  /** Asks where to, writes the whole log for an auditor, and tells how it went. */
  readonly exportBundle: () => Promise<void>;
  readonly showLiveOutput: () => Promise<void>;
  readonly visible: () => boolean;
}

/** One question of the page, and what is known of its answer. */
interface Question {
  readonly number: number;
  readonly filter: AuditQuery;
  readonly abort: AbortController;
  /** The list was made: what comes from now on is newer. */
  answered?: true;
  rows?: MatchingRows;
  newest?: AuditPosition;
}

/** Milliseconds: other windows write too, and only looking tells. */
const lookEvery = 5_000;
/** Milliseconds after an event of this window, so that a busy agent doesn't make the page look all the time. */
const lookAfter = 400;

/**
 * The host's side of the audit page: answers what the page asks from the log. A question in its place ends the one
 * before. What the page names is looked up in the log; no text of the page's goes anywhere.
 */
export class AuditPage implements Disposable {
  #question: Question | undefined;
  #details: AbortController | undefined;
  #story: AbortController | undefined;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #looking = false;
  #disposed = false;
  readonly #disposables = new Disposables();

  constructor(private readonly parts: AuditPageParts) {
    const timer = setInterval(() => {
      if (parts.visible()) void this.#look();
    }, lookEvery);
    this.#disposables.add({ dispose: () => clearInterval(timer) });
    this.#disposables.add(parts.check.onChanged((check) => this.#post({ type: 'check', check })));
    void this.#listen();
  }

  /** Never rejects: what goes wrong is told to the page. */
  async receive(message: ToHost): Promise<void> {
    try {
      await this.#act(message);
    } catch (error) {
      if (isCancelled(error) || this.#disposed) return;
      const { message: text, next } = failure(error);
      const what = whatFails[message.type];
      if (what) this.#post({ type: 'failed', what, ...('query' in message && { query: message.query }), message: text, next });
      else this.#post({ type: 'announce', text: [text, next].filter(Boolean).join(' ') });
    }
  }

  dispose(): void {
    this.#disposed = true;
    this.#question?.abort.abort();
    this.#details?.abort();
    this.#story?.abort();
    clearTimeout(this.#soon);
    this.#disposables.dispose();
  }

  async #act(message: ToHost): Promise<void> {
    switch (message.type) {
      case 'ready': {
        const kept = this.parts.kept();
        this.#post({ type: 'start', ...(kept && { kept }) });
        this.#post({ type: 'check', check: this.parts.check.state });
        return;
      }
      case 'keep':
        this.parts.keep(message.kept);
        return;
      case 'query':
        return this.#query(message.query, message.filter, message.fresh);
      case 'rows':
        return this.#rows(message.query, message.from);
      case 'details':
        return this.#showDetails(message.id);
      case 'story':
        return this.#tellStory(message.sessionId, message.from);
      case 'copy': {
        const record = await this.#record(message.id);
        await this.parts.copy(message.form === 'json' ? canonicalJson(record) : textOf(record));
        this.#post({ type: 'announce', text: message.form === 'json' ? 'Copied as JSON.' : 'Copied as text.' });
        return;
      }
      case 'explain':
        return this.parts.explain(await this.#record(message.id));
      case 'open-conversation':
        return this.#openConversation((await this.#record(message.id)).sessionId);
      case 'export':
        return this.parts.exportMatching(this.#question?.filter ?? {}, message.format);
      case 'export-bundle':
        return this.parts.exportBundle();
      case 'verify':
        return this.parts.check.run(await this.parts.log());
      case 'stop-verifying':
        this.parts.check.stop();
        return;
      case 'show-live-output':
        return this.parts.showLiveOutput();
    }
  }

  async #query(number: number, given: Filter, fresh: boolean): Promise<void> {
    this.#question?.abort.abort();
    const question: Question = { number, filter: queryOf(given), abort: new AbortController() };
    this.#question = question;
    const { signal } = question.abort;
    const log = await this.parts.log();
    const { records, next } = await log.page({ ...question.filter, limit: limits.block }, signal);
    const [newest] = records;
    question.answered = true;
    if (newest) {
      question.newest = newest;
      // As it was when it was asked: rows keep their numbers while more is written.
      const { at } = newest;
      question.rows = new MatchingRows(log, { ...question.filter, to: at + 1 }, newest, signal);
    }
    this.#post({ type: 'list', query: number, rows: records.map(rowOf), total: records.length, counted: next === undefined });
    await this.#chart(question, log, fresh);
  }

  async #chart({ number, filter, rows, newest, abort: { signal } }: Question, log: ReadableLog, fresh: boolean): Promise<void> {
    try {
      const facets = fresh || !this.#facets ? await this.#lookForFacets(log, signal) : this.#facets;
      const session = facets.sessions.find((each) => each.sessionId === filter.sessionId);
      const earliest = filter.from ?? session?.earliest ?? facets.earliest ?? newest?.at ?? 0;
      const latest = Math.max(earliest, filter.to !== undefined ? filter.to - 1 : Math.max(session?.latest ?? facets.latest ?? 0, newest?.at ?? 0));
      const span = chartSpan(Math.min(earliest, newest?.at ?? earliest), latest, -60_000 * new Date(latest).getTimezoneOffset());
      const { buckets, total } = await log.timeline(newest ? { ...filter, to: newest.at + 1 } : filter, span, signal);
      rows?.counted(buckets);
      this.#post({ type: 'timeline', query: number, total: total.events, buckets: buckets.slice(-limits.buckets).map(({ ...each }) => each) });
    } catch (error) {
      if (isCancelled(error)) return;
      this.#post({ type: 'failed', what: 'timeline', query: number, ...failure(error) });
    }
  }

  #facets: Awaited<ReturnType<ReadableLog['facets']>> | undefined;

  async #lookForFacets(log: ReadableLog, signal: AbortSignal): Promise<Awaited<ReturnType<ReadableLog['facets']>>> {
    const facets = await log.facets(signal);
    this.#facets = facets;
    this.#post({ type: 'facets', facets: facetsOf(facets, await this.parts.titles(), (await log.others()).length) });
    return facets;
  }

  async #rows(number: number, from: number): Promise<void> {
    const question = this.#question;
    if (question?.number !== number || !question.rows) return;
    const records = await question.rows.read(from, limits.block);
    this.#post({ type: 'rows', query: number, from, rows: records.map(rowOf) });
  }

  async #showDetails(id: string): Promise<void> {
    this.#details?.abort();
    this.#details = new AbortController();
    const { signal } = this.#details;
    const record = await this.#record(id, signal);
    const call = record.callId === undefined ? [] : await this.#call(record, record.callId, signal);
    const titles = await this.parts.titles();
    if (!signal.aborted) this.#post({ type: 'details', details: detailsOf(record, call, titles.get(record.sessionId)) });
  }

  /** All events of the call, oldest first. An id may come again: a call begins with its request. */
  async #call({ sessionId, at, journal, seq }: AuditRecord, callId: string, signal: AbortSignal): Promise<readonly AuditRecord[]> {
    const log = await this.parts.log();
    const around = { from: at - longestCall, to: at + longestCall };
    const { records } = await log.page({ sessionId, text: callId, ...around, limit: 500 }, signal);
    const all = records.filter((each) => each.callId === callId).reverse();
    const here = all.findIndex((each) => each.journal === journal && each.seq === seq);
    const begin = Math.max(0, all.findLastIndex((each, index) => index <= here && each.type === 'tool_requested'));
    const end = all.findIndex((each, index) => index > here && each.type === 'tool_requested');
    return all.slice(begin, end === -1 ? undefined : end);
  }

  async #tellStory(sessionId: string, from: number): Promise<void> {
    this.#story?.abort();
    this.#story = new AbortController();
    const { signal } = this.#story;
    const log = await this.parts.log();
    const { records } = await log.page({ sessionId, limit: 1 }, signal);
    const titles = await this.parts.titles();
    const [newest] = records;
    const about = { type: 'story', sessionId, title: titles.get(sessionId), kept: titles.has(sessionId) } as const;
    if (!newest) {
      this.#post({ ...about, from: 0, total: 0, events: [] });
      return;
    }
    const query = { sessionId, to: newest.at + 1 };
    const rows = new MatchingRows(log, query, newest, signal);
    const { buckets, total } = await log.timeline(query, { buckets: limits.buckets }, signal);
    rows.counted(buckets);
    const count = Math.min(limits.storyEvents, total.events - from);
    const found = count <= 0 ? [] : await rows.read(total.events - from - count, count);
    if (!signal.aborted) this.#post({ ...about, from, total: total.events, events: found.toReversed().map(storyEventOf) });
  }

  async #openConversation(sessionId: string): Promise<void> {
    if ((await this.parts.titles()).has(sessionId)) return this.parts.openConversation(sessionId);
    this.#post({ type: 'announce', text: 'This conversation is not kept here: it was deleted, or belongs to another folder. What was done in it stays in this log.' });
  }

  async #record(id: string, signal?: AbortSignal): Promise<AuditRecord> {
    const record = await (await this.parts.log()).record(id, signal);
    if (!record) throw new AxonError('not-found', 'This event is not in the log.', 'If it was shown before, run “Verify”: something was taken out.');
    return record;
  }

  async #listen(): Promise<void> {
    try {
      const log = await this.parts.log();
      this.#disposables.add(log.onAppended(() => {
        this.#soon ??= setTimeout(() => {
          this.#soon = undefined;
          void this.#look();
        }, lookAfter);
      }));
    } catch {
      // Whoever asks next is told why the log can't be read.
      return;
    }
  }

  /** Counts what came after the list was made. A look that fails is made up for by the next. */
  async #look(): Promise<void> {
    const question = this.#question;
    if (!question?.answered || this.#looking || question.abort.signal.aborted) return;
    this.#looking = true;
    try {
      const log = await this.parts.log();
      const { records, next } = await log.page({ ...question.filter, limit: limits.block }, question.abort.signal);
      const { newest } = question;
      const newer = newest ? records.filter((each) => comparePositions(each, newest) > 0).length : records.length;
      if (newer > 0) this.#post({ type: 'newer', query: question.number, count: newer, more: newer === records.length && next !== undefined });
    } catch (error) {
      if (!isCancelled(error)) this.#post({ type: 'failed', what: 'rows', query: question.number, ...failure(error) });
    } finally {
      this.#looking = false;
    }
  }

  #post(message: ToPage): void {
    if (!this.#disposed) this.parts.post(message);
  }
}

/** A request may wait for its answer for long, and a program may run for long. */
const longestCall = 24 * 60 * 60 * 1_000;

const whatFails: Partial<Record<ToHost['type'], Extract<ToPage, { type: 'failed' }>['what']>> = { query: 'list', rows: 'rows', details: 'details', story: 'story' };

function failure(error: unknown): { message: string; next: string } {
  return { message: messageOf(error), next: error instanceof AxonError ? error.next : 'Look at the disk that holds the editor’s data.' };
}

const isEventType = (type: string): type is AuditEventType => (auditEventTypes as readonly string[]).includes(type);

function queryOf({ type, ...rest }: Filter): AuditQuery {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return { ...given, ...(type !== undefined && { types: isEventType(type) ? [type] : [] }) };
}

