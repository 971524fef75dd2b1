import * as z from 'zod/mini';
import { canonicalJson } from '../../canonical.js';
import type { AuditEvent } from '../event.js';
import { begunAt } from '../journal/journal-name.js';
import { parseJson } from '../parse-json.js';
import { recordId, type AuditRecord } from '../record.js';
import type { SegmentFile } from '../segments/segment-name.js';
import type { AnchorState } from '../storage/anchor-state.js';

/** What stands in the log for events that left it. The newest speaks for all before it. */
export interface Tombstone {
  /** The events at positions 1 to here are gone, or are just going. */
  readonly through: number;
  /** When the newest of them was (milliseconds since the epoch). */
  readonly until: number;
  /** When (milliseconds since the epoch), and the event that says so. */
  readonly at: number;
  readonly id: string;
}

/** What tombstones come to: how far positions are gone, and until when journals may have left. */
export type Gone = Pick<Tombstone, 'through' | 'until'>;

export const nothingGone: Gone = { through: 0, until: -Infinity };

export function goneWith(gone: Gone, record: AuditRecord): Gone {
  const tombstone = tombstoneOf(record);
  return tombstone ? { through: Math.max(gone.through, tombstone.through), until: Math.max(gone.until, tombstone.until) } : gone;
}

/** As many segments as one event has room for. */
export const mostRemoved = 100;

const position = z.int().check(z.minimum(1));
const shape = z.object({
  v: z.literal(1),
  through: position,
  until: z.int(),
  keepDays: z.number(),
  removed: z.array(z.object({ from: position, to: position, earliest: z.int(), latest: z.int(), hash: z.string() })),
});

/**
 * The event that is durable before the first of these files goes. They follow each other by position; the last is the newest.
 *
 * @param until when the newest event was, of these and of what left before
 */
export function tombstoneEvent(segments: readonly SegmentFile[], keepDays: number, until: number): AuditEvent {
  const through = segments.at(-1)?.to ?? 0;
  const removed = segments.map(({ from, to, earliest, latest, hash }) => ({ from, to, earliest, latest, hash }));
  const events = removed.reduce((sum, each) => sum + each.to - each.from + 1, 0);
  const latest = Math.max(...removed.map((each) => each.latest));
  return {
    type: 'audit_trimmed',
    sessionId: '',
    rule: 'axon.audit.keepDays',
    reason: `${events} events in ${removed.length} file(s), the newest of ${new Date(latest).toISOString()}, left the log because they are older than ${keepDays} days. With what left before, positions 1 to ${through} are gone.`,
    arguments: canonicalJson({ v: 1, through, until, keepDays, removed }),
  };
}

/** `record` must be authentic. `undefined` for every other event. */
export function tombstoneOf(record: AuditRecord): Tombstone | undefined {
  if (record.type !== 'audit_trimmed') return undefined;
  const parsed = shape.safeParse(parseJson(record.arguments ?? ''));
  return parsed.success ? { through: parsed.data.through, until: parsed.data.until, at: record.at, id: recordId(record) } : undefined;
}

/**
 * Whether a journal was begun when the newest event that left was, or before. An authentic line tells, and the name, which
 * tells it also where the first lines were taken away.
 */
export function isAsOld(journal: string, at: number, until: number): boolean {
  return Math.min(begunAt(journal), at) <= until;
}

/**
 * Whether a journal that is as old, and that no segment holds, left the log with one: then its file is a copy that was put
 * back. The names of all that ever left would be too many after years. But the end of each journal that isn't folded is
 * remembered outside, from two seconds after its first event on, and forgotten only when a segment holds it or has left with
 * it. So a journal of a window that slept or stood open for weeks is known, and one that isn't known has left. That is wrong
 * for one whose window didn't reach the memory in all that time, of which it told, or wrote nothing since the memory was
 * lost: such a journal is kept aside and told of, not lost. Where nothing is remembered nobody can know, and nothing is taken
 * for one that left.
 */
export function hasLeft(journal: string, { known, journals }: Pick<AnchorState, 'known' | 'journals'>): boolean {
  return known && !journals.has(journal);
}
