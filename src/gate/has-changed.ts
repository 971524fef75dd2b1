import type { Decision } from '../policy/decision.js';
import { exceeds, isStricter } from '../policy/decision.js';

/**
 * True when `again`, the decision right before the run, is not what `first` showed: stricter, riskier, with a warning
 * that nobody saw, or for another folder, command or host. While a question is open a folder can be swapped for a link
 * to another one; an approval is for what was shown, so it doesn't carry over. What has only become easier has not changed.
 */
export function hasChanged(first: Decision, again: Decision): boolean {
  if (isStricter(again.verdict, first.verdict) || exceeds(again.risk, first.risk)) return true;
  const shown = new Set(first.warnings);
  if ((again.warnings ?? []).some((warning) => !shown.has(warning))) return true;
  if (first.grant) return again.grant?.key !== first.grant.key;
  // What can only be allowed once has no key; the sentence that was shown names the file, the command or the host.
  return again.verdict === first.verdict && again.reason !== first.reason;
}
