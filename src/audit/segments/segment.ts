import { closeSync, fstatSync } from 'node:fs';
import path from 'node:path';
import type { Database, SqlJsStatic, SqlValue, Statement } from 'sql.js';
import { codeOf } from '../../errors.js';
import type { AuditPosition, AuditQuery } from '../query.js';
import { openPlainSync } from '../storage/plain-file.js';
import { Catalog, type KnownWord, type Wanted, type WordFilter } from './catalog.js';
import { positionsWith } from './leaf-pages.js';
import { openPaged } from './paged-file.js';
import { schemaRows } from './schema.js';
import { linesOf, positionsOf, waysOf, type Order, type Selection, type Way } from './selection.js';
import type { SegmentFile } from './segment-name.js';

/** The file isn't the one that was written. */
export class SegmentCorrupt extends Error {
  override readonly name = 'SegmentCorrupt';
}

/** Pages that are kept, for each open segment. */
const cacheKilobytes = 768;
/** Statements that are kept ready. */
const mostStatements = 8;

/**
 * An open segment. Pages are read when they are needed, and the file stays readable when its name is removed. Whatever
 * reads may throw `SegmentCorrupt` or the file system's error.
 */
export class Segment {
  readonly #idle = new Map<string, Statement[]>();
  readonly #journals = new Map<string, number>();
  #closed = false;

  private constructor(
    readonly file: SegmentFile,
    private readonly descriptor: number,
    private readonly database: Database,
  ) {}

  /** Looks at no more than the file's first pages: its lines are to be checked one by one. Throws (`ENOENT` when it was folded into another). */
  static openUnchecked(sqlite: SqlJsStatic, file: SegmentFile): Segment {
    const descriptor = openPlainSync(file.file);
    if (descriptor === undefined) throw new SegmentCorrupt(path.basename(file.file));
    if (descriptor === 'missing') throw Object.assign(new Error(`${path.basename(file.file)} is gone`), { code: 'ENOENT' });
    let database: Database | undefined;
    try {
      database = openPaged(sqlite, descriptor, fstatSync(descriptor).size, 'read');
      database.exec(`PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -${cacheKilobytes}`);
      // A file that was tampered with could have a view in place of a table that never comes to an end.
      if (schemaOf(database) !== trueSchema) throw new SegmentCorrupt(path.basename(file.file));
      return new Segment(file, descriptor, database);
    } catch (error) {
      database?.close();
      closeSync(descriptor);
      throw asCorrupt(error, file);
    }
  }

  /** Lines in the order they were folded. */
  *lines(): Generator<string, void, undefined> {
    for (const { line } of this.from(0)) yield line;
  }

  /** Lines from a position on, in the order they were folded. */
  *from(position: number): Generator<{ readonly position: number; readonly line: string }, void, undefined> {
    for (const [at, line] of this.rows({ sql: 'SELECT position, line FROM events WHERE position >= ? ORDER BY position', values: [position] })) yield { position: Number(at), line: String(line) };
  }

