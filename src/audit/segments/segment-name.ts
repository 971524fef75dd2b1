import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Pace } from '../pace.js';
import { keyedHash, keyedHasher } from '../record.js';
import { namesIn, orMissing } from '../storage/durable-file.js';

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
  /**
   * 64 hex digits: a keyed hash over span and content, so that no byte of either can change unseen, and one over the
   * name up to there, so that a forged name is known without a look into the file.
   */
  readonly hash: string;
}

const pattern = /^(\d{10})-(\d{10})-(\d{1,15})-(\d{1,15})-([0-9a-f]{64})\.db$/;
/** Hex digits of each half: 128 bits, which nobody guesses. */
const half = 32;

const spanName = ({ from, to, earliest, latest }: SegmentSpan): string =>
  `${String(from).padStart(10, '0')}-${String(to).padStart(10, '0')}-${earliest}-${latest}`;

const nameHash = (key: Uint8Array, span: SegmentSpan, content: string): string => keyedHash(key, 'segment', `name\n${spanName(span)}-${content}`).slice(0, half);

const joinedHash = (key: Uint8Array, span: SegmentSpan, content: string): string => content + nameHash(key, span, content);

const chunkBytes = 256 * 1024;

/** What `hash` has to be for a file with this content, which is read in pieces. Rejects with the file system's error, or `cancelled`. */
export async function segmentHashOf(key: Uint8Array, span: SegmentSpan, file: string, pace?: Pace): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const hasher = segmentHasher(key, span);
    const chunk = Buffer.alloc(chunkBytes);
    for (let position = 0; ; ) {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
      if (bytesRead === 0) return hasher.end();
      hasher.add(chunk.subarray(0, bytesRead));
      position += bytesRead;
      pace?.check();
    }
  } finally {
    await handle.close();
  }
}

/** Makes the same hash of bytes that the caller has read. */
export function segmentHasher(key: Uint8Array, span: SegmentSpan): { readonly add: (bytes: Uint8Array) => void; readonly end: () => string } {
  const content = keyedHasher(key, 'segment').update(`${spanName(span)}\n`);
  return { add: (bytes) => void content.update(bytes), end: () => joinedHash(key, span, content.digest('hex').slice(0, half)) };
}

/** True when a segment was once written under this name. Its content may have changed since. */
export function hasTrueName(key: Uint8Array, segment: SegmentFile): boolean {
  return nameHash(key, segment, segment.hash.slice(0, half)) === segment.hash.slice(half);
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
