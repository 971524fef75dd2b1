import * as z from 'zod/mini';
import { canonicalJson } from '../../canonical.js';
import type { AuditEvent } from '../event.js';
import { parseJson } from '../parse-json.js';
import { recordId, type AuditRecord } from '../record.js';
import type { SegmentFile } from '../segments/segment-name.js';

/** What stands in the log for events that left it. The newest speaks for all before it. */
export interface Tombstone {
  /** The events at positions 1 to here are gone, or are just going. */
  readonly through: number;
  /** When (milliseconds since the epoch), and the event that says so. */
  readonly at: number;
  readonly id: string;
}

/** As many segments as one event has room for. */
export const mostRemoved = 100;

const position = z.int().check(z.minimum(1));
const shape = z.object({
  v: z.literal(1),
  through: position,
  keepDays: z.number(),
  removed: z.array(z.object({ from: position, to: position, earliest: z.int(), latest: z.int(), hash: z.string() })),
});

/** The event that is durable before the first of these files goes. They follow each other by position; the last is the newest. */
export function tombstoneEvent(segments: readonly SegmentFile[], keepDays: number): AuditEvent {
  const through = segments.at(-1)?.to ?? 0;
  const removed = segments.map(({ from, to, earliest, latest, hash }) => ({ from, to, earliest, latest, hash }));
  const events = removed.reduce((sum, each) => sum + each.to - each.from + 1, 0);
  const latest = Math.max(...removed.map((each) => each.latest));
  return {
    type: 'audit_trimmed',
    sessionId: '',
    rule: 'axon.audit.keepDays',
    reason: `${events} events in ${removed.length} file(s), the newest of ${new Date(latest).toISOString()}, left the log because they are older than ${keepDays} days. With what left before, positions 1 to ${through} are gone.`,
    arguments: canonicalJson({ v: 1, through, keepDays, removed }),
  };
}

/** `record` must be authentic. `undefined` for every other event. */
export function tombstoneOf(record: AuditRecord): Tombstone | undefined {
  if (record.type !== 'audit_trimmed') return undefined;
  const parsed = shape.safeParse(parseJson(record.arguments ?? ''));
  return parsed.success ? { through: parsed.data.through, at: record.at, id: recordId(record) } : undefined;
}
