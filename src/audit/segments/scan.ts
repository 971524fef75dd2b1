import { hasCode } from '../storage/durable-file.js';
import type { Pace } from '../pace.js';
import { comparePositions, lineMatcherOf, matcherOf, type AuditPosition, type AuditQuery } from '../query.js';
import { decodeLine, type AuditRecord } from '../record.js';
import { wantedWords, type Catalog, type Wanted } from './catalog.js';
import type { JournalFileReader } from './journal-file-reader.js';
import { SegmentCorrupt, type Segment } from './segment.js';
import type { SegmentFile } from './segment-name.js';
import type { Order } from './selection.js';
import { Moved, takeSnapshot, type ReadOptions, type Snapshot } from './snapshot.js';

const mostAttempts = 50;

export interface ScanOptions extends ReadOptions {
  readonly query: AuditQuery;
  readonly order: Order;
  readonly pace: Pace;
  /** Where to go on: what comes after this in the order. */
  readonly beyond?: AuditPosition | undefined;
}

/** Events of one file, or of one way through its index. */
interface Stream {
  readonly file: string;
  readonly kind: 'journal' | 'segment';
  /** The one whose file it is; a segment has many. */
  readonly journal?: string;
  /** The next event of it. */
  head?: AuditRecord;
  readonly lines: Iterator<string | null | undefined, void, undefined>;
  readonly close: () => void;
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
  readonly #wanted: readonly Wanted[];
  readonly #mayMatch: (line: string) => boolean;
  readonly #matches: (record: AuditRecord) => boolean;
  readonly #compare: (a: AuditPosition, b: AuditPosition) => number;
  #snapshot: Snapshot | undefined;
  #segments: SegmentFile[] = [];
  #streams: Stream[] = [];
  /** Streams whose next event isn't known yet. */
  #behind: Stream[] = [];
  #last: AuditPosition | undefined;
  #attempts = 0;

  constructor(private readonly options: ScanOptions) {
    const sign = options.order === 'newest' ? -1 : 1;
    this.#wanted = wantedWords(options.query);
    this.#mayMatch = lineMatcherOf(options.query);
    this.#matches = matcherOf(options.query);
    this.#compare = (a, b) => sign * comparePositions(a, b);
    this.#last = options.beyond;
  }

