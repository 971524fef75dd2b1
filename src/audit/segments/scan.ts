import { hasCode } from '../storage/durable-file.js';
import type { Pace } from '../pace.js';
import { comparePositions, matcherOf, type AuditPosition, type AuditQuery } from '../query.js';
import type { AuditRecord } from '../record.js';
import { SegmentCorrupt } from './segment.js';
import type { SegmentFile } from './segment-name.js';
import type { Order } from './selection.js';
import { journalsToRead, Moved, takeSnapshot, type ReadOptions, type Snapshot } from './snapshot.js';
import { journalSource, SegmentSources, type Source } from './source.js';
import { Stream, type Demand } from './stream.js';

const mostAttempts = 50;

export interface ScanOptions extends ReadOptions {
  readonly query: AuditQuery;
  readonly order: Order;
  readonly pace: Pace;
  /** Where to go on: what comes after this in the order. */
  readonly beyond?: AuditPosition | undefined;
}

/**
 * All events that match, in order of time. Each line is checked before it is given. Windows may append, fold and trim
 * meanwhile: each event comes exactly once. Memory holds some pages of the files whose times overlap. Rejects with
 * `cancelled`, or with the file system's error.
 */
export async function* scan(options: ScanOptions): AsyncGenerator<AuditRecord, void, undefined> {
  const running = new Scan(options);
  try {
    for (let next = running.next(); next; next = running.next()) {
      if (next instanceof Promise) await next;
      else yield next;
    }
  } finally {
    running.close();
  }
}

/** The same, up to a number of events; quicker than one by one. */
export async function scanSome(options: ScanOptions, most: number): Promise<AuditRecord[]> {
  const found: AuditRecord[] = [];
  const running = new Scan(options);
  try {
    while (found.length < most) {
      const next = running.next();
      if (!next) break;
      if (next instanceof Promise) await next;
      else found.push(next);
    }
    return found;
  } finally {
    running.close();
  }
}

/** Puts the streams of all files together. It never waits for a disk's turn while the next event can be had at once. */
class Scan {
  readonly #demand: Demand;
  readonly #sources: SegmentSources;
  #snapshot: Snapshot | undefined;
  /** Those that weren't begun yet, in order. */
  #segments: SegmentFile[] = [];
  #streams: Stream[] = [];
  /** Streams whose next event isn't known yet. */
  #behind: Stream[] = [];
  #last: AuditPosition | undefined;
  #attempts = 0;

  constructor(private readonly options: ScanOptions) {
    const { key, query, order, pace, pool, beyond } = options;
    const sign = order === 'newest' ? -1 : 1;
    this.#demand = { key, pace, matches: matcherOf(query), compare: (a, b) => sign * comparePositions(a, b) };
    this.#sources = new SegmentSources(pool, query, order);
    this.#last = beyond;
  }

  /** The next event, or a promise of when to ask again; `undefined` at the end. */
  next(): AuditRecord | Promise<void> | undefined {
    for (;;) {
      if (!this.#snapshot) return this.#open();
      const wait = this.#catchUp();
      if (wait) return wait;
      const best = this.#first();
      const record = best?.head;
      const [segment] = this.#segments;
      if (segment && (!record || this.#mayComeBefore(segment, record))) {
        const start = this.#start(segment);
        if (start) return start;
        continue;
      }
      if (!best || !record) return undefined;
      this.#behind.push(best);
      // A journal that was folded between two looks is in two files.
      if (this.#last && this.#demand.compare(record, this.#last) <= 0) continue;
      this.#last = record;
      this.#attempts = 0;
      return record;
    }
  }

  /** Twice is harmless. */
  close(): void {
    this.#snapshot?.close();
    this.#snapshot = undefined;
    for (const { source } of this.#streams) source.close();
    this.#streams = [];
    this.#behind = [];
  }

  async #open(): Promise<void> {
    const { query, order } = this.options;
    try {
      const snapshot = await takeSnapshot(this.options);
      this.#snapshot = snapshot;
      this.#segments = this.#inOrder(snapshot.segments);
      for (const each of await journalsToRead(snapshot, this.options, this.options.pace)) this.#add(journalSource(each, query, order, this.#last));
    } catch (error) {
      if (!(error instanceof Moved)) throw error;
      this.#beginAgain(error);
    }
  }

  /** What comes next is looked for in a new list of files. Throws when files go on moving. */
  #beginAgain(error: unknown): void {
    this.#attempts += 1;
    if (this.#attempts > mostAttempts) throw error;
    this.close();
  }

  #inOrder(segments: readonly SegmentFile[]): SegmentFile[] {
    const { order, query } = this.options;
    const from = Math.max(query.from ?? -Infinity, order === 'oldest' ? (this.#last?.at ?? -Infinity) : -Infinity);
    const to = Math.min(query.to ?? Infinity, order === 'newest' ? (this.#last?.at ?? Infinity) : Infinity);
    const within = segments.filter((each) => each.latest >= from && each.earliest <= to && this.#sources.mayHold(each));
    return within.sort((a, b) => (order === 'newest' ? b.latest - a.latest : a.earliest - b.earliest));
  }

  #mayComeBefore(segment: SegmentFile, record: AuditPosition): boolean {
    return this.options.order === 'newest' ? segment.latest >= record.at : segment.earliest <= record.at;
  }

  /** Begins to read a segment. A promise tells when to ask again. */
  #start(segment: SegmentFile): Promise<void> | undefined {
    const { pool, onBad, pace } = this.options;
    if (!pool.isLoaded) return pool.load();
    if (pace.isDue) return pace.breathe();
    this.#segments.shift();
    try {
      for (const each of this.#sources.of(segment, this.#last)) this.#add(each);
    } catch (error) {
      if (error instanceof SegmentCorrupt) return onBad(segment.file, 'segment');
      if (!hasCode(error, 'ENOENT')) throw error;
      pool.list.forget();
      this.#beginAgain(error);
    }
    return undefined;
  }

  #add(source: Source): void {
    const stream = new Stream(source, this.#demand);
    this.#streams.push(stream);
    this.#behind.push(stream);
  }

  /** Lets each stream know its next event. A promise tells when to go on. */
  #catchUp(): Promise<void> | undefined {
    for (let stream = this.#behind.at(-1); stream; stream = this.#behind.at(-1)) {
      const state = stream.advance();
      if (state === 'due') return this.options.pace.breathe();
      if (state === 'bad') return this.options.onBad(stream.source.file, stream.source.kind);
      if (state === 'ended') this.#end(stream);
      this.#behind.pop();
    }
    return undefined;
  }

  #end(stream: Stream): void {
    this.#streams.splice(this.#streams.indexOf(stream), 1);
    stream.source.close();
  }

  #first(): Stream | undefined {
    let best: Stream | undefined;
    for (const each of this.#streams) if (each.head && (!best?.head || this.#demand.compare(each.head, best.head) < 0)) best = each;
    return best;
  }
}
