import { createHmac, hash } from 'node:crypto';

const purpose = 'axon-audit-line\n';
const blockBytes = 64;
const hashBytes = 32;
/** Longer lines are rare, and their hash costs more than the object that makes it. */
const longestText = 16 * 1024;
/** A character of a JavaScript string takes three bytes at most. */
const inner = Buffer.alloc(blockBytes + purpose.length + longestText * 3);
const outer = Buffer.alloc(blockBytes + hashBytes);
const pads = new WeakMap<Uint8Array, { readonly inner: Buffer; readonly outer: Buffer }>();

/**
 * HMAC-SHA256 (hex) of a line, given in one or two parts, with a text in front that keeps it from being passed off as a hash
 * made for another thing. Each line that is shown is checked, and to make an object for each hash takes ten times as long as
 * the hash: so this puts it together from two plain hashes, as RFC 2104 describes it.
 */
export function lineHash(key: Uint8Array, text: string, rest = ''): string {
  if (text.length + rest.length > longestText) return createHmac('sha256', key).update(purpose).update(text).update(rest).digest('hex');
  let pad = pads.get(key);
  if (!pad) pads.set(key, (pad = padsOf(key)));
  pad.inner.copy(inner);
  let end = pad.inner.length;
  end += inner.write(text, end, 'utf8');
  end += inner.write(rest, end, 'utf8');
  pad.outer.copy(outer);
  // “binary” has a character for each byte: the shortest text that a hash comes in.
  outer.write(hash('sha256', inner.subarray(0, end), 'binary'), blockBytes, 'binary');
  return hash('sha256', outer, 'hex');
}

function padsOf(key: Uint8Array): { readonly inner: Buffer; readonly outer: Buffer } {
  const block = Buffer.alloc(blockBytes);
  // RFC 2104: a key longer than a block is hashed first.
  block.set(key.length > blockBytes ? Buffer.from(hash('sha256', key, 'hex'), 'hex') : key);
  return { inner: Buffer.concat([block.map((byte) => byte ^ 0x36), Buffer.from(purpose)]), outer: Buffer.from(block.map((byte) => byte ^ 0x5c)) };
}
