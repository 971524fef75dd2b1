import type { SqlJsStatic } from 'sql.js';
import { dayMilliseconds } from '../day.js';
import { Pace } from '../pace.js';
import { decodeLine } from '../record.js';
import { SegmentCorrupt } from './segment.js';
import { segmentSize, type SegmentFile } from './segment-name.js';
import { SegmentWriter } from './segment-writer.js';
import { WholeSegment } from './whole-segment.js';

export interface MergeOptions {
  readonly key: Uint8Array;
  readonly folder: string;
  readonly mayCommit: () => Promise<boolean>;
  readonly segmentEvents: number;
  readonly segmentBytes: number;
  /** A segment that isn't what was written. Nothing is joined then. */
  readonly onCorrupt: (file: SegmentFile) => Promise<void>;
}

/** Milliseconds: events leave the log by whole segments, so that none may go back much further than it has to. */
const longestSpan = 31 * dayMilliseconds;
/** Below that many events, joining costs less than one more file. */
const small = 1_000;

/**
 * Joins the last segments when what follows one has grown to its size, so that their number grows with the logarithm of
 * what one may hold and each event is copied as rarely. Gives the segments that the new one took over: they may go.
 */
export async function mergeTail(sqlite: SqlJsStatic, segments: readonly SegmentFile[], options: MergeOptions): Promise<readonly SegmentFile[]> {
  const tail = await tailToMerge(segments, options);
  if (tail.length < 2) return [];
  const opened: WholeSegment[] = [];
  const pace = new Pace();
  try {
    for (const file of tail) {
      try {
        opened.push(await WholeSegment.open(sqlite, options.key, file, pace));
      } catch (error) {
        if (!(error instanceof SegmentCorrupt)) throw error;
        await options.onCorrupt(file);
        return [];
      }
    }
    return (await join(sqlite, opened, pace, options)) ? tail : [];
  } finally {
    for (const each of opened) each.close();
  }
}

async function tailToMerge(segments: readonly SegmentFile[], { segmentEvents, segmentBytes }: MergeOptions): Promise<SegmentFile[]> {
  const tail: SegmentFile[] = [];
  let events = 0;
  let bytes = 0;
  for (const each of [...segments].reverse()) {
    const next = tail[0];
    const count = each.to - each.from + 1;
    const size = (await segmentSize(each)) ?? Infinity;
    // Positions that are missing in between stay missing.
    if (next && each.to + 1 !== next.from) break;
    if ((tail.at(-1)?.latest ?? each.latest) - each.earliest > longestSpan) break;
    if (events + count > segmentEvents || bytes + size > segmentBytes) break;
    if (next && count > events && events + count > small) break;
    tail.unshift(each);
    events += count;
    bytes += size;
  }
  return tail;
}

/** False when they can't be joined. */
async function join(sqlite: SqlJsStatic, segments: readonly WholeSegment[], pace: Pace, { key, folder, mayCommit, onCorrupt }: MergeOptions): Promise<boolean> {
  const journals = [...new Set(segments.flatMap((each) => [...each.journals().keys()]))].sort();
  const from = segments[0]?.file.from ?? 1;
  const writer = await SegmentWriter.create(sqlite, { key, folder, from, journals, mayCommit, pace });
  try {
    for (const segment of segments) {
      for (const line of segment.lines()) {
        const decoded = decodeLine(key, line);
        // Bytes that were checked hold lines that were, unless whoever sealed them was mistaken: that isn't sealed again.
        if (decoded.state === 'bad') await onCorrupt(segment.file);
        // What a newer version means by a line isn't known here, so it can't be written anew.
        if (decoded.state !== 'good') return false;
        await writer.add(decoded.record, line);
      }
    }
    await writer.finish();
    return true;
  } finally {
    await writer.dispose();
  }
}
