import type { AuditLog } from '../audit/audit-log.js';
import { auditEventTypes, type AuditEventType } from '../audit/event.js';
import type { AuditFacets } from '../audit/facets.js';
import { windowMayBeOpen } from '../audit/journal/window-open.js';
import type { AuditQuery } from '../audit/query.js';
import { recordId, type AuditRecord } from '../audit/record.js';
import { canonicalJson } from '../canonical.js';
import { Disposables, type Disposable } from '../disposable.js';
import { AxonError, isCancelled, messageOf } from '../errors.js';
import { limits, type Filter, type Kept, type PlaceOf, type ToHost, type ToPage } from '../protocol/audit.js';
import type { AuditCheck } from './audit-check.js';
import { eventsOfCall } from './audit-page-call.js';
import { facetsOf } from './audit-page-facets.js';
import { eventOfFinding, rowOfEvent, type FoundPlace } from './audit-page-place.js';
import { MatchingRows } from './audit-page-rows.js';
import { chartSpan } from './audit-page-span.js';
import { detailsOf, rowOf, storyEventOf, textOf } from './audit-page-views.js';
import { AuditPageWatch, extentOf, type Question } from './audit-page-watch.js';

export type ReadableLog = Pick<AuditLog, 'page' | 'record' | 'timeline' | 'facets' | 'verify' | 'others' | 'onAppended'>;

export interface AuditPageParts {
  readonly log: () => Promise<ReadableLog>;
  readonly post: (message: ToPage) => void;
  readonly check: AuditCheck;
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
  readonly exportMatching: (query: AuditQuery, format: 'csv' | 'jsonl') => Promise<void>;
  /** Asks where to, writes the whole log for an auditor, and tells how it went. */
  readonly exportBundle: () => Promise<void>;
  readonly showLiveOutput: () => Promise<void>;
  readonly visible: () => boolean;
}

/**
 * The host's side of the audit page: answers what the page asks from the log. A question in its place ends the one
 * before. What the page names is looked up in the log; no text of the page's goes anywhere.
 */
export class AuditPage implements Disposable {
  #question: Question | undefined;
  #details: AbortController | undefined;
  #story: AbortController | undefined;
  #disposed = false;
  readonly #disposables = new Disposables();

  constructor(private readonly parts: AuditPageParts) {
    this.#disposables.add(parts.check.onChanged((check) => this.#post({ type: 'check', check })));
    this.#disposables.add(new AuditPageWatch({
      log: parts.log,
      check: parts.check,
      visible: parts.visible,
      question: () => this.#question,
      post: (message) => this.#post(message),
      onFailed: (error, { number }) => this.#post({ type: 'failed', what: 'rows', query: number, ...failure(error) }),
    }));
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
        return this.#query(message.query, message.filter);
      case 'rows':
        return this.#rows(message.query, message.from);
      case 'details':
        return this.#showDetails(message.id);
      case 'place':
        return this.#place(message.query, message.of);
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
        // The check tells by itself how it ended.
        await this.parts.check.run(await this.parts.log()).catch(() => undefined);
        return;
      case 'stop-verifying':
        this.parts.check.stop();
        return;
      case 'show-live-output':
        return this.parts.showLiveOutput();
    }
  }

  async #query(number: number, given: Filter): Promise<void> {
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
    await this.#chart(question, log);
  }

  async #chart(question: Question, log: ReadableLog): Promise<void> {
    const { number, filter, rows, newest, abort: { signal } } = question;
    try {
      // Looked for each time: a span that is a little too short would leave events out of the count.
      let facets = emptyFacets;
      const extent = await extentOf(log, undefined, signal, async () => (facets = await log.facets(signal)));
      if (extent) question.extent = extent;
      this.#post({ type: 'facets', facets: facetsOf(facets, await this.parts.titles(), (await log.others()).length) });
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

  async #rows(number: number, from: number): Promise<void> {
    const question = this.#question;
    if (question?.number !== number || !question.rows) return;
    const records = await question.rows.read(from, limits.block);
    this.#post({ type: 'rows', query: number, from, rows: records.map(rowOf) });
  }

  /** Waits for the list: a row has a number only in one. */
  async #place(number: number, of: PlaceOf): Promise<void> {
    const question = this.#question;
    if (question?.number !== number || !question.newest) return;
    const { signal } = question.abort;
    const log = await this.parts.log();
    const { record, beside } = 'id' in of ? { record: await this.#record(of.id, signal), beside: false } : await this.#found(log, of.finding, signal);
    const row = await rowOfEvent(log, question.filter, question.newest, record, signal);
    this.#post({ type: 'place', query: number, id: recordId(record), at: record.at, row, beside });
  }

  async #found(log: ReadableLog, index: number, signal: AbortSignal): Promise<FoundPlace> {
    const finding = this.parts.check.finding(index);
    const found = finding && (await eventOfFinding(log, finding, signal));
    if (!found) throw new AxonError('not-found', 'Nothing is left in the log that stands next to this.', 'The finding says in which file it was.');
    return found;
  }

  async #showDetails(id: string): Promise<void> {
    this.#details?.abort();
    this.#details = new AbortController();
    const { signal } = this.#details;
    const record = await this.#record(id, signal);
    const call = await eventsOfCall(await this.parts.log(), record, signal);
    const titles = await this.parts.titles();
    if (!signal.aborted) this.#post({ type: 'details', details: detailsOf(record, call, titles.get(record.sessionId), !windowMayBeOpen(record, Date.now())) });
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
    if (!signal.aborted) this.#post({ ...about, from, total: total.events, events: found.toReversed().map((each) => storyEventOf(each, !windowMayBeOpen(each, Date.now()))) });
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

  #post(message: ToPage): void {
    if (!this.#disposed) this.parts.post(message);
  }
}

const emptyFacets: AuditFacets = { tools: [], agents: [], rules: [], decisions: [], types: [], sessions: [], events: 0 };

const whatFails: Partial<Record<ToHost['type'], Extract<ToPage, { type: 'failed' }>['what']>> = { query: 'list', rows: 'rows', details: 'details', story: 'story' };

function failure(error: unknown): { message: string; next: string } {
  return { message: messageOf(error), next: error instanceof AxonError ? error.next : 'Look at the disk that holds the editor’s data.' };
}

const isEventType = (type: string): type is AuditEventType => (auditEventTypes as readonly string[]).includes(type);

function queryOf({ type, ...rest }: Filter): AuditQuery {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return { ...given, ...(type !== undefined && { types: isEventType(type) ? [type] : [] }) };
}

