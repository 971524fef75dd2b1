import { Pace } from '../pace.js';
import { scan } from '../segments/scan.js';
import type { ReadOptions } from '../segments/snapshot.js';
import { goneWith, nothingGone, type Gone } from './tombstone.js';

/** What the authentic tombstones in the log speak for. */
export async function goneBefore(reading: ReadOptions): Promise<Gone> {
  let gone = nothingGone;
  // What is broken is told of when the log is read or verified; here the lock may be held.
  const tombstones = scan({ ...reading, onBad: () => Promise.resolve(), query: { types: ['audit_trimmed'] }, order: 'newest', pace: new Pace() });
  for await (const record of tombstones) gone = goneWith(gone, record);
  return gone;
}