  /**
   * The ways to the events that these filters and the times of the query let through, in order, from `beyond` on, `most` of
   * them: no event is on two.
   */
  ways(filters: readonly WordFilter[], query: AuditQuery, order: Order, beyond?: AuditPosition, most?: number): Way[] {
    const place = beyond && { ...beyond, journal: this.#rank(beyond.journal) };
    return waysOf(filters, most).map((way) => ({ ...way, query, order, beyond: place }));
  }

  /** Lines of the events on a way. The text of the query is left to the caller. */
  linesOn(way: Way): Generator<string, void, undefined> {
    return this.#read(linesOf(way), lineIn);
  }

  /** Positions of the same events in the same order, many times as fast. */
  positionsOn(way: Way): Generator<number, void, undefined> {
    return this.#read(positionsOf(way), (row) => Number(row.get()[0]));
  }

  /** The line at a position. */
  lineAt(position: number): string | undefined {
    for (const [line] of this.rows({ sql: 'SELECT line FROM events WHERE position = ?', values: [position] })) return String(line);
    return undefined;
  }

  /** Which events can have a text, by the bytes of the file: see `positionsWith`. */
  positionsWith(bytes: RegExp, buffer: Buffer): Generator<undefined, Uint8Array, undefined> {
    return positionsWith(bytes, this.descriptor, this.file, buffer);
  }

  /** What the words of a query are here; `undefined` when no event has them. */
  filters(catalog: Catalog, wanted: readonly Wanted[]): WordFilter[] | undefined {
    const filters: WordFilter[] = [];
    for (const { kind, words: texts } of wanted) {
      const words = texts.map((text) => (kind === 'session' ? this.#session(text) : catalog.word(kind, text))).filter((each) => each !== undefined);
      if (words.length === 0) return undefined;
      filters.push({ kind, words });
    }
    return filters;
  }

  /** The line of one event. */
  line(journal: string, seq: number): string | undefined {
    // Numbers that are missing in a mended journal make a position smaller, never larger.
    const sql = `SELECT line FROM journals JOIN facts ON facts.position BETWEEN journals.first AND journals.first + ? AND facts.journal = journals.id AND facts.seq = ?
      JOIN events USING (position) WHERE journals.name = ? ORDER BY position DESC LIMIT 1`;
    for (const [line] of this.rows({ sql, values: [seq - 1, seq, journal] })) return String(line);
    return undefined;
  }

  /** The journals in it, and how far each goes. */
  journals(): Map<string, number> {
    const found = new Map<string, number>();
    for (const [name, last] of this.rows({ sql: 'SELECT name, last FROM journals ORDER BY id', values: [] })) found.set(String(name), Number(last));
    return found;
  }

  catalog(shared: (text: string) => string): Catalog {
    try {
      return Catalog.of(this.database, shared);
    } catch (error) {
      throw asCorrupt(error, this.file);
    }
  }

  /** Rows of a statement. Several may be read at once. */
  rows(selection: Selection): Generator<SqlValue[], void, undefined> {
    return this.#read(selection, (statement) => statement.get());
  }

  *#read<T>({ sql, values }: Selection, take: (row: Statement) => T): Generator<T, void, undefined> {
    const statement = this.#statement(sql);
    try {
      statement.bind([...values]);
      while (statement.step()) yield take(statement);
    } catch (error) {
      throw asCorrupt(error, this.file);
    } finally {
      this.#giveBack(sql, statement);
    }
  }

  /** Twice is harmless. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.database.close();
    closeSync(this.descriptor);
  }

  #session(session: string): KnownWord | undefined {
    for (const [id, events] of this.rows({ sql: "SELECT id, events FROM words WHERE kind = 'session' AND word = ?", values: [session] })) return { id: Number(id), events: Number(events) };
    return undefined;
  }

  /** Where a journal stands among those of the segment, in the order of names. */
  #rank(journal: string): number {
    const known = this.#journals.get(journal);
    if (known !== undefined) return known;
    const sql = 'SELECT coalesce((SELECT id FROM journals WHERE name = ?), (SELECT coalesce(max(id), 0) + 0.5 FROM journals WHERE name < ?))';
    for (const [rank] of this.rows({ sql, values: [journal, journal] })) {
      this.#journals.set(journal, Number(rank));
      return Number(rank);
    }
    return 0;
  }

  #statement(sql: string): Statement {
    try {
      return this.#idle.get(sql)?.pop() ?? this.database.prepare(sql);
    } catch (error) {
      throw asCorrupt(error, this.file);
    }
  }

  #giveBack(sql: string, statement: Statement): void {
    if (this.#closed) return;
    statement.reset();
    const idle = this.#idle.get(sql);
    if (idle) idle.push(statement);
    else this.#idle.set(sql, [statement]);
    const [oldest] = this.#idle.keys();
    if (this.#idle.size <= mostStatements || oldest === undefined) return;
    for (const each of this.#idle.get(oldest) ?? []) each.free();
    this.#idle.delete(oldest);
  }
}

const lineIn = (row: Statement): string => String(row.get()[0]);

const trueSchema = JSON.stringify(schemaRows);

const schemaOf = (database: Database): string => JSON.stringify(database.exec('SELECT type, name, tbl_name, sql FROM sqlite_schema LIMIT 100')[0]?.values);

/** An error of the disk stays one. What SQLite says of a file that was once whole means that it isn't any more. */
function asCorrupt(error: unknown, { file }: SegmentFile): unknown {
  if (error instanceof SegmentCorrupt || codeOf(error) !== undefined) return error;
  return new SegmentCorrupt(path.basename(file), { cause: error });
}
