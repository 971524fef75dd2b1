import type { Policy, PolicyQuestion } from '../policy/engine.js';
import type { Grants } from './grants.js';

/**
 * What would have let this call run, had the session read nothing from outside: a sentence for the person, who gave a
 * permission and is asked all the same. Undefined where outside content changes nothing.
 */
export async function suspendedByTaint(question: PolicyQuestion, policy: Policy, grants: Grants, sessionId: string): Promise<string | undefined> {
  if (!question.tainted || question.tool.effect === 'read') return undefined;
  const { decision } = await policy.decide({ ...question, tainted: false });
  const until = 'that is suspended until the mark of outside content is cleared.';
  if (decision.verdict === 'allow') return `Your settings would let this run without asking (${decision.rule}); ${until}`;
  if (decision.verdict === 'ask' && grants.covers(sessionId, decision.grant)) return `A permission that you gave for this session would cover this; ${until}`;
  return undefined;
}
