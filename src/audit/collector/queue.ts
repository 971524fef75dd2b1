import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { hasCode, namesIn, orMissing } from '../storage/durable-file.js';
import { parseJournalFile } from '../journal/journal-name.js';
import type { LogFiles } from '../log-files.js';
import { Pace } from '../pace.js';
import type { OnProblem } from '../problem.js';
import { decodeLine, type AuditRecord } from '../record.js';
import { dataEnd } from '../storage/data-end.js';
import { openPlain } from '../storage/plain-file.js';
import { Segment, SegmentCorrupt } from '../segments/segment.js';
import { hasTrueName, listSegments, segmentsInForce, type SegmentFile } from '../segments/segment-name.js';
import type { Cursor, SentHead } from './cursor.js';
import { linesOf } from './journal-lines.js';

export interface QueuedEvent {
  readonly record: AuditRecord;
  /** The line as it stands in the log. */
  readonly line: string;
}

export interface Batch {
  readonly events: readonly QueuedEvent[];
  /** The cursor once they are sent. It may be further on where there are none: over what was sent before it was folded. */
  readonly after: Cursor;
  /** There was something that could not be taken yet; look again soon. */
  readonly unsettled: boolean;
}

export interface BatchLimits {
  readonly events: number;
  /** Of the lines, with an allowance for what is added to each; one event is always taken. */
  readonly bytes: number;
}

/** What the names and numbers of an event take beside its line. */
const addedBytes = 1_000;
/** Events passed over in one go, where all of them were sent before they were folded. */
const mostPassed = 5_000;

interface JournalFile {
  readonly name: string;
  readonly file: string;
  readonly live: boolean;
}

/**
 * Reads what a cursor has not passed yet: the segments in the order of their positions, then the journals that aren't
 * folded. The events of one journal always come in their order. Nothing is locked: what is folded meanwhile is found again
 * by its journal and number. What isn't authentic is left out and told of, once for each file.
 */
export class Queue {
  /** Where the last line sent of a journal ends, so that a long journal isn't read from its start each time. */
  readonly #places = new Map<string, SentHead & { readonly end: number }>();
  /** How long live journals were when they were looked at. */
  readonly #sizes = new Map<string, { readonly settled: number; readonly seen: number; readonly at: number }>();

  readonly #told = new Set<string>();

  constructor(
    private readonly files: LogFiles,
    /** Milliseconds that a line must have stood in a live journal: a write that fails is taken back. */
    private readonly settle: number,
    private readonly onProblem: OnProblem,
  ) {}

  async next(cursor: Cursor, limits: BatchLimits, signal?: AbortSignal): Promise<Batch> {
    // Journals are listed before segments: one that is folded in between is then seen twice, never missed.
    const journals = await this.#listJournals();
    const segments = await this.#listSegments();
    const pace = new Pace(signal, 'Sending the audit log');
    const waiting = segments.filter((each) => each.to > cursor.folded);
    if (waiting.length > 0) return this.#fromSegments(cursor, waiting, limits, pace);
    return this.#fromJournals(cursor, journals, limits, pace);
  }

