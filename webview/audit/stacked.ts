import type { Bucket, CallOutcome } from '../../src/protocol/audit.js';

/** The answers that a bar is made of, from its foot up. `failed` is counted beside them: such a call was allowed before. */
export const answers = ['auto', 'approved', 'rejected', 'denied'] as const;

/** What a bar may be made of: `other` stands for events that are no answers, where nothing else matches. */
export type BarPart = CallOutcome | 'other';

export interface StackedPart {
  readonly outcome: BarPart;
  readonly y: number;
  readonly height: number;
}

/** How many of each part a bar has. */
export interface BarCounts {
  readonly parts: readonly (readonly [outcome: BarPart, count: number])[];
  readonly whole: number;
}

/** True when no answer is among what matches, so that the bars are to show all events instead. */
export function showsEvents(buckets: readonly Bucket[]): boolean {
  return buckets.every((each) => answers.every((outcome) => each[outcome] === 0));
}

export function countsOf(bucket: Bucket, events: boolean): BarCounts {
  const parts = events ? ([['other', bucket.events]] as const) : answers.map((outcome) => [outcome, bucket[outcome]] as const);
  return { parts, whole: parts.reduce((sum, [, count]) => sum + count, 0) };
}

/** The parts of a bar, from its foot up. What is there at all is at least two pixels high. */
export function stacked({ parts }: BarCounts, highest: number, height: number): readonly StackedPart[] {
  let foot = height;
  return parts.flatMap(([outcome, count]) => {
    if (count === 0) return [];
    const tall = Math.max(2, (count / highest) * height);
    foot = Math.max(0, foot - tall);
    return [{ outcome, y: foot, height: tall }];
  });
}
