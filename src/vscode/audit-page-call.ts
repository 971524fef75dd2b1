import type { AuditRecord } from '../audit/record.js';
import type { ReadableLog } from './audit-page.js';

/** Milliseconds: a request may wait for its answer for long, and a program may run for long. */
const longestCall = 24 * 60 * 60 * 1_000;

/** All events of the call that this one belongs to, oldest first. An id may come again: a call begins with its request. */
export async function eventsOfCall(log: ReadableLog, { sessionId, callId, at, journal, seq }: AuditRecord, signal: AbortSignal): Promise<readonly AuditRecord[]> {
  if (callId === undefined) return [];
  const around = { from: at - longestCall, to: at + longestCall };
  const { records } = await log.page({ sessionId, text: callId, ...around, limit: 500 }, signal);
  const all = records.filter((each) => each.callId === callId).reverse();
  const here = all.findIndex((each) => each.journal === journal && each.seq === seq);
  const begin = Math.max(0, all.findLastIndex((each, index) => index <= here && each.type === 'tool_requested'));
  const end = all.findIndex((each, index) => index > here && each.type === 'tool_requested');
  return all.slice(begin, end === -1 ? undefined : end);
}
