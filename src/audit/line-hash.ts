import { createHmac, hash } from 'node:crypto';

const purpose = 'axon-audit-line\n';
const blockBytes = 64;
const hashBytes = 32;
/** Longer lines are rare, and their hash costs more than the object that makes it. */
const longestText = 16 * 1024;
/** A character of a JavaScript string takes three bytes at most. */
const longestBytes = longestText * 3;

/** What RFC 2104 hashes with a key, each with its first part in place already; the rest is written over for each line. */
interface Blocks {
  readonly key: Uint8Array;
  readonly inner: Buffer;
  readonly outer: Buffer;
}

/** Of the key that was used last: a log has one. */
let blocks: Blocks | undefined;

/** A part of a text, in characters from its start. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/**
 * HMAC-SHA256 (hex) of a line, or of what a line is without a part of it; with a text in front that keeps it from being
 * passed off as a hash made for another thing. Each line that is shown is checked, and to make an object for each hash takes
 * ten times as long as the hash: so this puts it together from two plain hashes, as RFC 2104 describes it. The key must not
 * be changed in place.
 */
export function lineHash(key: Uint8Array, line: string, without: Part = { from: line.length, to: line.length }): string {
  const { from, to } = without;
  if (line.length > longestText) return createHmac('sha256', key).update(purpose).update(line.slice(0, from)).update(line.slice(to)).digest('hex');
  if (blocks?.key !== key) blocks = blocksOf(key);
  const { inner, outer } = blocks;
  const start = blockBytes + purpose.length;
  let end = start + inner.write(line, start, 'utf8');
  if (end - start === line.length) {
    // Each character is one byte, so the place of the part is known: to move what follows it is quicker than to cut the text.
    inner.copyWithin(start + from, start + to, end);
    end -= to - from;
  } else {
    end = start + inner.write(line.slice(0, from), start, 'utf8');
    end += inner.write(line.slice(to), end, 'utf8');
  }
  // “binary” has a character for each byte: the shortest text that a hash comes in.
  outer.write(hash('sha256', inner.subarray(0, end), 'binary'), blockBytes, 'binary');
  return hash('sha256', outer, 'hex');
}

function blocksOf(key: Uint8Array): Blocks {
  const block = Buffer.alloc(blockBytes);
  // RFC 2104: a key longer than a block is hashed first.
  block.set(key.length > blockBytes ? Buffer.from(hash('sha256', key, 'hex'), 'hex') : key);
  const inner = Buffer.alloc(blockBytes + purpose.length + longestBytes);
  const outer = Buffer.alloc(blockBytes + hashBytes);
  inner.set(block.map((byte) => byte ^ 0x36));
  inner.write(purpose, blockBytes, 'latin1');
  outer.set(block.map((byte) => byte ^ 0x5c));
  return { key, inner, outer };
}
