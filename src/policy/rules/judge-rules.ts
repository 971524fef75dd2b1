import { visibleLine } from '../../visible.js';
import { type Decision, higherRisk, type Risk, strictest } from '../decision.js';
import type { LayeredRule, RuleLayer } from './rule-layer.js';

export type RuleLayerName = 'user' | 'workspace';

export interface RuleVerdict {
  readonly decision: Decision;
  /** Where the rule stands that won. */
  readonly source: string;
}

/**
 * What the rules of one layer say: the strictest of those that cover the call, and of equals the first. Rules that allow
 * say nothing here. A broken list refuses everything. `risk` is what the call has without them.
 */
export function judgeRules(layer: RuleLayerName, rules: RuleLayer, covers: (rule: LayeredRule) => boolean, risk: Risk): RuleVerdict | undefined {
  if (rules.state === 'broken') return { decision: brokenRules(layer, rules), source: rules.source };
  const meant = rules.rules.filter((each) => each.rule.verdict !== 'allow' && covers(each));
  const [first, ...rest] = meant.map((each) => decisionOf(layer, each, risk));
  if (!first) return undefined;
  const decision = strictest(first, ...rest);
  const winner = meant.find((each) => nameOf(layer, each) === decision.rule && each.rule.verdict === decision.verdict);
  return { decision, source: visibleLine(winner?.source ?? '') };
}

function decisionOf(layer: RuleLayerName, each: LayeredRule, risk: Risk): Decision {
  const { rule, source } = each;
  // A workspace's words are a stranger's: the reader is told whose they are.
  const reason = layer === 'user' ? visibleLine(rule.reason) : `${visibleLine(source)} says: ${visibleLine(rule.reason)}`;
  const name = nameOf(layer, each);
  return {
    verdict: rule.verdict,
    risk: higherRisk(risk, rule.risk ?? 'low'),
    rule: name,
    reason,
    ...(rule.next !== undefined && { next: visibleLine(rule.next) }),
    // A guard that asks too comes first and gives its own reason; the card has to show this one as well.
    ...(rule.verdict === 'ask' && { warnings: [`${reason} (rule ${name})`] }),
  };
}

function nameOf(layer: RuleLayerName, { rule }: LayeredRule): string {
  return `${layer}.${rule.id}`;
}

function brokenRules(layer: RuleLayerName, { source, problems }: Extract<RuleLayer, { state: 'broken' }>): Decision {
  const [problem] = problems;
  return {
    verdict: 'deny',
    risk: 'high',
    rule: `${layer}.broken-rules`,
    reason: visibleLine(`The rules in ${source} can’t be used, so nothing is allowed: ${problem?.message ?? 'nobody could read them.'}`),
    next: layer === 'user' ? 'A person can correct the setting axon.policy.rules.' : 'A person can correct the file in the editor, which marks what is wrong.',
  };
}
