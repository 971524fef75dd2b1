import { readSync, writeSync } from 'node:fs';
import type { Database, SqlJsStatic } from 'sql.js';

/** Beyond any segment: what sql.js may write without asking for a longer array. */
const roomToGrow = 2 ** 40;

/**
 * What sql.js takes for the bytes of a database. It keeps an array that it copies once with `slice`, reads from with
 * `subarray`, and writes to with `set`; so this reads and writes pages of an open file instead, and memory holds the
 * pages that SQLite keeps in its cache, however long the file is. A test fails when sql.js begins to do it in another way.
 */
class PagedFile implements ArrayLike<number> {
  readonly [index: number]: number;
  length: number;
  /** sql.js copies what it is given before it reads again. */
  #page = Buffer.alloc(0);

  constructor(
    private readonly descriptor: number,
    size: number,
  ) {
    this.length = size;
  }

  slice(): this {
    return this;
  }

  /** A file that was cut gives zeros, which SQLite finds fault with. */
  subarray(start: number, end: number): Uint8Array {
    const length = end - start;
    if (this.#page.length < length) this.#page = Buffer.alloc(length);
    const page = this.#page.subarray(0, length);
    let done = 0;
    while (done < length) {
      const count = readSync(this.descriptor, page, done, length - done, start + done);
      if (count === 0) break;
      done += count;
    }
    return page.fill(0, done);
  }

  set(bytes: Uint8Array, position: number): void {
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
  const file = new PagedFile(descriptor, size);
  const database = new Database(file);
  if (access === 'write') file.length = roomToGrow;
  return database;
}