  /** About how many events the cursor has not passed. */
  async waiting(cursor: Cursor): Promise<number> {
    const journals = await this.#listJournals();
    const segments = await this.#listSegments();
    let count = segments.reduce((sum, { from, to }) => sum + Math.max(0, to - Math.max(from - 1, cursor.folded)), 0);
    const unfolded = new Set(journals.map(({ name }) => name));
    // What was sent of a journal before it was folded is counted with the segments.
    for (const [name, head] of cursor.journals) if (!unfolded.has(name)) count -= head.seq;
    for (const { name, file } of journals) count += Math.max(0, (await this.#lastNumber(file)) - (cursor.journals.get(name)?.seq ?? 0));
    return Math.max(0, count);
  }

  async #fromSegments(cursor: Cursor, segments: readonly SegmentFile[], limits: BatchLimits, pace: Pace): Promise<Batch> {
    const taken = new Taken(limits);
    const heads = new Map(cursor.journals);
    let { folded } = cursor;
    const result = (unsettled = false): Batch => ({ events: taken.events, after: { ...cursor, folded, journals: heads }, unsettled });
    for (const file of segments) {
      try {
        const segment = Segment.openUnchecked(await this.files.sqlite(), file);
        try {
          let next = Math.max(folded + 1, file.from);
          for (const { position, line } of segment.from(folded + 1)) {
            // Of a file that was tampered with, only the name can be believed.
            if (!(position <= file.to)) break;
            const decoded = decodeLine(this.files.key, line);
            if (decoded.state === 'bad' || position !== next) this.#tellOfBad(file.file);
            next = position + 1;
            if (decoded.state === 'good' && isNew(decoded.record, heads) && !taken.add(decoded.record, line)) return result();
            folded = position;
            if (taken.events.length === 0 && position - cursor.folded >= mostPassed) return result();
            if (pace.isDue) await pace.breathe();
          }
          if (next <= file.to) this.#tellOfBad(file.file);
        } finally {
          segment.close();
        }
      } catch (error) {
        // Folded into a longer one meanwhile: look again.
        if (hasCode(error, 'ENOENT')) return result(true);
        if (!(error instanceof SegmentCorrupt)) throw error;
        this.#tellOfBad(file.file);
      }
      folded = file.to;
    }
    return result();
  }

  async #fromJournals(cursor: Cursor, journals: readonly JournalFile[], limits: BatchLimits, pace: Pace): Promise<Batch> {
    const taken = new Taken(limits);
    const names = new Set(journals.map(({ name }) => name));
    // All that is folded is passed, so a journal that is gone will not be met again.
    const heads = new Map([...cursor.journals].filter(([name]) => names.has(name)));
    for (const each of [this.#places, this.#sizes]) for (const name of each.keys()) if (!names.has(name)) each.delete(name);
    let unsettled = false;
    for (const journal of journals) {
      const size = await sizeOf(journal);
      if (size === undefined) {
        unsettled = true;
        continue;
      }
      const end = journal.live ? this.#settled(journal.name, size) : size;
      if (end < size) unsettled = true;
      if (!(await this.#fromJournal(journal, end, heads, taken, pace))) break;
    }
    return { events: taken.events, after: { ...cursor, journals: heads }, unsettled };
  }

  /** False when the batch is full. */
  async #fromJournal({ name, file }: JournalFile, end: number, heads: Map<string, SentHead>, taken: Taken, pace: Pace): Promise<boolean> {
    const head = heads.get(name);
    const place = this.#places.get(name);
    const known = head && place?.hash === head.hash && place.end <= end ? place : undefined;
    if (known?.end === end) return true;
    const handle = await openPlain(file);
    if (!handle) this.#tellOfBad(file);
    if (!handle || handle === 'missing') return true;
    try {
      let isFirst = known !== undefined;
      for await (const { text, end: lineEnd } of linesOf(handle, known?.end ?? 0, end)) {
        if (pace.isDue) await pace.breathe();
        const decoded = text === undefined ? undefined : decodeLine(this.files.key, text);
        const record = decoded?.state === 'good' && decoded.record.journal === name ? decoded.record : undefined;
        if (isFirst && record?.prev !== known?.hash) {
          // The file is not the one that was read: from its start, then.
          this.#places.delete(name);
          return await this.#fromJournal({ name, file, live: false }, end, heads, taken, pace);
        }
        isFirst = false;
        if (record !== undefined && record.seq === head?.seq && record.hash !== head.hash && heads.get(name) === head) {
          // What was sent is not what is there: a failed write was taken back, and others got its numbers.
          heads.delete(name);
          return await this.#fromJournal({ name, file, live: false }, end, heads, taken, pace);
        }
        // A window of a newer version sends these itself.
        if (decoded?.state === 'newer') return true;
        if (record === undefined) this.#tellOfBad(file);
        if (record === undefined || text === undefined || !isNew(record, heads)) continue;
        if (!taken.add(record, text)) return false;
        heads.set(name, { seq: record.seq, hash: record.hash });
        this.#places.set(name, { seq: record.seq, hash: record.hash, end: lineEnd });
      }
      return true;
    } finally {
      await handle.close();
    }
  }

  #tellOfBad(file: string): void {
    if (this.#told.has(file)) return;
    this.#told.add(file);
    this.onProblem({ kind: 'corrupt', message: 'A file of the audit log is not what Axon wrote, so not all of its events were sent to the collector.', next: 'Restore it from a backup and delete the folder "collector" of the log; then everything is sent again.', file });
  }

  /** Bytes of a live journal that have stood there long enough. */
  #settled(name: string, size: number): number {
    const now = performance.now();
    const before = this.#sizes.get(name);
    if (this.settle === 0) return size;
    // A file that shrank had a failed write taken back.
    if (!before || size < before.seen) {
      this.#sizes.set(name, { settled: Math.min(size, before?.settled ?? 0), seen: size, at: now });
      return Math.min(size, before?.settled ?? 0);
    }
    if (now - before.at < this.settle) return before.settled;
    this.#sizes.set(name, { settled: before.seen, seen: size, at: now });
    return before.seen;
  }

  /** Those in force. A name that was made up could cover everything, and what it covers would pass for sent. */
  async #listSegments(): Promise<SegmentFile[]> {
    const { layout, key } = this.files;
    return segmentsInForce((await listSegments(layout.segments)).filter((each) => hasTrueName(key, each))).inForce;
  }

  async #listJournals(): Promise<JournalFile[]> {
    const { journals } = this.files.layout;
    return (await namesIn(journals)).flatMap((each) => {
      const parsed = parseJournalFile(each);
      return parsed ? [{ name: parsed.journal.name, live: parsed.live, file: path.join(journals, each) }] : [];
    });
  }

