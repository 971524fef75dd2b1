import { readSync, writeSync } from 'node:fs';
import type { Database, SqlJsStatic } from 'sql.js';

/** Beyond any segment: what sql.js may write without asking for a longer array. */
const roomToGrow = 2 ** 40;
/** Bytes between two pages that still count as reading on, and how many are then read at once. */
const near = 64 * 1024;
const ahead = 128 * 1024;

/**
 * What sql.js takes for the bytes of a database. It keeps an array that it copies once with `slice`, reads from with
 * `subarray`, and writes to with `set`; so this reads and writes pages of an open file instead, and memory holds the
 * pages that SQLite keeps in its cache, however long the file is. A test fails when sql.js begins to do it in another way.
 */
class PagedFile implements ArrayLike<number> {
  readonly [index: number]: number;
  length: number;
  /** What was read last. sql.js copies what it is given before it reads again. */
  #held = Buffer.alloc(0);
  #heldFrom = 0;
  #heldTo = 0;

  constructor(
    private readonly descriptor: number,
    size: number,
    private readonly writable: boolean,
  ) {
    this.length = size;
  }

  slice(): this {
    return this;
  }

  /** Who reads on from page to page, either way, gets many with one look at the disk. A file that was cut gives zeros. */
  subarray(start: number, end: number): Uint8Array {
    if (start < this.#heldFrom || end > this.#heldTo) {
      if (!this.writable && this.#heldTo > 0 && start >= this.#heldTo && start - this.#heldTo < near) this.#read(start, Math.max(end, start + ahead));
      else if (!this.writable && end <= this.#heldFrom && this.#heldFrom - end < near) this.#read(Math.max(0, end - ahead), end);
      else this.#read(start, end);
    }
    return this.#held.subarray(start - this.#heldFrom, end - this.#heldFrom);
  }

  #read(start: number, end: number): void {
    const length = end - start;
    if (this.#held.length < length) this.#held = Buffer.alloc(length);
    let done = 0;
    while (done < length) {
      const count = readSync(this.descriptor, this.#held, done, length - done, start + done);
      if (count === 0) break;
      done += count;
    }
    this.#held.fill(0, done, length);
    [this.#heldFrom, this.#heldTo] = [start, end];
  }

  set(bytes: Uint8Array, position: number): void {
    this.#heldTo = 0;
    for (let done = 0; done < bytes.length; ) done += writeSync(this.descriptor, bytes, done, bytes.length - done, position + done);
  }
}

/**
 * A database that lies in an open file. It must be closed before the file is. Nothing in it is executed on opening; a
 * file that isn't a database fails with the first statement.
 *
 * @param size bytes of the file now, at least one page
 */
export function openPaged({ Database }: SqlJsStatic, descriptor: number, size: number, access: 'read' | 'write'): Database {
  const file = new PagedFile(descriptor, size, access === 'write');
  const database = new Database(file);
  if (access === 'write') file.length = roomToGrow;
  return database;
}
