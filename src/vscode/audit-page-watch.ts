import { comparePositions, type AuditPosition, type AuditQuery } from '../audit/query.js';
import { Disposables, type Disposable } from '../disposable.js';
import { isCancelled } from '../errors.js';
import { limits, type ToPage } from '../protocol/audit.js';
import type { AuditCheck } from './audit-check.js';
import type { MatchingRows } from './audit-page-rows.js';
import type { ReadableLog } from './audit-page.js';

/** One question of the page, and what is known of its answer. */
export interface Question {
  readonly number: number;
  readonly filter: AuditQuery;
  readonly abort: AbortController;
  /** The list was made: what comes from now on is newer. */
  answered?: true;
  rows?: MatchingRows;
  newest?: AuditPosition;
  extent?: Extent;
}

/** How much the log held: all events, and those of a time on. From then on both numbers grow together, or something else happened. */
interface Extent {
  readonly from: number;
  readonly since: number;
  readonly events: number;
}

export interface AuditPageWatchParts {
  readonly log: () => Promise<ReadableLog>;
  readonly check: AuditCheck;
  readonly visible: () => boolean;
  readonly question: () => Question | undefined;
  readonly post: (message: ToPage) => void;
  readonly onFailed: (error: unknown, question: Question) => void;
}

/** Milliseconds: other windows write too, and only looking tells. */
const lookEvery = 5_000;
/** Milliseconds after an event of this window, so that a busy agent doesn't make the page look all the time. */
const lookAfter = 400;
/** All events are counted so seldom that it takes no more than this part of the time. */
const countingPart = 0.02;

/** Looks now and then what came after the list was made, and after the last check, and whether the list is still true. */
export class AuditPageWatch implements Disposable {
  #soon: ReturnType<typeof setTimeout> | undefined;
  #looking = false;
  #countAgainAt = 0;
  #disposed = false;
  readonly #disposables = new Disposables();

  constructor(private readonly parts: AuditPageWatchParts) {
    const timer = setInterval(() => {
      if (parts.visible()) void this.look();
    }, lookEvery);
    this.#disposables.add({ dispose: () => clearInterval(timer) });
    void this.#listen();
  }

  /** Never rejects. A look that fails is made up for by the next. */
  async look(): Promise<void> {
    const question = this.parts.question();
    if (!question?.answered || this.#looking || this.#disposed || question.abort.signal.aborted) return;
    this.#looking = true;
    try {
      const log = await this.parts.log();
      await this.#lookForNewer(log, question);
      await this.#count(log, question);
    } catch (error) {
      if (!isCancelled(error)) this.parts.onFailed(error, question);
    } finally {
      this.#looking = false;
    }
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#soon);
    this.#disposables.dispose();
  }

  async #listen(): Promise<void> {
    try {
      const log = await this.parts.log();
      this.#disposables.add(log.onAppended(() => {
        this.#soon ??= setTimeout(() => {
          this.#soon = undefined;
          void this.look();
        }, lookAfter);
      }));
    } catch {
      // Whoever asks next is told why the log can't be read.
      return;
    }
  }

  async #lookForNewer(log: ReadableLog, { number, filter, newest, abort: { signal } }: Question): Promise<void> {
    const { records, next } = await log.page({ ...filter, limit: limits.block }, signal);
    const newer = newest ? records.filter((each) => comparePositions(each, newest) > 0).length : records.length;
    if (newer > 0) this.parts.post({ type: 'newer', query: number, count: newer, more: newer === records.length && next !== undefined });
    const [head] = records.slice(newer);
    const isThere = newest === undefined || (head ? comparePositions(head, newest) === 0 : newer > 0 && next !== undefined);
    if (!isThere) this.parts.post({ type: 'changed', query: number });
  }

  async #count(log: ReadableLog, { number, extent, abort: { signal } }: Question): Promise<void> {
    const started = performance.now();
    if (started < this.#countAgainAt) return;
    try {
      const now = await extentOf(log, extent?.from, signal, () => log.facets(signal));
      if (!now) return;
      await this.parts.check.review(log, now.events);
      if (extent && now.events - extent.events !== now.since - extent.since) this.parts.post({ type: 'changed', query: number });
    } finally {
      const ended = performance.now();
      this.#countAgainAt = ended + (ended - started) / countingPart;
    }
  }
}

/**
 * Undefined while so much is written that both numbers can't be had of the same moment.
 *
 * @param start from when on events are counted; from the newest on unless told
 */
export async function extentOf(log: ReadableLog, start: number | undefined, signal: AbortSignal, countAll: () => Promise<{ readonly events: number }>): Promise<Extent | undefined> {
  const from = start ?? (await log.page({ limit: 1 }, signal)).records[0]?.at ?? 0;
  const since = await countSince(log, from, signal);
  const { events } = await countAll();
  return (await countSince(log, from, signal)) === since ? { from, since, events } : undefined;
}

async function countSince(log: ReadableLog, from: number, signal: AbortSignal): Promise<number> {
  return (await log.timeline({ from }, { buckets: 1 }, signal)).total.events;
}
