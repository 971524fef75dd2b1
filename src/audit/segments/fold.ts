import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { SqlJsStatic } from 'sql.js';
import type { AnchorKeeper } from '../storage/anchor.js';
import { givenWithin, type Head, type Positions } from '../storage/anchor-state.js';
import { closeDeadJournals, mendJournal, type ClosedJournal, type MendOptions } from '../journal/mend.js';
import { parseJournalFile } from '../journal/journal-name.js';
import { Pace } from '../pace.js';
import { setAside } from '../storage/aside.js';
import { hasCode, namesIn, orMissing, syncFolder } from '../storage/durable-file.js';
import { mergeTail } from './merge.js';
import type { PastJournals } from './past-journals.js';
import { Segment, SegmentCorrupt } from './segment.js';
import { SegmentWriter } from './segment-writer.js';
import { hasTrueName, listSegments, segmentsInForce, type SegmentFile } from './segment-name.js';
import type { LoadSqlite } from './sqlite.js';
import { WholeSegment } from './whole-segment.js';

export interface FoldOptions extends MendOptions {
  readonly sqlite: LoadSqlite;
  readonly anchor: AnchorKeeper;
  /** Events of one segment at most. A segment only grows over it when a single journal is longer. */
  readonly segmentEvents: number;
  readonly past: PastJournals;
}

/** Of lines: bounds a segment whose events are long. */
export const segmentBytes = 32 * 1024 * 1024;

/**
 * Folds every closed journal into segments. A segment is in force the moment it has its name, and a journal goes only
 * after that; so wherever this dies, each event is in a journal or a segment, and where it is in both, the next fold
 * knows it: only the last segment can hold a journal that is still there. Returns how many events were folded.
 *
 * A fold writes what is new and no more, so that it costs the same after a year; small segments are then joined, each
 * event some four times in its life. Both have turns with what else the thread has to do.
 */
export async function foldJournals(options: FoldOptions): Promise<number> {
  await closeDeadJournals(options);
  const files = await closedJournalFiles(options);
  if (files.length === 0) return 0;
  const sqlite = await options.sqlite();
  const last = await tidySegments(sqlite, options);
  const waiting = last ? await withoutFolded(sqlite, files, last, options) : files;
  const folded = await new Fold(sqlite, options, waiting).run(await nextPosition(last, options));
  if (folded > 0) await joinSmall(sqlite, options);
  return folded;
}

/** What is needed of a journal when its lines are in a segment. */
interface FoldedJournal {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly last: Head;
  /** Of each of its lines, by number. */
  readonly hashes: ReadonlyMap<number, string>;
}

/** Writes segments of whole journals, as many of them in one as it may hold. */
class Fold {
  readonly #pace = new Pace();
  readonly #names: readonly string[];
  #writer: SegmentWriter | undefined;
  #journals: FoldedJournal[] = [];
  #next = 1;

  constructor(
    private readonly sqlite: SqlJsStatic,
    private readonly options: FoldOptions,
    private readonly files: readonly string[],
  ) {
    this.#names = files.map(nameOf).sort();
  }

  async run(from: number): Promise<number> {
    this.#next = from;
    const { layout, key, past } = this.options;
    const { inForce } = segmentsInForce((await listSegments(layout.segments)).filter((each) => hasTrueName(key, each)));
    try {
      for (const file of this.files) {
        const journal = await mendJournal(file, this.options);
        if (!journal) continue;
        const [first] = journal.records;
        if (!first) await removeOld(file, this.options);
        // Folded once more, nobody could tell it from a true one when those before it have left.
        else if (await past.find(journal.name, first.at, inForce)) await keepAside(file, 'An audit journal that was folded or left the log before is there again', this.options);
        else await this.#add(journal);
      }
      await this.#finish();
    } finally {
      await this.#writer?.dispose();
    }
    return this.#next - from;
  }

  async #add(journal: ClosedJournal): Promise<void> {
    const { key, layout, lock, segmentEvents } = this.options;
    if (this.#writer && (this.#writer.events + journal.lines.length > segmentEvents || this.#writer.bytes + bytesOf(journal) > segmentBytes)) await this.#finish();
    this.#writer ??= await SegmentWriter.create(this.sqlite, { key, folder: layout.segments, from: this.#next, journals: this.#names, mayCommit: () => lock.isHeld(), pace: this.#pace });
    for (const [index, record] of journal.records.entries()) await this.#writer.add(record, journal.lines[index] ?? '');
    const { name, file, records } = journal;
    const last = records.at(-1);
    if (last) this.#journals.push({ name, file, bytes: bytesOf(journal), last, hashes: new Map(records.map(({ seq, hash }) => [seq, hash])) });
  }

