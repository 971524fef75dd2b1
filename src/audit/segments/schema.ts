import { outcomeOf, timelineOutcomes } from '../timeline.js';
import type { AuditRecord } from '../record.js';

/**
 * What a word of an event is about. Words are kept once in a segment, with how many events have them and from when to
 * when; events are found by the number of the word.
 */
export const wordKinds = ['type', 'session', 'agent', 'tool', 'decision', 'rule'] as const;
export type WordKind = (typeof wordKinds)[number];

/** The word of this kind that an event has. */
export function wordOf(record: Pick<AuditRecord, 'type' | 'sessionId' | 'agent' | 'tool' | 'decision' | 'rule'>, kind: WordKind): string | undefined {
  return kind === 'session' ? record.sessionId : record[kind];
}

/** The number of what became of a call, as it stands in a segment: counted from 1 in the order of `timelineOutcomes`. */
export function outcomeNumber(record: Pick<AuditRecord, 'type' | 'decision'>): number | null {
  const outcome = outcomeOf(record);
  return outcome === undefined ? null : timelineOutcomes.indexOf(outcome) + 1;
}

/** A page takes nine lines of the usual length. */
export const pageBytes = 8192;

const always: readonly WordKind[] = ['type', 'session'];

/**
 * `events` has the journals' lines as they were; `facts` is what is looked through to find them: narrow, so that a filter
 * reads a hundredth of the bytes. Journals are numbered in the order of their names, so that the order of an index is that
 * of `comparePositions`. A journal's events stand in a row from `first` on.
 */
export const schema = `
PRAGMA page_size = ${pageBytes};
CREATE TABLE events (position INTEGER PRIMARY KEY, line TEXT NOT NULL);
CREATE TABLE facts (position INTEGER PRIMARY KEY, at INTEGER NOT NULL, journal INTEGER NOT NULL, seq INTEGER NOT NULL,
  ${wordKinds.map((kind) => `${kind} INTEGER`).join(', ')}, outcome INTEGER);
CREATE TABLE journals (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, first INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE TABLE words (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, word TEXT NOT NULL, events INTEGER NOT NULL,
  earliest INTEGER NOT NULL, latest INTEGER NOT NULL, UNIQUE (kind, word));
CREATE INDEX by_time ON facts (at, journal, seq);
${wordKinds.map((kind) => `CREATE INDEX by_${kind} ON facts (${kind}, at, journal, seq)${always.includes(kind) ? '' : ` WHERE ${kind} IS NOT NULL`};`).join('\n')}
`;

/** A row of `sqlite_schema`. An index that SQLite makes by itself has no text. */
export type SchemaRow = readonly [type: string, name: string, table: string, sql: string | null];

/**
 * What SQLite notes of this schema, in its order. It is put together from the text: to have SQLite run the text in a new
 * process takes a tenth of a second, which whoever opens the audit page would wait for.
 */
export const schemaRows: readonly SchemaRow[] = schema.split(';').flatMap((statement): SchemaRow[] => {
  const sql = statement.trim();
  const [, type, name, table] = /^CREATE (TABLE|INDEX) (\w+)(?: ON (\w+))?/.exec(sql) ?? [];
  if (type === undefined || name === undefined) return [];
  const row: SchemaRow = [type.toLowerCase(), name, table ?? name, sql];
  return sql.includes('UNIQUE') ? [row, ['index', `sqlite_autoindex_${name}_1`, name, null]] : [row];
});
