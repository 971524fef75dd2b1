import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { SqlJsStatic } from 'sql.js';
import type { AnchorKeeper } from '../verify/anchor.js';
import { setAside } from '../storage/aside.js';
import { namesIn, orMissing, syncFolder } from '../storage/durable-file.js';
import { parseJournalFile } from '../journal/journal-name.js';
import { closeDeadJournals, mendJournal, type ClosedJournal, type MendOptions } from '../journal/mend.js';
import type { LoadSqlite } from './sqlite.js';
import { Segment, SegmentCorrupt, writeSegment } from './segment.js';
import { listSegments, segmentSize, segmentsInForce, type SegmentFile } from './segment-name.js';

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
  const found = await tidySegments(sqlite, options);
  const waiting = found ? await withoutFolded(files, found.journals, options) : files;
  let last = found?.segment;
  let next = await nextPosition(last, options);
  let folded = 0;
  for await (const batch of batches(mendAll(waiting, options), options)) {
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

/** Removes what a fold that died left behind, and gives the last segment. One that is not whole is kept aside. */
async function tidySegments(sqlite: SqlJsStatic, options: FoldOptions): Promise<LastSegment | undefined> {
  const { layout } = options;
  for (const name of await namesIn(layout.segments)) if (name.endsWith('.tmp')) await removeOld(path.join(layout.segments, name), options);
  for (;;) {
    const { inForce, superseded } = segmentsInForce(await listSegments(layout.segments));
    const last = inForce.at(-1);
    if (!last) return undefined;
    const journals = await journalsIn(sqlite, last, options);
    if (!journals) continue;
    // A fold only ever replaces the last segment. Another that is covered is none of its doing and is left for `verify`.
    for (const each of superseded) if (last.from <= each.from && each.to <= last.to) await removeOld(each.file, options);
    return { segment: last, journals };
  }
}

interface LastSegment {
  readonly segment: SegmentFile;
  /** The journals in it, and how far each goes. */
  readonly journals: ReadonlyMap<string, number>;
}

/** `undefined` when the segment was not whole, and is now kept aside. */
async function journalsIn(sqlite: SqlJsStatic, file: SegmentFile, { key, layout, onProblem }: FoldOptions): Promise<Map<string, number> | undefined> {
  try {
    const segment = await Segment.open(sqlite, key, file);
    try {
      return segment.journals();
    } finally {
      segment.close();
    }
  } catch (error) {
    if (!(error instanceof SegmentCorrupt)) throw error;
    const kept = await setAside(file.file, layout, key);
    onProblem({ kind: 'corrupt', message: 'A file of the audit log is not what Axon wrote. It is kept aside and the log goes on without it.', next: 'Restore it from a backup, or run "Axon: Verify Audit Log" to see what is missing.', file: kept });
    return undefined;
  }
}

/** Takes journals that the last segment holds already off the disk, and gives the others. */
async function withoutFolded(files: readonly string[], held: ReadonlyMap<string, number>, options: FoldOptions): Promise<string[]> {
  const left: string[] = [];
  for (const file of files) {
    const upTo = held.get(parseJournalFile(path.basename(file))?.journal.name ?? '');
    if (upTo === undefined) {
      left.push(file);
      continue;
    }
    const journal = await mendJournal(file, options);
    if (!journal) continue;
    if ((journal.records.at(-1)?.seq ?? 0) <= upTo) await removeOld(file, options);
    else {
      const kept = await setAside(file, options.layout, options.key);
      options.onProblem({ kind: 'corrupt', message: 'An audit journal grew after it was folded. It is kept aside.', next: 'Run "Axon: Verify Audit Log".', file: kept });
    }
  }
  return left;
}

/** Positions are never used twice, so that a segment that is gone leaves a gap for `verify` to find. */
async function nextPosition(last: SegmentFile | undefined, { anchor, onProblem }: FoldOptions): Promise<number> {
  const known = last?.to ?? 0;
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
async function* batches(journals: AsyncIterable<ClosedJournal>, { segmentEvents }: FoldOptions): AsyncGenerator<ClosedJournal[], void, undefined> {
  let batch: ClosedJournal[] = [];
  let events = 0;
  let bytes = 0;
  for await (const journal of journals) {
    const size = bytesOf(journal);
    if (batch.length > 0 && (events + journal.lines.length > segmentEvents || bytes + size > segmentBytes)) {
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
