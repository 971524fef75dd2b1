import type { Pace } from '../pace.js';
import { matcherOf, type AuditQuery } from '../query.js';
import { decodeLine, type AuditRecord } from '../record.js';
import { hasCode } from '../storage/durable-file.js';
import type { JournalFileReader } from './journal-file-reader.js';
import { SegmentCorrupt, type Segment } from './segment.js';
import type { SegmentFile } from './segment-name.js';
import { journalsToRead, Moved, takeSnapshot, type ReadOptions } from './snapshot.js';

export interface Visitor {
  /** Which are looked at. */
  readonly segments: (file: SegmentFile) => boolean;
  readonly segment: (segment: Segment) => Promise<void>;
  /** An event of a journal that is in no segment, and that matches the query. */
  readonly record: (record: AuditRecord) => void;
  readonly query: AuditQuery;
}

/** Each event once: by segments, and one by one in the journals that aren't folded. Rejects with `Moved`: begin again then. */
export async function overSnapshot(options: ReadOptions, pace: Pace, visitor: Visitor): Promise<void> {
  const snapshot = await takeSnapshot(options);
  try {
    for (const file of snapshot.segments.filter(visitor.segments)) {
      await withSegment(options, file, visitor.segment);
      if (pace.isDue) await pace.breathe();
    }
    for (const journal of await journalsToRead(snapshot, options, pace)) await overJournal(options, journal, pace, visitor);
  } finally {
    snapshot.close();
  }
}

async function overJournal({ key, onBad }: ReadOptions, journal: JournalFileReader, pace: Pace, { query, record }: Visitor): Promise<void> {
  const matches = matcherOf(query);
  for (const line of journal.search(query, 'oldest')) {
    if (pace.isDue) await pace.breathe();
    if (line === undefined) continue;
    const decoded = line === null ? undefined : decodeLine(key, line);
    if (decoded?.state === 'newer') continue;
    if (decoded?.state !== 'good' || decoded.record.journal !== journal.name) await onBad(journal.file, 'journal');
    else if (matches(decoded.record)) record(decoded.record);
  }
}

/** Leaves out what is broken, and tells of it. Rejects with `Moved` when the file is gone. */
export async function withSegment({ pool, onBad }: ReadOptions, file: SegmentFile, work: (segment: Segment) => Promise<void>): Promise<void> {
  try {
    const segment = await pool.acquire(file);
    try {
      await work(segment);
    } finally {
      pool.release(segment);
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      pool.list.forget();
      throw new Moved();
    }
    if (!(error instanceof SegmentCorrupt)) throw error;
    await onBad(file.file, 'segment');
  }
}
