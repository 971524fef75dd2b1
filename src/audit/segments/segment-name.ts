import path from 'node:path';
import { namesIn, orMissing } from '../storage/durable-file.js';
import { stat } from 'node:fs/promises';
import { keyedHash } from '../record.js';

/** Which events a segment holds. Events get their position, counted from 1 without a gap, when they are folded. */
export interface SegmentSpan {
  readonly from: number;
  readonly to: number;
  /** Milliseconds since the epoch: the earliest and the latest event. */
  readonly earliest: number;
  readonly latest: number;
}

export interface SegmentFile extends SegmentSpan {
  readonly file: string;
  /** Keyed hash (hex) over span and content, so that no byte of either can change unseen. */
  readonly hash: string;
}

const pattern = /^(\d{10})-(\d{10})-(\d{1,15})-(\d{1,15})-([0-9a-f]{64})\.db$/;

const spanName = ({ from, to, earliest, latest }: SegmentSpan): string =>
  `${String(from).padStart(10, '0')}-${String(to).padStart(10, '0')}-${earliest}-${latest}`;

export function segmentHash(key: Uint8Array, span: SegmentSpan, bytes: Uint8Array): string {
  return keyedHash(key, 'segment', `${spanName(span)}\n`, bytes);
}

export function segmentFileName(span: SegmentSpan, hash: string): string {
  return `${spanName(span)}-${hash}.db`;
}

export function parseSegmentFile(file: string): SegmentFile | undefined {
  const name = path.basename(file);
  const [, from, to, earliest, latest, hash] = pattern.exec(name) ?? [];
  if (hash === undefined) return undefined;
  const span = { from: Number(from), to: Number(to), earliest: Number(earliest), latest: Number(latest) };
  return segmentFileName(span, hash) === name ? { ...span, file, hash } : undefined;
}

/**
 * The segments in force, by position. One that a longer one took over is left out: it is what a crash between writing
 * the new and removing the old leaves behind.
 */
export function segmentsInForce(files: readonly SegmentFile[]): { readonly inForce: SegmentFile[]; readonly superseded: SegmentFile[] } {
  const inForce: SegmentFile[] = [];
  const superseded: SegmentFile[] = [];
  for (const each of [...files].sort((a, b) => a.from - b.from || b.to - a.to || (a.hash < b.hash ? -1 : 1))) {
    const covered = inForce.some((other) => other.from <= each.from && each.to <= other.to);
    (covered ? superseded : inForce).push(each);
  }
  return { inForce, superseded };
}

export async function listSegments(folder: string): Promise<SegmentFile[]> {
  return (await namesIn(folder)).map((name) => parseSegmentFile(path.join(folder, name))).filter((each) => each !== undefined);
}

/** Bytes of a segment's file; `undefined` when it is gone. */
export async function segmentSize(segment: SegmentFile): Promise<number | undefined> {
  return (await orMissing(stat(segment.file)))?.size;
}
