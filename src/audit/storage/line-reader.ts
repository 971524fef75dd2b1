import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { dataEnd, roomBytes } from './data-end.js';

/** Bytes: longer than any line that Axon writes. What goes on without an end is no line, and is not read into memory. */
export const longestLine = 1024 * 1024;
const chunkBytes = 128 * 1024;

/** Reads a file's lines from first to last, in memory that doesn't grow with it. */
export class LineReader {
  readonly #chunk = Buffer.allocUnsafe(chunkBytes);
  #rest: Buffer = Buffer.alloc(0);
  /** True: the line that began in `rest` is too long to be one, and is dropped up to its newline. */
  #tooLong = false;
  #offset = 0;
  #room = 0;
  #size = 0;

  constructor(
    private readonly handle: FileHandle,
    /** Bytes that are read at most: what was there when somebody looked. */
    private readonly end = Infinity,
  ) {}

  /** Bytes after the last newline. */
  get torn(): number {
    return this.#tooLong ? longestLine : this.#rest.length;
  }

  /** What stands after the last newline, where it can be a line. */
  get rest(): Buffer | undefined {
    return this.#tooLong ? undefined : this.#rest;
  }

  /** Bytes behind the data, kept free for what is written next. */
  get room(): number {
    return this.#room;
  }

  /** True when the file ends with a whole line, or with room that was made in one piece. */
  get endsWhole(): boolean {
    return this.torn === 0 && (this.#room === 0 || this.#size % roomBytes === 0);
  }

  /**
   * Reads on as far as the file goes now. Lines come without their newline, and `undefined` for one that is not UTF-8
   * (a lenient decoder could make it look untouched) or too long. `breathe` is called between chunks with the bytes read.
   */
  async read(take: (line: string | undefined) => void, breathe: (bytes: number) => Promise<void>): Promise<void> {
    const size = Math.min(this.end, (await this.handle.stat()).size);
    const end = await dataEnd(this.handle, size);
    this.#room = size - end;
    this.#size = size;
    for (;;) {
      const wanted = Math.min(chunkBytes, Math.max(0, end - this.#offset));
      const { bytesRead } = await this.handle.read(this.#chunk, 0, wanted, this.#offset);
      if (bytesRead === 0) return;
      this.#offset += bytesRead;
      this.#split(this.#chunk.subarray(0, bytesRead), take);
      await breathe(bytesRead);
    }
  }

  /** Goes back to the end of the last whole line: what stood behind it was just being written, and may be gone. */
  reread(): void {
    if (this.#tooLong) return;
    this.#offset -= this.#rest.length;
    this.#rest = Buffer.alloc(0);
  }

  #split(bytes: Buffer, take: (line: string | undefined) => void): void {
    let start = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
      const line = bytes.subarray(start, end);
      take(this.#tooLong ? undefined : textOf(this.#rest.length === 0 ? line : Buffer.concat([this.#rest, line])));
      this.#rest = Buffer.alloc(0);
      this.#tooLong = false;
      start = end + 1;
    }
    if (start === bytes.length || this.#tooLong) return;
    this.#rest = Buffer.concat([this.#rest, bytes.subarray(start)]);
    if (this.#rest.length <= longestLine) return;
    this.#rest = Buffer.alloc(0);
    this.#tooLong = true;
  }
}

const textOf = (line: Buffer): string | undefined => (isUtf8(line) ? line.toString('utf8') : undefined);