  /** The next event, or a promise of when to ask again; `undefined` at the end. */
  next(): AuditRecord | Promise<void> | undefined {
    for (;;) {
      if (!this.#snapshot) return this.#open();
      for (let stream = this.#behind.at(-1); stream; stream = this.#behind.at(-1)) {
        const wait = this.#advance(stream);
        if (wait) return wait;
        this.#behind.pop();
      }
      const best = this.#first();
      const [segment] = this.#segments;
      if (segment && (!best?.head || this.#mayComeBefore(segment, best.head))) {
        const wait = this.#startSegment(segment);
        if (wait) return wait;
        continue;
      }
      const record = best?.head;
      if (!record) return undefined;
      this.#behind.push(best);
      // A journal that was folded between two looks is in two files.
      if (this.#last && this.#compare(record, this.#last) <= 0) continue;
      this.#last = record;
      this.#attempts = 0;
      return record;
    }
  }

  /** Twice is harmless. */
  close(): void {
    this.#snapshot?.close();
    this.#snapshot = undefined;
    for (const each of this.#streams) each.close();
    this.#streams = [];
    this.#behind = [];
  }

  async #open(): Promise<void> {
    try {
      const snapshot = await takeSnapshot(this.options);
      this.#snapshot = snapshot;
      this.#streams = snapshot.journals.map((each) => this.#journalStream(each));
      this.#behind = [...this.#streams];
      this.#segments = this.#inOrder(snapshot.segments);
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

  #first(): Stream | undefined {
    let best: Stream | undefined;
    for (const each of this.#streams) if (each.head && (!best?.head || this.#compare(each.head, best.head) < 0)) best = each;
    return best;
  }

  #mayComeBefore(segment: SegmentFile, record: AuditPosition): boolean {
    return this.options.order === 'newest' ? segment.latest >= record.at : segment.earliest <= record.at;
  }

  #inOrder(segments: readonly SegmentFile[]): SegmentFile[] {
    const { order, query } = this.options;
    const from = Math.max(query.from ?? -Infinity, order === 'oldest' ? (this.#last?.at ?? -Infinity) : -Infinity);
    const to = Math.min(query.to ?? Infinity, order === 'newest' ? (this.#last?.at ?? Infinity) : Infinity);
    const within = segments.filter((each) => each.latest >= from && each.earliest <= to);
    return within.sort((a, b) => (order === 'newest' ? b.latest - a.latest : a.earliest - b.earliest));
  }

  #journalStream(journal: JournalFileReader): Stream {
    const lines = journal.search(this.options.query, this.options.order, this.#last);
    return { file: journal.file, kind: 'journal', journal: journal.name, lines, close: () => journal.close() };
  }

  /** Begins to read a segment, if it can hold what is looked for. A promise tells when to ask again. */
  #startSegment(file: SegmentFile): Promise<void> | undefined {
    const { pool, onBad, pace } = this.options;
    if (!pool.isLoaded) return pool.load();
    if (pace.isDue) return pace.breathe();
    this.#segments.shift();
    try {
      // What asks for no word has no need of the words: to read them takes as long as a page.
      const catalog = this.#wanted.length > 0 ? pool.catalogNow(file) : undefined;
      if (catalog && !catalog.mayHold(this.#wanted)) return undefined;
      const few = catalog && pool.fewLinesNow(file, catalog, this.#wanted);
      if (few) this.#addStream({ file: file.file, kind: 'segment', lines: (this.options.order === 'newest' ? few : few.toReversed()).values(), close: () => undefined });
      else this.#addStreams(pool.acquireNow(file), catalog);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) {
        pool.list.forget();
        this.#beginAgain(error);
      }
      else if (error instanceof SegmentCorrupt) return onBad(file.file, 'segment');
      else throw error;
    }
    return undefined;
  }

  /** One stream for each way through the segment, which is given back when the last of them is closed. */
  #addStreams(segment: Segment, catalog: Catalog | undefined): void {
    const { pool, query, order } = this.options;
    let open = 0;
    try {
      const filters = catalog ? segment.filters(catalog, this.#wanted) : [];
      const ways = filters ? segment.search(filters, query, order, this.#last) : [];
      open = ways.length;
      for (const lines of ways) {
        const close = (): void => {
          lines.return();
          open -= 1;
          if (open === 0) pool.release(segment);
        };
        this.#addStream({ file: segment.file.file, kind: 'segment', lines, close });
      }
    } finally {
      if (open === 0) pool.release(segment);
    }
  }

  #addStream(stream: Stream): void {
    this.#streams.push(stream);
    this.#behind.push(stream);
  }

  /** On to the next event of the stream, or to its end. A promise tells when to go on. */
  #advance(stream: Stream): Promise<void> | undefined {
    const { kind, lines, journal } = stream;
    const { key, onBad, pace } = this.options;
    try {
      for (;;) {
        if (pace.isDue) return pace.breathe();
        const next = lines.next();
        if (next.done) break;
        if (next.value === undefined || (next.value !== null && !this.#mayMatch(next.value))) continue;
        const decoded = next.value === null ? undefined : decodeLine(key, next.value);
        if (decoded?.state === 'newer') continue;
        if (decoded?.state !== 'good' || (journal !== undefined && journal !== decoded.record.journal)) return onBad(stream.file, kind);
        const { record } = decoded;
        // Each stream by itself is in order. What isn't was moved, and would make pages go in a circle.
        if (stream.head && this.#compare(record, stream.head) <= 0) return onBad(stream.file, kind);
        if (!this.#matches(record)) continue;
        stream.head = record;
        return undefined;
      }
    } catch (error) {
      if (!(error instanceof SegmentCorrupt)) throw error;
      return onBad(stream.file, kind);
    }
    this.#streams.splice(this.#streams.indexOf(stream), 1);
    stream.close();
    return undefined;
  }
}
