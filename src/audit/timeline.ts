import type { AuditRecord } from './record.js';

/**
 * What became of a call: `auto` was allowed by the policy or a grant, `approved` by a person, `rejected` by a person, by
 * nobody in time, or by a stop, `denied` by the policy. `failed` ran and failed: it is counted beside the answer.
 */
export const timelineOutcomes = ['auto', 'approved', 'rejected', 'denied', 'failed'] as const;
export type TimelineOutcome = (typeof timelineOutcomes)[number];

export type TimelineCounts = Readonly<Record<TimelineOutcome, number>> & {
  /** All events that match, those that are no answer included. */
  readonly events: number;
};

export interface TimelineBucket extends TimelineCounts {
  /** Milliseconds since the epoch, inclusive. */
  readonly from: number;
  /** Milliseconds since the epoch, exclusive. */
  readonly to: number;
}

export interface Timeline {
  /** Of equal length, without a gap, oldest first; the last ends at `to` or later. None when nothing matches and no time was given. */
  readonly buckets: readonly TimelineBucket[];
  readonly total: TimelineCounts;
}

export interface TimelineSpan {
  /** Milliseconds since the epoch, inclusive; the earliest event that matches unless told. */
  readonly from?: number;
  /** Exclusive; after the latest event that matches unless told. */
  readonly to?: number;
  /** 1 to 1,000. */
  readonly buckets: number;
}

const mostBuckets = 1_000;

/** `undefined` for an event that is no answer to a call. */
export function outcomeOf({ type, decision }: Pick<AuditRecord, 'type' | 'decision'>): TimelineOutcome | undefined {
  if (type === 'tool_approved') return decision === 'policy' || decision === 'grant' ? 'auto' : 'approved';
  if (type === 'tool_rejected') return 'rejected';
  if (type === 'tool_denied') return 'denied';
  return type === 'tool_failed' ? 'failed' : undefined;
}

/** Counts events into the buckets of a time that is known beforehand. */
export class TimelineCounter {
  readonly #buckets: { from: number; to: number; counts: MutableCounts }[];
  readonly from: number;
  /** Milliseconds of a bucket. */
  readonly width: number;
  readonly #total = noCounts();

  constructor(from: number, to: number, buckets: number) {
    const length = Math.max(1, to - from);
    this.from = from;
    this.width = Math.max(1, Math.ceil(length / Math.min(Math.max(1, Math.trunc(buckets)), mostBuckets)));
    this.#buckets = Array.from({ length: Math.ceil(length / this.width) }, (_, index) => {
      const start = from + index * this.width;
      return { from: start, to: start + this.width, counts: noCounts() };
    });
  }

  /** What lies outside of the time is not counted. */
  add(at: number, outcome: TimelineOutcome | undefined): void {
    this.addMany(at, [1, ...timelineOutcomes.map((each) => (each === outcome ? 1 : 0))]);
  }

  /** All events, and how many had each outcome in the order of `timelineOutcomes`; all in the bucket of this time. */
  addMany(at: number, [events = 0, ...outcomes]: readonly number[]): void {
    const bucket = this.#buckets[Math.floor((at - this.from) / this.width)];
    if (!bucket) return;
    for (const counts of [bucket.counts, this.#total]) {
      counts.events += events;
      for (const [index, outcome] of timelineOutcomes.entries()) counts[outcome] += outcomes[index] ?? 0;
    }
  }

  /** Where the bucket of a time ends. */
  endOfBucket(at: number): number {
    return this.from + (Math.floor((at - this.from) / this.width) + 1) * this.width;
  }

  /** Where nothing matches and no time was given. */
  none(): Timeline {
    return { buckets: [], total: noCounts() };
  }

  end(): Timeline {
    return { buckets: this.#buckets.map(({ from, to, counts }) => ({ from, to, ...counts })), total: this.#total };
  }
}

type MutableCounts = Record<TimelineOutcome | 'events', number>;

const noCounts = (): MutableCounts => ({ auto: 0, approved: 0, rejected: 0, denied: 0, failed: 0, events: 0 });
