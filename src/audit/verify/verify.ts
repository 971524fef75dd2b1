import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { closedFile, parseJournalFile } from '../journal/journal-name.js';
import { Pace } from '../pace.js';
import type { AuditRecord } from '../record.js';
import { hasLeft, isAsOld, tombstoneOf, type Tombstone } from '../retention/tombstone.js';
import { listSegments, segmentsInForce, type SegmentFile } from '../segments/segment-name.js';
import type { LoadSqlite } from '../segments/sqlite.js';
import { namesIn, orMissing } from '../storage/durable-file.js';
import { keyIdOf, otherLogs, type Layout } from '../storage/layout.js';
import type { AnchorState } from '../storage/anchor-state.js';
import { checkBeside } from './beside.js';
import { ChainWalk } from './chain-walk.js';
import { inWords } from './finding.js';
import { Findings, mostFindings } from './findings.js';
import { LineReader } from '../storage/line-reader.js';
import { openPlain } from '../storage/plain-file.js';
import { checkPositions, relativeFile } from './positions.js';
import { verdictOf, type VerifyProgress, type VerifyReport } from './report.js';
import { openSegmentLines, type SegmentLines } from './segment-lines.js';

export interface VerifyOptions {
  readonly layout: Layout;
  readonly key: Uint8Array;
  readonly sqlite: LoadSqlite;
  /** What is remembered outside the folder, and the newest line that this window wrote itself. */
  readonly anchor: AnchorState;
  readonly signal?: AbortSignal;
  /** Told a few times a second at most. Must not throw. */
  readonly onProgress?: (progress: VerifyProgress) => void;
}

type HashesByNumber = ReadonlyMap<number, string>;

const progressMilliseconds = 250;

/**
 * Walks every segment and journal. The caller holds the folder's lock (or knows that nobody folds). Rejects with
 * `cancelled`, or with the file system's error. Memory holds some pages of one segment, and the names of the journals.
 */
export async function verifyLog(options: VerifyOptions): Promise<VerifyReport> {
  return new Verification(options).run();
}

class Verification {
  readonly #findings = new Findings();
  #events = 0;
  #earliest = Infinity;
  #latest = -Infinity;
  #tombstone: Tombstone | undefined;
  /** Journals seen; a journal is folded whole, so each may be in one place only. */
  readonly #seen = new Set<string>();
  /** Journals that there is a file of. */
  #withFile: ReadonlySet<string> = new Set();
  /** Those of them that the last segment holds. A window that died right after a fold leaves them behind, and the next fold removes them. */
  #leftBehind: ReadonlyMap<string, HashesByNumber> = new Map();
  /** When the journals that no segment holds were begun. */
  readonly #begun = new Map<string, { readonly file: string; readonly at: number }>();
  readonly #pace: Pace;
  #bytes = 0;
  #totalBytes = 0;
  #toldAt = performance.now();

  constructor(private readonly options: VerifyOptions) {
    this.#pace = new Pace(options.signal, 'The check of the audit log');
  }