  async #finish(): Promise<void> {
    if (!this.#writer) return;
    const heads = new Map(this.#journals.map(({ name, last: { seq, hash } }) => [name, { seq, hash }]));
    // A fold that dies after its segment has its name must leave behind what that segment was to hold.
    await this.options.anchor.save({ committing: this.#next + this.#writer.events - 1, heads });
    const written = await this.#writer.finish();
    this.#writer = undefined;
    this.#next = written.to + 1;
    for (const journal of this.#journals) await removeJournal(journal, this.options);
    await this.#tellOfCut();
    await this.options.anchor.save({ folded: written.to, gone: new Map(this.#journals.map((each) => [each.name, (head) => holds(each, head)])) });
    this.#journals = [];
  }

  /** What is remembered of such a journal stays remembered, so that `verify` finds it from now on. */
  async #tellOfCut(): Promise<void> {
    const { anchor, onProblem } = this.options;
    const { journals } = await anchor.load();
    for (const each of this.#journals) {
      const head = journals.get(each.name);
      if (!head || holds(each, head)) continue;
      const missing = head.seq - each.last.seq;
      const what = missing > 0 ? `${missing} event(s) are gone from the end of an audit journal.` : 'The end of an audit journal is not what was written.';
      onProblem({ kind: 'corrupt', message: what, next: 'Run "Axon: Verify Audit Log", and find out who changed it.', file: each.file });
    }
  }
}

const holds = ({ hashes }: FoldedJournal, { seq, hash }: Head): boolean => seq === 0 || hashes.get(seq) === hash;

async function closedJournalFiles({ layout }: FoldOptions): Promise<string[]> {
  const names = await namesIn(layout.journals);
  return names.filter((name) => parseJournalFile(name)?.live === false).map((name) => path.join(layout.journals, name));
}

/** Removes what a fold that died left behind, and gives the last segment. One that isn't what its name says is kept aside. */
async function tidySegments(sqlite: SqlJsStatic, options: FoldOptions): Promise<SegmentFile | undefined> {
  const { key, layout } = options;
  for (const name of await namesIn(layout.segments)) if (name.endsWith('.tmp')) await removeOld(path.join(layout.segments, name), options);
  const listed = await listSegments(layout.segments);
  for (const each of listed) if (!hasTrueName(key, each)) await putAside(each, options);
  for (;;) {
    const { inForce, superseded } = segmentsInForce((await listSegments(layout.segments)).filter((each) => hasTrueName(key, each)));
    const last = inForce.at(-1);
    // A fold only ever replaces the last segments. Another that is covered is none of its doing and is left for `verify`.
    const old = superseded.filter((each) => last && last.from <= each.from && each.to <= last.to);
    if (!last || old.length === 0) return last;
    // What takes their place must be whole before they go.
    if (!(await isWhole(sqlite, last, options))) continue;
    for (const each of old) await removeOld(each.file, options);
    return last;
  }
}

/** False when the segment is not what was written; it is kept aside then. */
async function isWhole(sqlite: SqlJsStatic, file: SegmentFile, options: FoldOptions): Promise<boolean> {
  try {
    (await WholeSegment.open(sqlite, options.key, file, new Pace())).close();
    return true;
  } catch (error) {
    if (!(error instanceof SegmentCorrupt)) throw error;
    await putAside(file, options);
    return false;
  }
}

async function putAside(file: SegmentFile, { key, layout, onProblem }: FoldOptions): Promise<void> {
  const kept = await orMissing(setAside(file.file, layout, key));
  if (kept === undefined) return;
  onProblem({ kind: 'corrupt', message: 'A file of the audit log is not what Axon wrote. It is kept aside and the log goes on without it.', next: 'Restore it from a backup, or run "Axon: Verify Audit Log" to see what is missing.', file: kept });
}

/** Takes journals that the last segment holds already off the disk, and gives the others. */
async function withoutFolded(sqlite: SqlJsStatic, files: readonly string[], last: SegmentFile, options: FoldOptions): Promise<string[]> {
  const held = await heldIn(sqlite, last, files, options);
  const left: string[] = [];
  for (const file of files) {
    const lines = held.get(nameOf(file));
    if (!lines) {
      left.push(file);
      continue;
    }
    const journal = await mendJournal(file, options);
    if (!journal) continue;
    if (journal.lines.every((line) => lines.has(line))) await removeOld(file, options);
    else await keepAside(file, 'An audit journal that was folded holds other events than those that were', options);
  }
  return left;
}

async function keepAside(file: string, what: string, { layout, key, onProblem }: FoldOptions): Promise<void> {
  const kept = await setAside(file, layout, key);
  onProblem({ kind: 'corrupt', message: `${what}. It is kept aside.`, next: 'Run "Axon: Verify Audit Log", and find out who changed it.', file: kept });
}

/** Journals of these files that the segment holds, with their lines. It is believed only when it is whole. */
async function heldIn(sqlite: SqlJsStatic, last: SegmentFile, files: readonly string[], options: FoldOptions): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  let segment: WholeSegment | undefined;
  try {
    const known = journalsIn(sqlite, last);
    const names = files.map(nameOf).filter((name) => known.has(name));
    if (names.length === 0) return new Map();
    const whole = (segment = await WholeSegment.open(sqlite, options.key, last, new Pace()));
    const held = whole.journals();
    return new Map(names.filter((name) => held.has(name)).map((name) => [name, new Set(whole.lines(name))]));
  } catch (error) {
    if (!(error instanceof SegmentCorrupt)) throw error;
    await putAside(last, options);
    return new Map();
  } finally {
    segment?.close();
  }
}

/** As the file says. */
function journalsIn(sqlite: SqlJsStatic, file: SegmentFile): ReadonlyMap<string, number> {
  const segment = Segment.openUnchecked(sqlite, file);
  try {
    return segment.journals();
  } finally {
    segment.close();
  }
}

const nameOf = (file: string): string => parseJournalFile(path.basename(file))?.journal.name ?? '';

/**
 * Positions are never given twice, so that a segment that is gone leaves a gap for `verify` to find. Those that a fold took
 * which died before its segment had its name stay unused: whether it had, nobody can know who finds no segment there.
 */
async function nextPosition(last: SegmentFile | undefined, { anchor, onProblem }: FoldOptions): Promise<number> {
  const known = last?.to ?? 0;
  const { folded, committing = 0, unused } = await anchor.load();
  const given = Math.max(folded, known);
  const skipped: Positions | undefined = committing > given ? [given + 1, committing] : undefined;
  if (skipped) await anchor.save({ folded: committing, unused: skipped });
  const missing = givenWithin([known + 1, folded], unused).reduce((sum, [from, to]) => sum + to - from + 1, 0);
  if (missing > 0) onProblem({ kind: 'corrupt', message: `${missing} event(s) are gone from the end of the audit log.`, next: 'Restore the audit folder from a backup, and find out who removed them.' });
  return Math.max(given, committing) + 1;
}

/** Joins the last segments into one while they are small. */
async function joinSmall(sqlite: SqlJsStatic, options: FoldOptions): Promise<void> {
  const { key, layout, lock, segmentEvents } = options;
  const { inForce } = segmentsInForce((await listSegments(layout.segments)).filter((each) => hasTrueName(key, each)));
  const merged = await mergeTail(sqlite, inForce, { key, folder: layout.segments, mayCommit: () => lock.isHeld(), segmentEvents, segmentBytes, onCorrupt: (file) => putAside(file, options) });
  for (const each of merged) await removeOld(each.file, options);
}

const bytesOf = (journal: ClosedJournal): number => journal.lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);

/** One that grew since it was read is left: the next fold looks at it again. */
async function removeJournal(journal: FoldedJournal, options: FoldOptions): Promise<void> {
  const info = await orMissing(stat(journal.file));
  if (info?.size === journal.bytes) await removeOld(journal.file, options);
}

async function removeOld(file: string, { lock }: FoldOptions): Promise<void> {
  if (!(await lock.isHeld())) throw new Error('the lock was lost');
  try {
    await rm(file, { force: true });
  } catch (error) {
    // Windows keeps a name while someone reads the file. It counts no more, and goes with a later fold.
    if (!hasCode(error, 'EPERM', 'EBUSY', 'EACCES') || process.platform !== 'win32') throw error;
  }
  await syncFolder(path.dirname(file));
}
