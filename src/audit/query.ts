import type { AuditEventType } from './event.js';
import type { AuditRecord } from './record.js';
import { textPattern } from './text-pattern.js';

/** All that is given must hold; nothing given is every event. */
export interface AuditQuery {
  readonly sessionId?: string;
  readonly agent?: string;
  readonly tool?: string;
  readonly types?: readonly AuditEventType[];
  readonly decision?: string;
  readonly rule?: string;
  /** Anywhere in what the event says; case doesn't matter. */
  readonly text?: string;
  /** Milliseconds since the epoch, inclusive. */
  readonly from?: number;
  /** Milliseconds since the epoch, exclusive. */
  readonly to?: number;
}

/** A place in the order of all events: by time, then by journal, then by sequence number. */
export type AuditPosition = Pick<AuditRecord, 'at' | 'journal' | 'seq'>;

export interface AuditPage {
  /** Newest first. */
  readonly records: readonly AuditRecord[];
  /** Give it as `before` for the next page; absent on the last. */
  readonly next?: AuditPosition;
}

export function comparePositions(a: AuditPosition, b: AuditPosition): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.journal !== b.journal) return a.journal < b.journal ? -1 : 1;
  return a.seq - b.seq;
}

/** A test of records against a query that is made once and asked often. */
export function matcherOf(query: AuditQuery): (record: AuditRecord) => boolean {
  if (Object.values(query).every((each) => each === undefined)) return () => true;
  const pattern = query.text === undefined ? undefined : textPattern(query.text);
  return (record) => matchesFields(record, query) && (pattern === undefined || mentions(record, pattern));
}

function matchesFields(record: AuditRecord, { sessionId, agent, tool, types, decision, rule, from, to }: AuditQuery): boolean {
  if (sessionId !== undefined && record.sessionId !== sessionId) return false;
  if (agent !== undefined && record.agent !== agent) return false;
  if (tool !== undefined && record.tool !== tool) return false;
  if (types !== undefined && !types.includes(record.type)) return false;
  if (decision !== undefined && record.decision !== decision) return false;
  if (rule !== undefined && record.rule !== rule) return false;
  if (from !== undefined && record.at < from) return false;
  return to === undefined || record.at < to;
}

function mentions(record: AuditRecord, pattern: RegExp): boolean {
  const { type, sessionId, agent, callId, tool, rule, reason, decision, result, error } = record;
  return [result, record.arguments, error, reason, tool, type, rule, decision, agent, sessionId, callId].some((each) => each !== undefined && pattern.test(each));
}
