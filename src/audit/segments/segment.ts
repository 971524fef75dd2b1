import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Database, SqlJsStatic, SqlValue } from 'sql.js';
import { writeAtomically } from '../storage/durable-file.js';
import type { FolderLock } from '../storage/folder-lock.js';
import type { AuditPosition, AuditQuery } from '../query.js';
import type { AuditRecord } from '../record.js';
import { parseSegmentFile, segmentFileName, segmentHash, type SegmentFile, type SegmentSpan } from './segment-name.js';

/** The file isn't the one that was written. */
export class SegmentCorrupt extends Error {
  override readonly name = 'SegmentCorrupt';
}

/** `line` is the journal's line as it was; the other columns are copies of its fields to search by. */
const schema = `CREATE TABLE events (
  position INTEGER PRIMARY KEY, at INTEGER NOT NULL, journal TEXT NOT NULL, seq INTEGER NOT NULL,
  type TEXT NOT NULL, session TEXT NOT NULL, agent TEXT, tool TEXT, decision TEXT, line TEXT NOT NULL)`;

export interface NewRow {
  readonly record: AuditRecord;
  readonly line: string;
}

/** An open segment. It holds the whole database in memory, so close it soon. */
export class Segment {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  /** Rejects with `SegmentCorrupt`, or with the file system's error (`ENOENT` when it was folded into another). */
  static async open(sqlite: SqlJsStatic, key: Uint8Array, segment: SegmentFile): Promise<Segment> {
    const bytes = await readFile(segment.file);
    if (segmentHash(key, segment, bytes) !== segment.hash) throw new SegmentCorrupt(path.basename(segment.file));
    return new Segment(new sqlite.Database(bytes));
  }

  /** Lines in the order they were folded. */
  *lines(): Generator<string, void, undefined> {
    yield* this.#rows('SELECT line FROM events ORDER BY position', []);
  }

  /** Lines by time that may match: text is left to the caller. */
  *search(query: AuditQuery, order: 'newest' | 'oldest', beyond: AuditPosition | undefined): Generator<string, void, undefined> {
    const where: string[] = ['1'];
    const values: SqlValue[] = [];
    const add = (condition: string, ...given: SqlValue[]): void => {
      where.push(condition);
      values.push(...given);
    };
    if (query.sessionId !== undefined) add('session = ?', query.sessionId);
    if (query.agent !== undefined) add('agent = ?', query.agent);
    if (query.tool !== undefined) add('tool = ?', query.tool);
    if (query.decision !== undefined) add('decision = ?', query.decision);
    if (query.from !== undefined) add('at >= ?', query.from);
    if (query.to !== undefined) add('at < ?', query.to);
    if (query.types !== undefined) add(`type IN (${query.types.map(() => '?').join(',')})`, ...query.types);
    if (beyond !== undefined) add(`(at, journal, seq) ${order === 'newest' ? '<' : '>'} (?, ?, ?)`, beyond.at, beyond.journal, beyond.seq);
    const way = order === 'newest' ? 'DESC' : 'ASC';
    yield* this.#rows(`SELECT line FROM events WHERE ${where.join(' AND ')} ORDER BY at ${way}, journal ${way}, seq ${way}`, values);
  }

  /** The journals in it, and how far each goes. */
  journals(): Map<string, number> {
    const [result] = this.#database.exec('SELECT journal, max(seq) FROM events GROUP BY journal');
    return new Map((result?.values ?? []).map(([journal, seq]) => [String(journal), Number(seq)]));
  }

  /** Free again after this; the memory goes back to sql.js. Twice is harmless. */
  close(): void {
    this.#database.close();
  }

  *#rows(sql: string, values: SqlValue[]): Generator<string, void, undefined> {
    const statement = this.#database.prepare(sql, values);
    try {
      while (statement.step()) yield String(statement.get()[0]);
    } finally {
      statement.free();
    }
  }
}

/**
 * Writes a new segment with the rows of `before` (when given) and `rows` after them. It is there, whole, when this
 * resolves; `before` is left for the caller to remove.
 */
export async function writeSegment(
  sqlite: SqlJsStatic,
  options: { readonly key: Uint8Array; readonly folder: string; readonly lock: FolderLock; readonly before: SegmentFile | undefined; readonly from: number; readonly rows: readonly NewRow[] },
): Promise<SegmentFile> {
  const { key, folder, lock, before, rows } = options;
  const old = before && (await readFile(before.file));
  if (before && old && segmentHash(key, before, old) !== before.hash) throw new SegmentCorrupt(path.basename(before.file));
  const database = new sqlite.Database(old);
  try {
    if (!old) database.exec(schema);
    database.exec('BEGIN');
    const insert = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    let position = options.from;
    let earliest = before?.earliest ?? Infinity;
    let latest = before?.latest ?? -Infinity;
    for (const { record, line } of rows) {
      insert.run([position, record.at, record.journal, record.seq, record.type, record.sessionId, record.agent ?? null, record.tool ?? null, record.decision ?? null, line]);
      position += 1;
      earliest = Math.min(earliest, record.at);
      latest = Math.max(latest, record.at);
    }
    insert.free();
    database.exec('COMMIT');
    // export() closes and opens the database again: nothing prepared before it may be used after it.
    const bytes = database.export();
    const span: SegmentSpan = { from: before?.from ?? options.from, to: position - 1, earliest, latest };
    const file = path.join(folder, segmentFileName(span, segmentHash(key, span, bytes)));
    await writeAtomically(file, bytes, () => lock.isHeld());
    const written = parseSegmentFile(file);
    if (!written) throw new Error(`a segment can't be named ${path.basename(file)}`);
    return written;
  } finally {
    database.close();
  }
}