  /** The number of a journal's last whole line; 0 when there is none near its end. */
  async #lastNumber(file: string): Promise<number> {
    const handle = await openPlain(file);
    if (!handle || handle === 'missing') return 0;
    try {
      const size = await dataEnd(handle, (await handle.stat()).size);
      let last = 0;
      for await (const { text } of linesOf(handle, Math.max(0, size - tailBytes), size)) {
        const decoded = text === undefined ? undefined : decodeLine(this.files.key, text);
        if (decoded?.state === 'good') last = decoded.record.seq;
      }
      return last;
    } finally {
      await handle.close();
    }
  }
}

/** Longer than a line can be, so that a whole one is in it. */
const tailBytes = 512 * 1024;

/** True for what was not sent: a later number, or another line that took the number of one that was taken back. */
function isNew({ journal, seq, hash }: AuditRecord, heads: ReadonlyMap<string, SentHead>): boolean {
  const head = heads.get(journal);
  return head === undefined || seq > head.seq || (seq === head.seq && hash !== head.hash);
}

class Taken {
  readonly events: QueuedEvent[] = [];
  #bytes = 0;

  constructor(private readonly limits: BatchLimits) {}

  /** False when it has no room any more. */
  add(record: AuditRecord, line: string): boolean {
    const bytes = line.length + addedBytes;
    if (this.events.length > 0 && (this.events.length >= this.limits.events || this.#bytes + bytes > this.limits.bytes)) return false;
    this.events.push({ record, line });
    this.#bytes += bytes;
    return true;
  }
}

/** Bytes of its data; `undefined` when it is gone, or can't be read. */
async function sizeOf({ file, live }: JournalFile): Promise<number | undefined> {
  const size = (await orMissing(lstat(file)))?.size;
  if (size === undefined || !live) return size;
  const handle = await openPlain(file);
  if (handle === 'missing') return undefined;
  if (!handle) return size;
  try {
    return await dataEnd(handle, (await handle.stat()).size);
  } finally {
    await handle.close();
  }
}
