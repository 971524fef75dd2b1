import path from 'node:path';
import { parseJournalFile } from '../journal/journal-name.js';
import type { Pace } from '../pace.js';
import type { Layout } from '../storage/layout.js';
import { JournalFileReader } from './journal-file-reader.js';
import type { BadKind } from './bad-files.js';
import type { PastJournals } from './past-journals.js';
import type { SegmentFile } from './segment-name.js';
import type { SegmentPool } from './segment-pool.js';

export interface ReadOptions {
  readonly layout: Layout;
  readonly key: Uint8Array;
  readonly pool: SegmentPool;
  /** Told of a file that isn't what was written, or came back; reading goes on without what is wrong in it. */
  readonly onBad: (file: string, kind: BadKind) => Promise<void>;
  /** Which journals are passed over. Without it every journal is read. */
  readonly past?: PastJournals;
}

/** A file was taken away between listing and opening: list again. */
export class Moved extends Error {
  override readonly name = 'Moved';
}

/** All files that were there at one moment. Each event that was durable by then is in one of them, or in a journal and a segment. */
export interface Snapshot {
  readonly journals: readonly JournalFileReader[];
  /** By position. */
  readonly segments: readonly SegmentFile[];
  /** Twice is harmless. */
  close(): void;
}

/** Rejects with `Moved`, or with the file system's error. Journals are open; a segment may be gone when it is opened. */
export async function takeSnapshot({ layout, pool, onBad }: ReadOptions): Promise<Snapshot> {
  const journals: JournalFileReader[] = [];
  const close = (): void => {
    for (const each of journals) each.close();
  };
  try {
    // Journals are opened before segments are listed: one that is folded in between is then seen twice, never missed.
    for (const name of pool.journals.read()) {
      if (!parseJournalFile(name)) continue;
      const file = path.join(layout.journals, name);
      const journal = JournalFileReader.open(file);
      if (journal === 'missing') {
        pool.journals.forget();
        throw new Moved();
      }
      if (journal) journals.push(journal);
      else await onBad(file, 'journal');
    }
    const { inForce, forged } = pool.list.read();
    for (const file of forged) await onBad(file, 'name');
    return { journals, segments: inForce, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** The journals of a snapshot that hold what no segment does. Tells of those that left the log and came back. */
export async function journalsToRead({ journals, segments }: Snapshot, { past, onBad }: ReadOptions, pace: Pace): Promise<readonly JournalFileReader[]> {
  if (!past) return journals;
  const toRead: JournalFileReader[] = [];
  for (const each of journals) {
    const found = past.isToRead(each, segments) ? undefined : await past.whatIs(each, segments, pace);
    if (!found) toRead.push(each);
    else if (found === 'left') await onBad(each.file, 'left');
  }
  return toRead;
}

const mostAttempts = 50;

/** Does the work again while files move under it. */
export async function settled<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Moved) || attempt >= mostAttempts) throw error;
    }
  }
}
