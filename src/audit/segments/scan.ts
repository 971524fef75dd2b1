import { hasCode } from '../storage/durable-file.js';
import type { Pace } from '../pace.js';
import { comparePositions, matcherOf, type AuditPosition, type AuditQuery } from '../query.js';
import { decodeLine, type AuditRecord } from '../record.js';
import type { JournalFileReader } from './journal-file-reader.js';
import { SegmentCorrupt } from './segment.js';
import type { SegmentFile } from './segment-name.js';
import type { Order } from './selection.js';
import { Moved, takeSnapshot, type ReadOptions } from './snapshot.js';

const mostAttempts = 50;

/**
 * All events that match, in order of time, from `beyond` on. Each line is checked before it is given. Windows may append,
 * fold and trim meanwhile: each event comes exactly once. Memory holds some pages of the files whose times overlap.
 * Rejects with `cancelled`, or with the file system's error.
 */
export async function* scan(options: ReadOptions, query: AuditQuery, order: Order, pace: Pace, beyond?: AuditPosition): AsyncGenerator<AuditRecord, void, undefined> {
  let position = beyond;
  for (let attempts = 0; ; ) {
    try {
      for await (const record of new Scan(options, query, order, pace, position).run()) {
        position = record;
        attempts = 0;
        yield record;
      }
      return;
    } catch (error) {
      attempts += 1;
      if (!(error instanceof Moved) || attempts > mostAttempts) throw error;
    }
  }
}

/** Events of one file, or of one way through its index. */
interface Stream {
  readonly file: string;
  readonly kind: 'journal' | 'segment';
  /** The one whose file it is; a segment has many. */
  readonly journal?: string;
  /** The next event of it. */
  head: AuditRecord | undefined;
  readonly lines: Iterator<string | null | undefined, void, undefined>;
  readonly close: () => void;
}

class Scan {
  readonly #streams: Stream[] = [];
  readonly #matches: (record: AuditRecord) => boolean;
  readonly #compare: (a: AuditPosition, b: AuditPosition) => number;

  constructor(
    private readonly options: ReadOptions,
    private readonly query: AuditQuery,
    private readonly order: Order,
    private readonly pace: Pace,
    private readonly beyond: AuditPosition | undefined,
  ) {
    const sign = order === 'newest' ? -1 : 1;
    this.#matches = matcherOf(query);
    this.#compare = (a, b) => sign * comparePositions(a, b);
  }

  async *run(): AsyncGenerator<AuditRecord, void, undefined> {
    const snapshot = await takeSnapshot(this.options);
    try {
      for (const journal of snapshot.journals) await this.#start(this.#journalStream(journal));
      const segments = this.#inOrder(snapshot.segments);
      let last: AuditPosition | undefined;
      for (;;) {
        let best = this.#first();
        for (let next = segments[0]; next && (!best?.head || this.#mayComeBefore(next, best.head)); next = segments[0]) {
          segments.shift();
          await this.#startSegment(next);
          best = this.#first();
        }
        const record = best?.head;
        if (!best || !record) return;
        await this.#advance(best);
        // A journal that was folded between two looks is in two files.
        if (last && comparePositions(last, record) === 0) continue;
        last = record;
        yield record;
      }
    } finally {
      snapshot.close();
      for (const each of this.#streams) each.close();
    }
  }

  #first(): Stream | undefined {
    let best: Stream | undefined;
    for (const each of this.#streams) if (each.head && (!best?.head || this.#compare(each.head, best.head) < 0)) best = each;
    return best;
  }

  #mayComeBefore(segment: SegmentFile, record: AuditPosition): boolean {
    return this.order === 'newest' ? segment.latest >= record.at : segment.earliest <= record.at;
  }

  #inOrder(segments: readonly SegmentFile[]): SegmentFile[] {
    const { order, query, beyond } = this;
    const from = Math.max(query.from ?? -Infinity, order === 'oldest' ? (beyond?.at ?? -Infinity) : -Infinity);
    const to = Math.min(query.to ?? Infinity, order === 'newest' ? (beyond?.at ?? Infinity) : Infinity);
    const within = segments.filter((each) => each.latest >= from && each.earliest <= to);
    return within.sort((a, b) => (order === 'newest' ? b.latest - a.latest : a.earliest - b.earliest));
  }

  #journalStream(journal: JournalFileReader): Stream {
    return { file: journal.file, kind: 'journal', journal: journal.name, head: undefined, lines: journal.search(this.query, this.order, this.beyond), close: () => journal.close() };
  }

  async #startSegment(file: SegmentFile): Promise<void> {
    const { pool, onBad } = this.options;
    try {
      const catalog = await pool.catalog(file);
      if (this.pace.isDue) await this.pace.breathe();
      if (!catalog.mayHold(this.query)) return;
      const segment = await pool.acquire(file);
      let streams: Stream[] = [];
      try {
        const ways = segment.search(catalog, this.query, this.order, this.beyond);
        let open = ways.length;
        const close = (lines: Iterator<unknown, void, undefined>) => () => {
          lines.return?.();
          if (--open === 0) pool.release(segment);
        };
        streams = ways.map((lines) => ({ file: file.file, kind: 'segment', head: undefined, lines, close: once(close(lines)) }));
      } finally {
        if (streams.length === 0) pool.release(segment);
      }
      for (const each of streams) await this.#start(each);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) throw new Moved();
      if (!(error instanceof SegmentCorrupt)) throw error;
      await onBad(file.file, 'segment');
    }
  }

  async #start(stream: Stream): Promise<void> {
    this.#streams.push(stream);
    await this.#advance(stream);
  }

  /** On to the next event of the stream, or to its end. */
  async #advance(stream: Stream): Promise<void> {
    const { kind, lines } = stream;
    const before = stream.head ?? this.beyond;
    try {
      for (;;) {
        if (this.pace.isDue) await this.pace.breathe();
        const next = lines.next();
        if (next.done) break;
        if (next.value === undefined) continue;
        const decoded = next.value === null ? undefined : decodeLine(this.options.key, next.value);
        if (decoded?.state === 'newer') continue;
        const good = decoded?.state === 'good' && (stream.journal === undefined || stream.journal === decoded.record.journal);
        if (!good) {
          await this.options.onBad(stream.file, kind);
          continue;
        }
        const { record } = decoded;
        if (before && this.#compare(record, before) <= 0) {
          // Of its own, each stream is in order. What isn't was moved, and would make pages go in a circle.
          if (stream.head) await this.options.onBad(stream.file, kind);
          continue;
        }
        if (!this.#matches(record)) continue;
        stream.head = record;
        return;
      }
    } catch (error) {
      if (!(error instanceof SegmentCorrupt)) throw error;
      await this.options.onBad(stream.file, kind);
    }
    this.#streams.splice(this.#streams.indexOf(stream), 1);
    stream.close();
  }
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}
