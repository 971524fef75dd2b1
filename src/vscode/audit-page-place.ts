import { comparePositions, type AuditPosition, type AuditQuery } from '../audit/query.js';
import type { AuditRecord } from '../audit/record.js';
import type { VerifyFinding } from '../audit/verify/finding.js';
import type { ReadableLog } from './audit-page.js';

/** Events of one instant that are looked at. */
const mostAtOnce = 1_000;

/** How many of the events that match come before this one, newest first, in a list that begins with `newest`. */
export async function rowOfEvent(log: ReadableLog, query: AuditQuery, newest: AuditPosition, event: AuditPosition, signal: AbortSignal): Promise<number> {
  const [ofEvent, ofNewest] = [await newerThan(log, query, event, signal), await newerThan(log, query, newest, signal)];
  return Math.max(0, ofEvent - ofNewest);
}

async function newerThan(log: ReadableLog, query: AuditQuery, { at, journal, seq }: AuditPosition, signal: AbortSignal): Promise<number> {
  const { total } = await log.timeline({ ...query, from: Math.max(at + 1, query.from ?? 0) }, { buckets: 1 }, signal);
  const { records } = await log.page({ ...query, from: at, to: at + 1, limit: mostAtOnce }, signal);
  return total.events + records.filter((each) => comparePositions(each, { at, journal, seq }) > 0).length;
}

export interface FoundPlace {
  readonly record: AuditRecord;
  /** What was found isn't there itself; this is the event next to where it was. */
  readonly beside: boolean;
}

/** The event that a finding is about, or else one next to it: the one before in its journal, the one after, the nearest by time. */
export async function eventOfFinding(log: ReadableLog, { journal, seq, untilSeq, at, after, before }: VerifyFinding, signal: AbortSignal): Promise<FoundPlace | undefined> {
  if (journal !== undefined && seq !== undefined) {
    for (const [number, beside] of [[seq, false], [seq - 1, true], [(untilSeq ?? seq) + 1, true]] as const) {
      const record = number > 0 ? await log.record(`${journal}.${number}`, signal) : undefined;
      if (record) return { record, beside };
    }
  }
  const time = at ?? after ?? before;
  if (time === undefined) return undefined;
  const { records: [nearest] } = await log.page({ to: time + 1, limit: 1 }, signal);
  return nearest && { record: nearest, beside: true };
}
