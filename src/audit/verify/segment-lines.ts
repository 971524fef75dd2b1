import type { Database, SqlJsStatic } from 'sql.js';
import { readFile } from 'node:fs/promises';
import { segmentHash, type SegmentFile } from '../segments/segment-name.js';
import { openPlain } from './plain-file.js';

/** Far beyond the 8 MB that a segment is folded to; a single long journal can make one larger. */
const mostBytes = 128 * 1024 * 1024;

export interface SegmentLines {
  /** The keyed hash over span and content is that of the name: no byte of the file has changed. */
  readonly authentic: boolean;
  readonly bytes: number;
  /** In the order of their positions; throws where the file can't be read as a segment. The caller closes in the end. */
  readonly lines: () => Generator<string, void, undefined>;
  readonly close: () => void;
}

/** `undefined`: not a plain file, or too large to be a segment. `missing`: nothing of that name. */
export async function openSegmentLines(sqlite: () => Promise<SqlJsStatic>, key: Uint8Array, segment: SegmentFile): Promise<SegmentLines | 'missing' | undefined> {
  const handle = await openPlain(segment.file);
  if (handle === undefined || handle === 'missing') return handle;
  let bytes: Buffer;
  try {
    if ((await handle.stat()).size > mostBytes) return undefined;
    bytes = await readFile(handle);
  } finally {
    await handle.close();
  }
  const authentic = segmentHash(key, segment, bytes) === segment.hash;
  const { Database } = await sqlite();
  const database = new Database(bytes);
  return { authentic, bytes: bytes.length, lines: () => linesOf(database), close: () => database.close() };
}

function* linesOf(database: Database): Generator<string, void, undefined> {
  // A file that was tampered with could name a view `events` that never ends.
  const [found] = database.exec("SELECT type, sql FROM sqlite_schema WHERE name = 'events'");
  const [type, sql] = found?.values[0] ?? [];
  if (type !== 'table' || !/^CREATE TABLE events ?\(/.test(String(sql))) throw new Error('no table of events');
  const statement = database.prepare('SELECT line FROM events ORDER BY position');
  try {
    while (statement.step()) yield String(statement.get()[0]);
  } finally {
    statement.free();
  }
}
