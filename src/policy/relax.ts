import type { Decision } from './decision.js';
import type { LayerDecision, PolicyQuestion } from './engine.js';
import type { LayeredRule, RuledCall } from './rules/rule-layer.js';

export interface Relaxing {
  /** All layers' decisions as one. */
  readonly joined: Decision;
  readonly layers: readonly LayerDecision[];
  readonly question: PolicyQuestion;
  /** Names of tools that the user's settings approve. */
  readonly autoApprove: readonly string[];
  /** The user's own; the workspace's never loosen anything. */
  readonly rules: readonly LayeredRule[];
  readonly call: RuledCall | undefined;
}

/**
 * The one place where a question turns into an allowance, by the user's own settings: when nobody but the guards asks,
 * in a trusted workspace, and nothing that taint suspends. What asks every single time stays asked.
 */
export function relax(given: Relaxing): LayerDecision | undefined {
  const { joined, layers, question } = given;
  const { tool, trusted, tainted } = question;
  const onlyGuardsAsk = joined.verdict === 'ask' && layers.every(({ layer, decision }) => layer === 'built-in' || decision.verdict === 'allow');
  if (!onlyGuardsAsk || !trusted || tool.approval === 'each' || (tainted && tool.effect !== 'read')) return undefined;
  return byAutoApproval(given) ?? byRule(given);
}

/** For listed tools, low risk, nothing to warn of. */
function byAutoApproval({ joined, question: { tool }, autoApprove }: Relaxing): LayerDecision | undefined {
  const plain = joined.risk === 'low' && (joined.warnings ?? []).length === 0;
  if (!plain || !autoApprove.includes(tool.name)) return undefined;
  return { layer: 'allowance', decision: { ...joined, verdict: 'allow', rule: 'user.auto-approve', reason: `Your settings approve low-risk calls of ${tool.name}.` } };
}

/** What could be allowed for a session can be allowed by a rule. One that says nothing but the tool allows what is low risk. */
function byRule({ joined, rules, call }: Relaxing): LayerDecision | undefined {
  if (!joined.grant || !call) return undefined;
  for (const { rule, source, covers } of rules) {
    if (rule.verdict !== 'allow' || (!rule.match && joined.risk !== 'low') || !covers.call(call)) continue;
    return { layer: 'allowance', source, decision: { ...joined, verdict: 'allow', rule: `user.${rule.id}`, reason: rule.reason } };
  }
  return undefined;
}
