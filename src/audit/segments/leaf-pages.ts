import { readSync } from 'node:fs';
import { pageBytes } from './schema.js';
import type { SegmentSpan } from './segment-name.js';

/** The first byte of a page that holds rows of a table (sqlite.org/fileformat2.html, 1.6). */
const leafOfTable = 13;
/** A row that is longer goes on in other pages. */
const longestInPage = pageBytes - 35;
const pagesAtOnce = 16;

/** What pages are read into, for one look at a time. */
export const pageBuffer = (): Buffer => Buffer.allocUnsafe(pagesAtOnce * pageBytes);

/**
 * Which events of a segment can have a text in their line: 1 at the place of each, from the first position on. It goes
 * through the bytes of the file, several times as fast as SQLite gives one line after the other, and takes every row of a page
 * that has the text, and every row that doesn't end in its page. Stops after each read for whoever has to do something else.
 */
export function* positionsWith(bytes: RegExp, descriptor: number, { from, to }: SegmentSpan, buffer: Buffer): Generator<undefined, Uint8Array, undefined> {
  const found = new Uint8Array(to - from + 1);
  for (let offset = 0; ; ) {
    const read = readSync(descriptor, buffer, 0, buffer.length, offset);
    const pages = Math.floor(read / pageBytes);
    if (pages === 0) return found;
    for (let start = 0; start < pages * pageBytes; start += pageBytes) {
      if (buffer[start] !== leafOfTable) continue;
      const hasText = bytes.test(buffer.toString('latin1', start, start + pageBytes));
      const rows = buffer.readUInt16BE(start + 3);
      for (let row = 0, pointer = start + 8; row < rows && pointer < start + pageBytes; row += 1, pointer += 2) {
        const length = numberAt(buffer, start + buffer.readUInt16BE(pointer));
        if (!hasText && length.value <= longestInPage) continue;
        const position = numberAt(buffer, length.end).value;
        if (position >= from && position <= to) found[position - from] = 1;
      }
    }
    offset += pages * pageBytes;
    yield undefined;
  }
}

/** A number of up to nine bytes, each with seven bits of it and a sign whether there is another. */
function numberAt(buffer: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let end = start;
  for (; end < start + 9; end += 1) {
    const byte = buffer[end] ?? 0;
    value = value * 128 + (byte & 127);
    if (byte < 128) break;
  }
  return { value, end: end + 1 };
}
