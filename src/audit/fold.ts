import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { SqlJsStatic } from 'sql.js';
import type { AnchorKeeper } from './anchor.js';
import { namesIn, orMissing, syncFolder } from './durable-file.js';
import { parseJournalFile } from './journal-name.js';
import { closeDeadJournals, mendJournal, setAside, type ClosedJournal, type MendOptions } from './mend.js';
import type { LoadSqlite } from './sqlite.js';
import { Segment, SegmentCorrupt, writeSegment } from './segment.js';
import { listSegments, parseSegmentFile, segmentSize, segmentsInForce, type SegmentFile } from './segment-name.js';

export interface FoldOptions extends MendOptions {
  readonly sqlite: LoadSqlite;
  readonly anchor: AnchorKeeper;
  /** Events of one segment at most. A segment only grows over it when a single journal is longer. */
  readonly segmentEvents: number;
}

/** Bounds what one segment takes of memory, however long its lines are. */
const segmentBytes = 8 * 1024 * 1024;

/**
 * Folds every closed journal into segments. A segment is in force the moment it has its name, and a journal goes only
 * after that; so wherever this dies, each event is in a journal or a segment, and where it is in both, the next fold
 * knows it: only the last segment can hold a journal that is still there. Returns how many events were folded.
 */
export async function foldJournals(options: FoldOptions): Promise<number> {
  await closeDeadJournals(options);
  const files = await closedJournalFiles(options);
  if (files.length === 0) return 0;
  const sqlite = await options.sqlite();
  let last = await tidySegments(options);
  if (last) last = await removeFolded(sqlite, last, files, options);
  let next = await nextPosition(last, options);
  let folded = 0;
  for await (const batch of batches(mendAll(files, options), options)) {
    const rows = batch.flatMap(({ records, lines }) => records.map((record, index) => ({ record, line: lines[index] ?? '' })));
    const before = last && last.to + 1 === next && (await fits(last, batch, options)) ? last : undefined;
    const written = await writeSegment(sqlite, { key: options.key, folder: options.layout.segments, lock: options.lock, before, from: next, rows });
    if (before) await removeOld(before.file, options);
    for (const journal of batch) await removeJournal(journal, options);
    await options.anchor.save({ folded: written.to, gone: batch.map((each) => each.name) });
    last = written;
    next = written.to + 1;
    folded += rows.length;
  }
  return folded;
}

async function closedJournalFiles({ layout }: FoldOptions): Promise<string[]> {
  const names = await namesIn(layout.journals);
  return names.filter((name) => parseJournalFile(name)?.live === false).map((name) => path.join(layout.journals, name));
}

/** Removes what a fold that died left behind, and gives the last segment. */
async function tidySegments(options: FoldOptions): Promise<SegmentFile | undefined> {
  const { layout } = options;
  for (const name of await namesIn(layout.segments)) if (name.endsWith('.tmp')) await removeOld(path.join(layout.segments, name), options);
  const { inForce, superseded } = segmentsInForce(await listSegments(layout.segments));
  for (const each of superseded) {
    // Removed only for one that is what it says it is: a forged name must not take true events out of the log.
    const over = inForce.find((other) => other.from <= each.from && each.to <= other.to);
    if (over && (await isWhole(over, options))) await removeOld(each.file, options);
  }
  return inForce.at(-1);
}

async function isWhole(segment: SegmentFile, { sqlite, key }: FoldOptions): Promise<boolean> {
  try {
    (await Segment.open(await sqlite(), key, segment)).close();
    return true;
  } catch (error) {
    if (error instanceof SegmentCorrupt) return false;
    throw error;
  }
}

