import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import initSqlJs, { type SqlJsStatic } from 'sql.js';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openPaged } from '../../../../src/audit/segments/paged-file.js';
import { locateWasm } from '../../../fixtures/audit/open-log.js';

let sqlite: SqlJsStatic;
let folder: string;
let file: string;
beforeAll(async () => {
  sqlite = await initSqlJs({ locateFile: locateWasm });
});
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'axon-paged-'));
  file = path.join(folder, 'pages.db');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A database with a table of rows of about a kilobyte, written through its file. */
function write(rows: number): number {
  const empty = new sqlite.Database();
  empty.exec('PRAGMA page_size = 4096; CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)');
  fs.writeFileSync(file, empty.export());
  empty.close();
  const descriptor = fs.openSync(file, 'r+');
  const database = openPaged(sqlite, descriptor, fs.fstatSync(descriptor).size, 'write');
  database.exec('PRAGMA journal_mode = OFF; PRAGMA cache_size = 20; BEGIN');
  const insert = database.prepare('INSERT INTO rows VALUES (?, ?)');
  for (let id = 1; id <= rows; id += 1) insert.run([id, `row ${id} ${'x'.repeat(1_000)}`]);
  insert.free();
  database.exec('COMMIT');
  database.close();
  fs.closeSync(descriptor);
  return fs.statSync(file).size;
}

function read<T>(work: (database: ReturnType<typeof openPaged>) => T): T {
  const descriptor = fs.openSync(file, 'r');
  const database = openPaged(sqlite, descriptor, fs.fstatSync(descriptor).size, 'read');
  try {
    return work(database);
  } finally {
    database.close();
    fs.closeSync(descriptor);
  }
}

describe('sql.js with a file in place of an array', { timeout: 30_000 }, () => {
  test('writes straight to the file, and any SQLite reads what is there', async () => {
    write(500);
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(file, { readOnly: true });
    expect(database.prepare('SELECT count(*) AS count, max(id) AS last FROM rows').get()).toEqual({ count: 500, last: 500 });
    expect(Object.values(database.prepare('PRAGMA integrity_check').get() ?? {})).toEqual(['ok']);
    database.close();
  });

  test('reads the pages that are needed and keeps none of the file in memory', () => {
    const size = write(5_000);
    expect(size).toBeGreaterThan(5_000_000);
    const before = process.memoryUsage();
    read((database) => {
      database.exec('PRAGMA cache_size = -64');
      for (const id of [1, 2_500, 5_000]) expect(database.exec('SELECT text FROM rows WHERE id = ?', [id])[0]?.values[0]?.[0]).toMatch(new RegExp(`^row ${id} x`));
      const after = process.memoryUsage();
      // If sql.js copied what it is given, these would grow by the size of the file.
      expect(after.arrayBuffers - before.arrayBuffers + (after.external - before.external)).toBeLessThan(size / 4);
    });
  });

  test('reads on from page to page in either direction', () => {
    write(3_000);
    for (const way of ['ASC', 'DESC']) {
      const ids = read((database) => database.exec(`SELECT id FROM rows WHERE length(text) > 100 ORDER BY id ${way}`)[0]?.values.flat());
      expect(ids).toHaveLength(3_000);
      expect(ids?.[0]).toBe(way === 'ASC' ? 1 : 3_000);
    }
  });

  test.each([
    ['cut', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['cut to its first page', (bytes: Buffer) => bytes.subarray(0, 4096)],
    ['empty', () => Buffer.alloc(0)],
    ['another file', () => Buffer.from('not a database '.repeat(1_000))],
    ['zeros', (bytes: Buffer) => Buffer.alloc(bytes.length)],
  ])('finds fault with a file that is %s', (_name, change) => {
    write(2_000);
    fs.writeFileSync(file, change(fs.readFileSync(file)));
    expect(() => read((database) => database.exec('SELECT sum(length(text)) FROM rows'))).toThrow(/malformed|not a database|no such table/);
  });

  test('stays readable while it is open when its name is gone', { skip: process.platform === 'win32' }, () => {
    write(2_000);
    read((database) => {
      fs.rmSync(file);
      expect(database.exec('SELECT count(text) FROM rows')[0]?.values).toEqual([[2_000]]);
    });
  });
});
