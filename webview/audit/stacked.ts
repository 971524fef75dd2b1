import type { Bucket, CallOutcome } from '../../src/protocol/audit.js';

/** The answers that a bar is made of, from its foot up. `failed` is counted beside them: such a call was allowed before. */
export const answers = ['auto', 'approved', 'rejected', 'denied'] as const;

export interface StackedPart {
  readonly outcome: CallOutcome;
  readonly y: number;
  readonly height: number;
}

/** The parts of a bar, from its foot up. What is there at all is at least two pixels high. */
export function stacked(bucket: Bucket, highest: number, height: number): readonly StackedPart[] {
  let foot = height;
  return answers.flatMap((outcome) => {
    if (bucket[outcome] === 0) return [];
    const tall = Math.max(2, (bucket[outcome] / highest) * height);
    foot = Math.max(0, foot - tall);
    return [{ outcome, y: foot, height: tall }];
  });
}
