import { describe, expect, it } from 'vitest';
import type { Risk } from '../../../../src/policy/decision.js';
import { judgeRules, type RuleLayerName } from '../../../../src/policy/rules/judge-rules.js';
import type { PolicyRule } from '../../../../src/policy/rules/rule.js';
import { brokenLayer, type LayeredRule } from '../../../../src/policy/rules/rule-layer.js';

const never = { call: () => false, path: () => false };
const rule = (id: string, verdict: PolicyRule['verdict'], more: Partial<PolicyRule> = {}, source = 'your settings'): LayeredRule => ({ rule: { id, verdict, reason: `Because of ${id}.`, ...more }, source, covers: never });

function judge(rules: readonly LayeredRule[], { layer = 'user', risk = 'low', covers = () => true }: { layer?: RuleLayerName; risk?: Risk; covers?: (each: LayeredRule) => boolean } = {}) {
  return judgeRules(layer, { state: 'ready', rules }, covers, risk);
}

describe('the rules of a layer', () => {
  it('[P14] say the strictest of what covers the call, of equals the first', () => {
    const all = [rule('a', 'ask'), rule('b', 'deny', {}, 'one'), rule('c', 'deny', {}, 'two'), rule('d', 'allow')];
    expect(judge(all)).toMatchObject({ decision: { verdict: 'deny', rule: 'user.b', reason: 'Because of b.' }, source: 'one' });
    expect(judge(all, { covers: (each) => each.rule.id !== 'b' })).toMatchObject({ decision: { rule: 'user.c' }, source: 'two' });
    expect(judge(all, { covers: (each) => each.rule.id === 'a' })).toMatchObject({ decision: { verdict: 'ask', rule: 'user.a' } });
  });

  it('say nothing where they allow, or cover nothing', () => {
    expect(judge([rule('a', 'allow')])).toBeUndefined();
    expect(judge([rule('a', 'deny')], { covers: () => false })).toBeUndefined();
    expect(judge([])).toBeUndefined();
  });

  it('name the place of the rule that won, also where two have one name', () => {
    expect(judge([rule('a', 'ask', {}, 'first'), rule('a', 'deny', {}, 'second')], { layer: 'workspace' })?.source).toBe('second');
  });

  it('raise the risk and never lower it', () => {
    expect(judge([rule('a', 'deny', { risk: 'high' })])?.decision.risk).toBe('high');
    expect(judge([rule('a', 'deny', { risk: 'low' })], { risk: 'critical' })?.decision.risk).toBe('critical');
    expect(judge([rule('a', 'deny')], { risk: 'medium' })?.decision.risk).toBe('medium');
  });

  it('say what to do where a rule says so, and warn where they ask', () => {
    expect(judge([rule('a', 'deny')])?.decision).toEqual({ verdict: 'deny', risk: 'low', rule: 'user.a', reason: 'Because of a.' });
    expect(judge([rule('a', 'ask', { next: 'Do b.' })])?.decision).toEqual({ verdict: 'ask', risk: 'low', rule: 'user.a', reason: 'Because of a.', next: 'Do b.', warnings: ['Because of a. (rule user.a)'] });
  });

  it('[P10] name the workspace for its words, which hide nothing', () => {
    const hidden = rule('a', 'ask', { reason: 'Fine\u202e.', next: 'Go\u200b.' }, '.axon\u2066/policy.json');
    expect(judge([hidden], { layer: 'workspace' })).toEqual({ decision: { verdict: 'ask', risk: 'low', rule: 'workspace.a', reason: '.axon\\u2066/policy.json says: Fine\\u202e.', next: 'Go\\u200b.', warnings: ['.axon\\u2066/policy.json says: Fine\\u202e. (rule workspace.a)'] }, source: '.axon\\u2066/policy.json' });
    expect(judge([hidden])?.decision.reason).toBe('Fine\\u202e.');
  });
});

describe('rules that are broken', () => {
  const judgeBroken = (layer: RuleLayerName, ...problems: { message: string }[]) => judgeRules(layer, brokenLayer('app\u200b', ...problems), () => false, 'low');

  it('[P14] refuse everything, with the first mistake and who can correct it', () => {
    expect(judgeBroken('user', { message: 'One.' }, { message: 'Two.' })).toEqual({ decision: { verdict: 'deny', risk: 'high', rule: 'user.broken-rules', reason: 'The rules in app\\u200b can’t be used, so nothing is allowed: One.', next: 'A person can correct the setting axon.policy.rules.' }, source: 'app\u200b' });
    expect(judgeBroken('workspace')?.decision).toMatchObject({ verdict: 'deny', rule: 'workspace.broken-rules', reason: expect.stringContaining('nobody could read them') as string, next: expect.stringContaining('correct the file') as string });
  });
});
