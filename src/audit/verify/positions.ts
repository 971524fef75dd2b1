import path from 'node:path';
import type { SegmentFile } from '../segments/segment-name.js';
import { givenWithin, type AnchorState } from '../storage/anchor-state.js';
import type { Findings } from './findings.js';

/** A segment as findings name it. */
export const relativeFile = (segment: SegmentFile): string => path.join('segments', path.basename(segment.file));

/**
 * Every event that was ever folded has a position, so what is missing between two segments shows, and what was cut off
 * their end where it is remembered.
 *
 * @param segments those in force, by position
 * @param gone what retention removed: up to this position
 * @param anchor which positions are remembered to have been given
 */
export function checkPositions(segments: readonly SegmentFile[], gone: number, { folded, unused }: Pick<AnchorState, 'folded' | 'unused'>, findings: Findings): void {
  let next = 1;
  for (const segment of segments) {
    const file = relativeFile(segment);
    // What has left may be there still: whoever removed it died, and the next one goes on.
    const missing = givenWithin([Math.max(next, gone + 1), segment.from - 1], unused);
    for (const [from, to] of missing) findings.note('removed', file, { position: from, before: segment.earliest }, `The events at positions ${from} to ${to}, before ${file}, are missing`);
    if (segment.from < next) findings.note('doubled', file, {}, `The events at positions ${segment.from} to ${next - 1} are in ${file} and in another file too`);
    next = Math.max(next, segment.to + 1);
  }
  const last = segments.at(-1);
  for (const [from, to] of givenWithin([Math.max(next, gone + 1), folded], unused)) {
    findings.note('cut', 'segments', { position: from, ...(last && { after: last.latest }) }, `The events at positions ${from} to ${to} were cut off the end of the segments`);
  }
}
