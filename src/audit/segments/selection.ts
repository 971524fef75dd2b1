import type { SqlValue } from 'sql.js';
import type { AuditQuery } from '../query.js';
import type { WordFilter } from './catalog.js';

/** A statement about the facts of one segment, and what is bound to it. */
export interface Selection {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Where to go on: a time, and where the journal stands among those of the segment. */
export interface SegmentPosition {
  readonly at: number;
  /** The journal's number; between two numbers for one that isn't in the segment. */
  readonly journal: number;
  readonly seq: number;
}

export type Order = 'newest' | 'oldest';

/** With more alternatives than that, one way through all events is shorter than one for each. */
const mostWays = 4;

/**
 * The ways through the index that leads to the fewest events: one for each word of the rarest kind asked for, or one by
 * time. Each gives its events in order; together they give each event once.
 */
export function waysOf(filters: readonly WordFilter[]): readonly { readonly index: string; readonly filters: readonly WordFilter[] }[] {
  const count = ({ words }: WordFilter): number => words.reduce((sum, each) => sum + each.events, 0);
  const [rarest] = filters.filter(({ words }) => words.length <= mostWays).sort((a, b) => count(a) - count(b));
  if (!rarest) return [{ index: 'by_time', filters }];
  const others = filters.filter((each) => each !== rarest);
  return rarest.words.map((word) => ({ index: `by_${rarest.kind}`, filters: [{ kind: rarest.kind, words: [word] }, ...others] }));
}

/** Conditions for the words and times that a query asks for. */
export function conditionsOf({ from, to }: AuditQuery, filters: readonly WordFilter[]): { readonly where: string[]; readonly values: SqlValue[] } {
  const where: string[] = [];
  const values: SqlValue[] = [];
  for (const { kind, words } of filters) {
    where.push(words.length === 1 ? `facts.${kind} = ?` : `facts.${kind} IN (${words.map(() => '?').join(', ')})`);
    values.push(...words.map((each) => each.id));
  }
  if (from !== undefined) {
    where.push('facts.at >= ?');
    values.push(from);
  }
  if (to !== undefined) {
    where.push('facts.at < ?');
    values.push(to);
  }
  return { where, values };
}

/**
 * Lines of the events that match, in order, from `beyond` on. A line that certainly lacks the text comes as null, so that
 * whoever steps through can stop at each event.
 */
export function linesOf(query: AuditQuery, index: string, filters: readonly WordFilter[], order: Order, beyond: SegmentPosition | undefined): Selection {
  const { where, values } = conditionsOf(query, filters);
  if (beyond) {
    const sign = order === 'newest' ? '<' : '>';
    // The first is implied by the second; it lets SQLite begin at the right place of the index.
    where.push(`facts.at ${sign}= ?`, `(facts.at, facts.journal, facts.seq) ${sign} (?, ?, ?)`);
    values.push(beyond.at, beyond.at, beyond.journal, beyond.seq);
  }
  const way = order === 'newest' ? 'DESC' : 'ASC';
  const pattern = query.text === undefined ? undefined : likePattern(query.text);
  const line = pattern === undefined ? 'events.line' : "CASE WHEN events.line LIKE ? ESCAPE '!' THEN events.line END";
  const sql = `SELECT ${line} FROM facts INDEXED BY ${index} CROSS JOIN events ON events.position = facts.position
    ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''} ORDER BY facts.at ${way}, facts.journal ${way}, facts.seq ${way}`;
  return { sql, values: pattern === undefined ? values : [pattern, ...values] };
}

/** Longer patterns are refused by SQLite. */
const longestPattern = 10_000;

/**
 * A pattern that every line has whose event has the text: LIKE takes no notice of the case of ASCII letters, and a plain
 * text stands in a line as JSON writes it. `undefined` for a text with other characters.
 */
function likePattern(text: string): string | undefined {
  if (!/^[ -~]*$/.test(text)) return undefined;
  const pattern = `%${JSON.stringify(text).slice(1, -1).replaceAll(/[!%_]/g, '!$&')}%`;
  return pattern.length > longestPattern ? undefined : pattern;
}
