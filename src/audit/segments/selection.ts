import type { SqlValue } from 'sql.js';
import type { AuditQuery } from '../query.js';
import { timelineOutcomes } from '../timeline.js';
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
export function waysOf(filters: readonly WordFilter[], most = mostWays): readonly { readonly index: string; readonly filters: readonly WordFilter[] }[] {
  const [rarest] = filters.filter(({ words }) => words.length <= most).sort((a, b) => eventsOf(a) - eventsOf(b));
  if (!rarest) return [{ index: 'by_time', filters }];
  const others = filters.filter((each) => each !== rarest);
  return rarest.words.map((word) => ({ index: `by_${rarest.kind}`, filters: [{ kind: rarest.kind, words: [word] }, ...others] }));
}

/** How many events have one of the words. */
export const eventsOf = ({ words }: WordFilter): number => words.reduce((sum, each) => sum + each.events, 0);

/**
 * A value that is bound. With the sign, SQLite takes it for any number. Without, it makes its plan anew for each value, in
 * case that one lets it do without sorting, and that takes three times as long as to find the events of a rare word.
 */
const bound = '+?';

/** Conditions for the words and times that a query asks for. */
function conditionsOf({ from, to }: AuditQuery, filters: readonly WordFilter[]): { readonly where: string[]; readonly values: SqlValue[] } {
  const where: string[] = [];
  const values: SqlValue[] = [];
  for (const { kind, words } of filters) {
    where.push(words.length === 1 ? `facts.${kind} = ${bound}` : `facts.${kind} IN (${words.map(() => bound).join(', ')})`);
    values.push(...words.map((each) => each.id));
  }
  if (from !== undefined) {
    where.push(`facts.at >= ${bound}`);
    values.push(from);
  }
  if (to !== undefined) {
    where.push(`facts.at < ${bound}`);
    values.push(to);
  }
  return { where, values };
}

/** One way through the events of a segment, from `beyond` on. */
export interface Way {
  readonly query: AuditQuery;
  readonly index: string;
  readonly filters: readonly WordFilter[];
  readonly order: Order;
  readonly beyond: SegmentPosition | undefined;
}

/** Lines of the events that have the words and the time; text is left to the caller: SQLite takes ten times as long for it. */
export function linesOf(way: Way): Selection {
  const { where, values, order } = factsOf(way);
  return { sql: `SELECT line FROM facts INDEXED BY ${way.index} CROSS JOIN events ON events.position = facts.position${whereOf(where)} ORDER BY ${order}`, values };
}

/** Positions of the same events in the same order, for which no line is read. */
export function positionsOf(way: Way): Selection {
  const { where, values, order } = factsOf(way);
  return { sql: `SELECT position FROM facts INDEXED BY ${way.index}${whereOf(where)} ORDER BY ${order}`, values };
}

/** How many events there are from one time to another, and what became of how many: in the order of `timelineOutcomes`. */
export function countsOf(way: Pick<Way, 'index' | 'filters'>, from: number, to: number): Selection {
  const { where, values } = conditionsOf({ from, to }, way.filters);
  const sums = timelineOutcomes.map((_, index) => `coalesce(sum(outcome = ${index + 1}), 0)`);
  return { sql: `SELECT count(*), ${sums.join(', ')} FROM facts INDEXED BY ${way.index}${whereOf(where)}`, values };
}

function factsOf({ query, filters, order, beyond }: Way): { readonly where: string[]; readonly values: SqlValue[]; readonly order: string } {
  const { where, values } = conditionsOf(query, filters);
  if (beyond) {
    const sign = order === 'newest' ? '<' : '>';
    // The first is implied by the second; it lets SQLite begin at the right place of the index.
    where.push(`facts.at ${sign}= ${bound}`, `(facts.at, facts.journal, facts.seq) ${sign} (${bound}, ${bound}, ${bound})`);
    values.push(beyond.at, beyond.at, beyond.journal, beyond.seq);
  }
  const direction = order === 'newest' ? 'DESC' : 'ASC';
  return { where, values, order: `facts.at ${direction}, facts.journal ${direction}, facts.seq ${direction}` };
}

const whereOf = (conditions: readonly string[]): string => (conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '');
