import path from 'node:path';
import type { SegmentFile } from '../segments/segment-name.js';
import type { Findings } from './findings.js';

/** A segment as findings name it. */
export const relativeFile = (segment: SegmentFile): string => path.join('segments', path.basename(segment.file));

/**
 * Every event that was ever folded has a position, so what is missing between two segments shows, and what was cut off
 * their end where it is remembered.
 *
 * @param segments those in force, by position
 * @param gone what retention removed: up to this position
 * @param folded how many positions are remembered to have been given
 */
export function checkPositions(segments: readonly SegmentFile[], gone: number, folded: number, findings: Findings): void {
  let next = 1;
  for (const segment of segments) {
    const file = relativeFile(segment);
    // What has left may be there still: whoever removed it died, and the next one goes on.
    const missing = Math.max(next, gone + 1);
    const place = { position: missing, before: segment.earliest };
    if (segment.from > missing) findings.note('removed', file, place, `The events at positions ${missing} to ${segment.from - 1}, before ${file}, are missing`);
    if (segment.from < next) findings.note('doubled', file, {}, `The events at positions ${segment.from} to ${next - 1} are in ${file} and in another file too`);
    next = Math.max(next, segment.to + 1);
  }
  next = Math.max(next, gone + 1);
  const last = segments.at(-1);
  if (folded >= next) findings.note('cut', 'segments', { position: next, ...(last && { after: last.latest }) }, `The events at positions ${next} to ${folded} were cut off the end of the segments`);
}
