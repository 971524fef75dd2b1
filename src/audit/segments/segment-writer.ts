import { randomBytes } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Database, SqlJsStatic, Statement } from 'sql.js';
import type { Pace } from '../pace.js';
import type { AuditRecord } from '../record.js';
import { makeFolder, syncFolder } from '../storage/durable-file.js';
import { openPaged } from './paged-file.js';
import { outcomeNumber, schema, wordKinds, wordOf, type WordKind } from './schema.js';
import { parseSegmentFile, segmentFileName, segmentHashOf, type SegmentFile } from './segment-name.js';

export interface SegmentWriterOptions {
  readonly key: Uint8Array;
  readonly folder: string;
  /** The position of the first event. */
  readonly from: number;
  /** Every journal that may come, in order of name. */
  readonly journals: readonly string[];
  /** Asked right before the segment gets its name. */
  readonly mayCommit: () => Promise<boolean>;
  readonly pace: Pace;
}

interface Word {
  readonly id: number;
  readonly kind: WordKind;
  readonly word: string;
  events: number;
  earliest: number;
  latest: number;
}

/** Its cache: pages beyond that go to the file meanwhile. */
const cacheKilobytes = 2_048;
const eventsOfTransaction = 2_000;

/**
 * Writes a segment straight into a file, so that memory doesn't grow with it. The file has a temporary name until
 * `finish`; a crash before that leaves something that the next fold removes.
 */
export class SegmentWriter {
  readonly #words = new Map<string, Word>();
  readonly #journals = new Map<string, { readonly id: number; readonly first: number; last: number }>();
  readonly #insertEvent: Statement;
  readonly #insertFacts: Statement;
  #next: number;
  #bytes = 0;
  #earliest = Infinity;
  #latest = -Infinity;
  #closed = false;

  private constructor(
    private readonly options: SegmentWriterOptions,
    private readonly temporary: string,
    private readonly handle: FileHandle,
    private readonly database: Database,
  ) {
    this.#next = options.from;
    this.#insertEvent = database.prepare('INSERT INTO events VALUES (?, ?)');
    this.#insertFacts = database.prepare(`INSERT INTO facts VALUES (${Array.from({ length: 5 + wordKinds.length }, () => '?').join(', ')})`);
  }

  static async create(sqlite: SqlJsStatic, options: SegmentWriterOptions): Promise<SegmentWriter> {
    await makeFolder(options.folder);
    const temporary = path.join(options.folder, `${randomBytes(6).toString('hex')}.tmp`);
    const handle = await open(temporary, 'wx+', 0o600);
    try {
      await handle.writeFile(await emptyDatabase(sqlite, options.pace));
      const database = openPaged(sqlite, handle.fd, fstatSync(handle.fd).size, 'write');
      // What is half-written is never read: the file has no name yet that counts.
      database.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -${cacheKilobytes}; BEGIN`);
      return new SegmentWriter(options, temporary, handle, database);
    } catch (error) {
      await handle.close();
      await rm(temporary, { force: true });
      throw error;
    }
  }

  get events(): number {
    return this.#next - this.options.from;
  }

  /** Of the lines. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The events of a journal must follow each other. */
  async add(record: AuditRecord, line: string): Promise<void> {
    const position = this.#next;
    this.#insertEvent.run([position, line]);
    const words = wordKinds.map((kind) => this.#word(kind, record));
    this.#insertFacts.run([position, record.at, this.#journal(record, position), record.seq, ...words, outcomeNumber(record)]);
    this.#next += 1;
    this.#bytes += line.length;
    this.#earliest = Math.min(this.#earliest, record.at);
    this.#latest = Math.max(this.#latest, record.at);
    if (this.events % eventsOfTransaction === 0) this.database.exec('COMMIT; BEGIN');
    if (this.options.pace.isDue) await this.options.pace.breathe();
  }

  /** The segment is there, durable and whole, under its name when this resolves. */
  async finish(): Promise<SegmentFile> {
    const { from, folder, key, mayCommit, pace } = this.options;
    await this.#end();
    const span = { from, to: this.#next - 1, earliest: this.#earliest, latest: this.#latest };
    this.#close();
    try {
      await this.handle.sync();
    } finally {
      await this.handle.close();
    }
    const file = path.join(folder, segmentFileName(span, await segmentHashOf(key, span, this.temporary, pace)));
    const written = parseSegmentFile(file);
    if (!written) throw new Error(`a segment can't be named ${path.basename(file)}`);
    if (!(await mayCommit())) throw new Error('the lock was lost');
    await rename(this.temporary, file);
    await syncFolder(folder);
    return written;
  }

  /** Leaves nothing behind. Harmless after `finish`, and twice. */
  async dispose(): Promise<void> {
    this.#close();
    await this.handle.close().catch(() => undefined);
    await rm(this.temporary, { force: true });
  }

  #word(kind: WordKind, record: AuditRecord): number | null {
    const text = wordOf(record, kind);
    if (text === undefined) return null;
    const name = `${kind}\n${text}`;
    let word = this.#words.get(name);
    if (!word) {
      word = { id: this.#words.size + 1, kind, word: text, events: 0, earliest: record.at, latest: record.at };
      this.#words.set(name, word);
    }
    word.events += 1;
    word.earliest = Math.min(word.earliest, record.at);
    word.latest = Math.max(word.latest, record.at);
    return word.id;
  }

  #journal(record: AuditRecord, position: number): number {
    let journal = this.#journals.get(record.journal);
    if (!journal) {
      const id = this.options.journals.indexOf(record.journal) + 1;
      if (id === 0) throw new Error('a journal that was not announced');
      journal = { id, first: position, last: record.seq };
      this.#journals.set(record.journal, journal);
    }
    journal.last = record.seq;
    return journal.id;
  }

  async #end(): Promise<void> {
    const { database } = this;
    const addWord = database.prepare('INSERT INTO words VALUES (?, ?, ?, ?, ?, ?)');
    for (const { id, kind, word, events, earliest, latest } of this.#words.values()) {
      addWord.run([id, kind, word, events, earliest, latest]);
      if (this.options.pace.isDue) await this.options.pace.breathe();
    }
    const addJournal = database.prepare('INSERT INTO journals VALUES (?, ?, ?, ?)');
    for (const [name, { id, first, last }] of this.#journals) addJournal.run([id, name, first, last]);
    for (const each of [addWord, addJournal, this.#insertEvent, this.#insertFacts]) each.free();
    database.exec('COMMIT');
    // What removes the journals next relies on this file alone: each page must be where SQLite thinks it is.
    const [last, count, pages] = database.exec('SELECT (SELECT max(position) FROM events), (SELECT count(*) FROM facts), page_count * page_size FROM pragma_page_count, pragma_page_size')[0]?.values[0] ?? [];
    if (last !== this.#next - 1 || count !== this.events || pages !== (await this.handle.stat()).size) throw new Error('a segment was not written as a whole');
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.database.close();
  }
}

const emptyDatabases = new WeakMap<SqlJsStatic, Uint8Array>();

/**
 * SQLite writes the first pages itself; a file begins with them. They are always the same, and it takes a tenth of a second
 * to have them written for the first time.
 */
async function emptyDatabase(sqlite: SqlJsStatic, pace: Pace): Promise<Uint8Array> {
  const known = emptyDatabases.get(sqlite);
  if (known) return known;
  const database = new sqlite.Database();
  try {
    for (const statement of schema.split(';')) {
      database.exec(statement);
      if (pace.isDue) await pace.breathe();
    }
    const bytes = database.export();
    emptyDatabases.set(sqlite, bytes);
    return bytes;
  } finally {
    database.close();
  }
}
