import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';

const chunkBytes = 64 * 1024;
/** Longer than any line that is written: what goes on without an end is not read into memory. */
const longestLine = 1024 * 1024;
const newline = 10;

export interface JournalLine {
  /** Without its newline; `undefined` for what can't be a line of ours. */
  readonly text: string | undefined;
  /** Where the next one starts. */
  readonly end: number;
}

/** The whole lines of a file between two places, the first of which starts a line. Memory holds a line and a chunk. */
export async function* linesOf(handle: FileHandle, from: number, to: number): AsyncGenerator<JournalLine, void, undefined> {
  let held = Buffer.alloc(0);
  let start = from;
  let tooLong = false;
  for (let position = from; position < to; ) {
    const chunk = Buffer.alloc(Math.min(chunkBytes, to - position));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    held = Buffer.concat([held, chunk.subarray(0, bytesRead)]);
    let taken = 0;
    for (let end = held.indexOf(newline); end !== -1; end = held.indexOf(newline, taken)) {
      const line = held.subarray(taken, end);
      start += line.length + 1;
      yield { text: tooLong || !isUtf8(line) ? undefined : line.toString('utf8'), end: start };
      tooLong = false;
      taken = end + 1;
    }
    held = held.subarray(taken);
    if (held.length > longestLine) {
      start += held.length;
      held = Buffer.alloc(0);
      tooLong = true;
    }
  }
}