  async run(): Promise<VerifyReport> {
    const { layout, key } = this.options;
    await this.#measure();
    this.#withFile = new Set((await namesIn(layout.journals)).map((name) => parseJournalFile(name)?.journal.name).filter((each) => each !== undefined));
    const segments = await this.#segmentsInForce();
    for (const segment of segments) await this.#segment(segment);
    const journals = await this.#journals();
    // Last: what says that the start may be missing can stand anywhere.
    checkPositions(segments, this.#tombstone?.through ?? 0, this.options.anchor, this.#findings);
    for (const [journal, { seq }] of this.options.anchor.journals) {
      if (seq > 0 && !this.#seen.has(journal)) this.#findings.note('removed', path.join('journals', closedFile(journal)), { journal, seq: 1, ...(seq > 1 && { untilSeq: seq }) });
    }
    this.#checkLeft();
    const tornKept = await checkBeside(layout, key, this.#findings);
    const limits = this.#limits();
    const { list: findings, more } = this.#findings;
    return {
      ...verdictOf(findings, limits),
      keyId: keyIdOf(key),
      events: this.#events,
      ...(this.#events > 0 && { earliest: this.#earliest, latest: this.#latest }),
      segments: segments.length,
      journals,
      more,
      tornKept,
      ...(this.#tombstone && { trimmed: this.#tombstone }),
      otherLogs: await otherLogs(layout),
    };
  }

  #limits(): string[] {
    const { known, since } = this.options.anchor;
    if (!known) return ['Nothing outside its folder is at hand that remembers how long the log was, so events that were cut off its end, or that left it and were put back, can\'t be noticed.'];
    return since === undefined ? [] : [`What remembers how long the log was began only at ${inWords(since)}: events that were cut off its end before that can't be noticed.`];
  }

  async #measure(): Promise<void> {
    const { segments, journals } = this.options.layout;
    for (const folder of [segments, journals]) {
      for (const name of await namesIn(folder)) this.#totalBytes += (await orMissing(lstat(path.join(folder, name))))?.size ?? 0;
    }
  }

  /** A forged file whose name covers true ones must not take their place. */
  async #segmentsInForce(): Promise<SegmentFile[]> {
    let files = await listSegments(this.options.layout.segments);
    for (;;) {
      const { inForce, superseded } = segmentsInForce(files);
      const covers = (one: SegmentFile, other: SegmentFile): boolean => one !== other && one.from <= other.from && other.to <= one.to;
      const inDoubt = [...superseded, ...inForce.filter((one) => superseded.some((other) => covers(one, other)))];
      const forged = new Set<SegmentFile>();
      for (const each of inDoubt) {
        const open = await this.#open(each);
        open?.close();
        if (!open?.authentic) forged.add(each);
      }
      // True ones that are covered are what a dead fold leaves behind.
      if (forged.size === 0) return inForce;
      for (const each of forged) if (!this.#findings.has(relativeFile(each))) this.#findings.note('changed', relativeFile(each));
      files = files.filter((each) => !forged.has(each));
    }
  }

  /** Notes what can't be opened. */
  async #open(segment: SegmentFile): Promise<SegmentLines | undefined> {
    const { sqlite, key } = this.options;
    try {
      const open = await openSegmentLines(sqlite, key, segment, this.#pace);
      if (typeof open === 'object') return open;
      this.#findings.note(open === 'missing' ? 'removed' : 'foreign', relativeFile(segment));
      return undefined;
    } finally {
      await this.#breathe(0);
    }
  }

  async #segment(segment: SegmentFile): Promise<void> {
    const file = relativeFile(segment);
    const open = await this.#open(segment);
    if (!open) return;
    const journals = new Map<string, HashesByNumber>();
    const before = this.#findings.list.length;
    let count = 0;
    let walk: ChainWalk | undefined;
    try {
      const span = segment.to - segment.from + 1;
      if (!open.authentic) this.#findings.note('changed', file, {}, `${file}, with the events at positions ${segment.from} to ${segment.to} from ${inWords(segment.earliest)} to ${inWords(segment.latest)}, is not what was written`);
      for (const line of open.lines()) {
        const position = segment.from + count;
        count += 1;
        if (count > span + mostFindings) break;
        const journal = journalOf(line) ?? walk?.journal ?? '';
        if (walk?.journal !== journal) {
          this.#end(walk, file);
          const hashes = new Map<number, string>();
          if (this.#withFile.has(journal)) journals.set(journal, hashes);
          walk = this.#begin(journal, file, ({ seq, hash }) => {
            if (open.authentic && journals.has(journal)) hashes.set(seq, hash);
          });
        }
        walk.take(line, { position });
        if (this.#pace.isDue) await this.#breathe(0);
      }
      this.#end(walk, file);
      if (count !== span) this.#findings.note('removed', file, {}, `${span} events should be in ${file}, and ${count} are`);
    } catch (error) {
      if (open.authentic || this.options.signal?.aborted) throw error;
      this.#end(walk, file);
      this.#findings.note('removed', file, {}, `${count} of the ${segment.to - segment.from + 1} events in ${file} can be read`);
    } finally {
      open.close();
    }
    if (!open.authentic && this.#findings.list.length === before + 1) this.#findings.note('changed', file, {}, `All events in ${file} are as they were written: what was changed is beside them`);
    this.#leftBehind = journals;
    await this.#breathe(open.bytes);
  }

  async #journals(): Promise<number> {
    const { layout } = this.options;
    let count = 0;
    for (const name of await namesIn(layout.journals)) {
      const parsed = parseJournalFile(name);
      if (parsed) count += (await this.#journal(name, parsed.journal.name, parsed.live)) ? 1 : 0;
      else if (!name.endsWith('.tmp')) this.#findings.note('foreign', path.join('journals', name));
    }
    return count;
  }

  async #journal(name: string, journal: string, live: boolean): Promise<boolean> {
    const { journals } = this.options.layout;
    let file = path.join('journals', name);
    let handle = await openPlain(path.join(journals, name));
    // Its window may close it under our eyes.
    if (handle === 'missing' && live) {
      file = path.join('journals', closedFile(journal));
      handle = this.#seen.has(journal) ? 'missing' : await openPlain(path.join(journals, closedFile(journal)));
    }
    if (handle === 'missing') return false;
    if (!handle) {
      this.#findings.note('foreign', file);
      return false;
    }
    try {
      const held = this.#leftBehind.get(journal);
      const walk = held ? this.#beginLeftBehind(journal, file, held) : this.#begin(journal, file, ({ at }) => {
        if (!this.#begun.has(journal)) this.#begun.set(journal, { file, at });
      });
      const reader = new LineReader(handle);
      let line = 0;
      const read = (): Promise<void> => reader.read((text) => walk.take(text, { line: (line += 1) }), (bytes) => this.#breathe(bytes));
      await read();
      // A line that is just being written is whole a moment later.
      for (let attempt = 0; !reader.endsWhole && live && attempt < 10; attempt += 1) {
        await delay(50);
        reader.reread();
        await read();
      }
      if (!reader.endsWhole) this.#findings.note('torn', file, { line: line + 1, journal });
      // A journal leaves no room when it is closed.
      else if (!live && reader.room > 0) this.#findings.note('changed', file);
      this.#end(walk, file, held !== undefined);
    } finally {
      await handle.close();
    }
    return true;
  }

  #begin(journal: string, file: string, onGood: (record: AuditRecord) => void): ChainWalk {
    if (this.#seen.has(journal)) this.#findings.note('doubled', file, {}, `The journal ${journal}, in ${file}, is there more than once`);
    this.#seen.add(journal);
    return new ChainWalk(this.options.key, journal, this.options.anchor.journals.get(journal), (record) => {
      this.#see(record);
      onGood(record);
    });
  }

  /** Its lines have to be those that the segment holds, as far as they can be read there. */
  #beginLeftBehind(journal: string, file: string, held: HashesByNumber): ChainWalk {
    const [last] = [...held].slice(-1);
    const end = last && ({ seq: last[0], hash: last[1], final: true } as const);
    return new ChainWalk(this.options.key, journal, end, ({ seq, hash, at }, place) => {
      if (end && seq !== end.seq && held.get(seq) !== hash) this.#findings.note(held.has(seq) ? 'changed' : 'inserted', file, { ...place, journal, seq, at });
    });
  }

  /** What left the log with its segment can be put back, cut anywhere: no number and no chain would tell. */
  #checkLeft(): void {
    const until = this.#tombstone?.until ?? -Infinity;
    for (const [journal, { file, at }] of this.#begun) {
      if (isAsOld(journal, at, until) && hasLeft(journal, this.options.anchor)) this.#findings.note('inserted', file, { journal, at }, `The journal ${journal}, in ${file}, left the log before and was put back`);
    }
  }

