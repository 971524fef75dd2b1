import type { SqlJsStatic } from 'sql.js';
import { dayMilliseconds } from '../day.js';
import { Pace } from '../pace.js';
import type { AuditRecord } from '../record.js';
import { Segment, SegmentCorrupt } from './segment.js';
import { segmentSize, type SegmentFile } from './segment-name.js';
import { SegmentWriter } from './segment-writer.js';

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
  const opened: Segment[] = [];
  try {
    for (const file of tail) {
      try {
        opened.push(await Segment.open(sqlite, options.key, file));
      } catch (error) {
        if (!(error instanceof SegmentCorrupt)) throw error;
        await options.onCorrupt(file);
        return [];
      }
    }
    await copy(sqlite, opened, options);
    return tail;
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

async function copy(sqlite: SqlJsStatic, segments: readonly Segment[], { key, folder, mayCommit }: MergeOptions): Promise<void> {
  const journals = [...new Set(segments.flatMap((each) => [...each.journals().keys()]))].sort();
  const from = segments[0]?.file.from ?? 1;
  const writer = await SegmentWriter.create(sqlite, { key, folder, from, journals, mayCommit, pace: new Pace() });
  try {
    // The whole files were checked, so their lines are what we wrote.
    for (const segment of segments) for (const line of segment.lines()) await writer.add(JSON.parse(line) as AuditRecord, line);
    await writer.finish();
  } finally {
    await writer.dispose();
  }
}
