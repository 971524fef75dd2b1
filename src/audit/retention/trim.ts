import { rm } from 'node:fs/promises';
import { dayMilliseconds } from '../day.js';
import type { AuditEvent } from '../event.js';
import type { OnProblem } from '../problem.js';
import { hasTrueName, listSegments, segmentsInForce, type SegmentFile } from '../segments/segment-name.js';
import { syncFolder } from '../storage/durable-file.js';
import type { FolderLock } from '../storage/folder-lock.js';
import { givenWithin, type AnchorState } from '../storage/anchor-state.js';
import type { Layout } from '../storage/layout.js';
import { mostRemoved, tombstoneEvent, type Gone } from './tombstone.js';

export interface TrimOptions {
  readonly layout: Layout;
  readonly key: Uint8Array;
  /** Held by the caller: nothing folds meanwhile. */
  readonly lock: FolderLock;
  readonly keepDays: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What left before, as the tombstones in the log say. */
  readonly gone: () => Promise<Gone>;
  /** The first position that must stay, whatever its age: somebody still waits for it. `Infinity` when nobody does. */
  readonly keepFrom: () => Promise<number>;
  /** Resolves when the event is durable. */
  readonly append: (event: AuditEvent) => Promise<void>;
  /** The journals of a segment, and the number of the last line of each; `undefined` when the file is not what was written. */
  readonly journalsOf: (segment: SegmentFile) => Promise<ReadonlyMap<string, number> | undefined>;
  /** What is remembered outside the folder. */
  readonly remembered: () => Promise<AnchorState>;
  /** Called after the tombstone is durable and before the files go: what is remembered of these journals is over. */
  readonly forget: (journals: ReadonlyMap<string, number>) => Promise<void>;
  readonly onProblem: OnProblem;
}

/**
 * Takes whole segments off the start of the log whose newest event is older than `keepDays`. First the tombstone is durable,
 * then the files go, the oldest first: wherever this dies, the tombstone covers what is missing, and the next run goes on.
 * The last segment always stays. Only what is authentic and without a gap leaves: a file that was removed or changed by
 * somebody else must not be covered by a true tombstone. Gives the number of events that left.
 */
export async function trimLog(options: TrimOptions): Promise<number> {
  const { layout, key } = options;
  const { inForce } = segmentsInForce((await listSegments(layout.segments)).filter((each) => hasTrueName(key, each)));
  if (!inForce.slice(0, -1).some((each) => isOld(each, inForce, options))) return 0;
  const gone = await options.gone();
  // What a run that died has left behind.
  const leftovers = inForce.filter((each) => each.to <= gone.through);
  await removeAll(leftovers, options);
  let left = 0;
  let rest = inForce.slice(leftovers.length);
  for (let { through, until } = gone; ; ) {
    const leaving = await nextToLeave(rest, through, options);
    const last = leaving.at(-1);
    if (!last) return left;
    until = Math.max(until, ...leaving.map((each) => each.latest));
    await options.append(tombstoneEvent(leaving, options.keepDays, until));
    await removeAll(leaving, options);
    left += leaving.reduce((sum, each) => sum + each.to - each.from + 1, 0);
    through = last.to;
    rest = rest.slice(leaving.length);
  }
}

/** By the machine's clock, and by the log's own time: a clock that is far ahead for a moment costs no events. */
function isOld(segment: SegmentFile, inForce: readonly SegmentFile[], { keepDays, now }: TrimOptions): boolean {
  const newest = Math.max(...inForce.map((each) => each.latest));
  return segment.latest < Math.min(now, newest) - keepDays * dayMilliseconds;
}

/** As many as one tombstone names. */
async function nextToLeave(rest: readonly SegmentFile[], through: number, options: TrimOptions): Promise<SegmentFile[]> {
  const keepFrom = await options.keepFrom();
  const { unused } = await options.remembered();
  const leaving: SegmentFile[] = [];
  let next = through + 1;
  for (const segment of rest.slice(0, -1)) {
    if (leaving.length >= mostRemoved || segment.to >= keepFrom || !isOld(segment, rest, options)) break;
    const isNext = segment.from >= next && givenWithin([next, segment.from - 1], unused).length === 0;
    const obstacle = isNext ? await obstacleIn(segment, options) : `The events before position ${segment.from} of the audit log are missing, so what follows`;
    if (obstacle !== undefined) {
      options.onProblem({ kind: 'retention', message: `${obstacle} stays although it is past its time.`, next: 'Run "Axon: Verify Audit Log". Keep a copy of the folder for whoever looks into it.', file: segment.file });
      break;
    }
    leaving.push(segment);
    next = segment.to + 1;
  }
  return leaving;
}

/** What keeps a segment from leaving: with it would go what shows that something was done to the log. */
async function obstacleIn(segment: SegmentFile, { journalsOf, remembered }: TrimOptions): Promise<string | undefined> {
  const journals = await journalsOf(segment);
  if (!journals) return 'The oldest file of the audit log is not what Axon wrote, so it';
  // Journals are folded whole, from their first line on: a line that lacks in the middle lacks in the sum.
  const lines = [...journals.values()].reduce((sum, last) => sum + last, 0);
  const ends = (await remembered()).journals;
  const isCut = [...journals].some(([name, last]) => (ends.get(name)?.seq ?? 0) > last);
  return lines !== segment.to - segment.from + 1 || isCut ? 'Events are missing in the oldest file of the audit log, so it' : undefined;
}

/** A file that has come back from elsewhere is believed of the journals in it only when it is what was written. */
async function removeAll(segments: readonly SegmentFile[], { lock, layout, journalsOf, forget }: TrimOptions): Promise<void> {
  const gone = new Map<string, number>();
  for (const each of segments) for (const [name, last] of (await journalsOf(each)) ?? []) gone.set(name, last);
  if (gone.size > 0) await forget(gone);
  for (const each of segments) {
    if (!(await lock.isHeld())) throw new Error('the lock was lost');
    await rm(each.file, { force: true });
    // In their order on disk, too.
    await syncFolder(layout.segments);
  }
}