  #see(record: AuditRecord): void {
    this.#earliest = Math.min(this.#earliest, record.at);
    this.#latest = Math.max(this.#latest, record.at);
    const tombstone = tombstoneOf(record);
    if (tombstone && tombstone.through >= (this.#tombstone?.through ?? 0)) this.#tombstone = tombstone;
  }

  #end(walk: ChainWalk | undefined, file: string, leftBehind = false): void {
    if (!walk) return;
    for (const { fault, ...place } of walk.end()) this.#findings.note(fault, file, place);
    this.#findings.add(walk.more);
    if (!leftBehind) this.#events += walk.good;
  }

  async #breathe(bytes: number): Promise<void> {
    this.#bytes += bytes;
    if (this.#pace.isDue) await this.#pace.breathe();
    if (performance.now() - this.#toldAt < progressMilliseconds) return;
    this.#toldAt = performance.now();
    this.options.onProgress?.({ events: this.#events, bytes: this.#bytes, totalBytes: this.#totalBytes });
  }
}

/** The journal that a segment's line says it is from; the chain walk checks it. */
function journalOf(line: string): string | undefined {
  try {
    const { journal } = JSON.parse(line) as Partial<AuditRecord>;
    return typeof journal === 'string' ? journal : undefined;
  } catch {
    return undefined;
  }
}
