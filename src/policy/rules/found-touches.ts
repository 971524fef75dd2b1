import type { Decision } from '../decision.js';
import type { Touches } from '../touches.js';

export interface FoundTouches {
  readonly touches: Touches;
  /** What a guard refused, or nobody could tell: no rule can be asked about that, so the call is refused. */
  readonly refused?: Decision;
}

export const unknownTouches = {
  touches: { commands: [], paths: [], hosts: [] },
  refused: { verdict: 'deny', risk: 'high', rule: 'policy.touches-unknown', reason: 'It could not be told what this call touches, so no rule could be asked.' },
} as const satisfies FoundTouches;