/** Takes journals that the last segment holds already off the list and off the disk. Gives the segment if it is whole. */
async function removeFolded(sqlite: SqlJsStatic, last: SegmentFile, files: string[], options: FoldOptions): Promise<SegmentFile | undefined> {
  let held: Map<string, number>;
  try {
    const segment = await Segment.open(sqlite, options.key, last);
    held = segment.journals();
    segment.close();
  } catch (error) {
    if (!(error instanceof SegmentCorrupt)) throw error;
    const kept = await setAside(last.file, options.layout);
    options.onProblem({ kind: 'corrupt', message: 'A file of the audit log is not what Axon wrote. It is kept aside and the log goes on without it.', next: 'Restore it from a backup, or run "Axon: Verify Audit Log" to see what is missing.', file: kept });
    return undefined;
  }
  for (const file of [...files]) {
    const name = parseJournalFile(path.basename(file))?.journal.name ?? '';
    const upTo = held.get(name);
    if (upTo === undefined) continue;
    files.splice(files.indexOf(file), 1);
    const journal = await mendJournal(file, options);
    if (!journal) continue;
    if ((journal.records.at(-1)?.seq ?? 0) <= upTo) await removeOld(file, options);
    else {
      const kept = await setAside(file, options.layout);
      options.onProblem({ kind: 'corrupt', message: 'An audit journal grew after it was folded. It is kept aside.', next: 'Run "Axon: Verify Audit Log".', file: kept });
    }
  }
  return last;
}

/** Positions are never used twice, so that a segment that is gone leaves a gap for `verify` to find. */
async function nextPosition(last: SegmentFile | undefined, { layout, anchor, onProblem }: FoldOptions): Promise<number> {
  const aside = (await namesIn(layout.aside)).map((name) => parseSegmentFile(name.replace(/\.corrupt-[0-9a-f]{8}$/, ''))?.to ?? 0);
  const known = Math.max(last?.to ?? 0, ...aside);
  const { folded } = await anchor.load();
  if (folded > known) onProblem({ kind: 'corrupt', message: `${folded - known} event(s) are gone from the end of the audit log.`, next: 'Restore the audit folder from a backup, and find out who removed them.' });
  return Math.max(known, folded) + 1;
}

async function* mendAll(files: readonly string[], options: FoldOptions): AsyncGenerator<ClosedJournal, void, undefined> {
  for (const file of files) {
    const journal = await mendJournal(file, options);
    if (!journal) continue;
    if (journal.records.length > 0) yield journal;
    else await removeOld(file, options);
  }
}

/** Whole journals, as many at a time as one segment may hold. */
async function* batchesOf(journals: AsyncIterable<ClosedJournal>, fit: (events: number, bytes: number) => boolean): AsyncGenerator<ClosedJournal[], void, undefined> {
  let batch: ClosedJournal[] = [];
  let events = 0;
  let bytes = 0;
  for await (const journal of journals) {
    const size = bytesOf(journal);
    if (batch.length > 0 && !fit(events + journal.lines.length, bytes + size)) {
      yield batch;
      batch = [];
      events = 0;
      bytes = 0;
    }
    batch.push(journal);
    events += journal.lines.length;
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

const batches = (journals: AsyncIterable<ClosedJournal>, { segmentEvents }: FoldOptions): AsyncGenerator<ClosedJournal[], void, undefined> =>
  batchesOf(journals, (events, bytes) => events <= segmentEvents && bytes <= segmentBytes);

async function fits(last: SegmentFile, batch: readonly ClosedJournal[], { segmentEvents }: FoldOptions): Promise<boolean> {
  const events = batch.reduce((sum, each) => sum + each.lines.length, last.to - last.from + 1);
  const bytes = batch.reduce((sum, each) => sum + bytesOf(each), (await segmentSize(last)) ?? 0);
  return events <= segmentEvents && bytes <= segmentBytes;
}

const bytesOf = (journal: ClosedJournal): number => journal.lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);

/** One that grew since it was read is left: the next fold looks at it again. */
async function removeJournal(journal: ClosedJournal, options: FoldOptions): Promise<void> {
  const info = await orMissing(stat(journal.file));
  if (info?.size === bytesOf(journal)) await removeOld(journal.file, options);
}

async function removeOld(file: string, { lock }: FoldOptions): Promise<void> {
  if (!(await lock.isHeld())) throw new Error('the lock was lost');
  await rm(file, { force: true });
  await syncFolder(path.dirname(file));
}
