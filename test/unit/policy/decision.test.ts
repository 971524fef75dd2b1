import { describe, expect, it } from 'vitest';
import { type Decision, exceeds, higherRisk, isStricter, risks, strictest, verdicts } from '../../../src/policy/decision.js';

const decision = (verdict: Decision['verdict'], more: Partial<Decision> = {}): Decision => ({ verdict, risk: 'low', rule: `r.${verdict}`, reason: '', ...more });
const grant = (key: string) => ({ grant: { key, label: key } });

describe('decisions', () => {
  it('[P2] put deny over ask over allow, and critical over high over medium over low', () => {
    for (const [low, a] of verdicts.entries()) for (const [high, b] of verdicts.entries()) expect(isStricter(b, a)).toBe(high > low);
    for (const [low, a] of risks.entries()) {
      for (const [high, b] of risks.entries()) {
        expect(exceeds(b, a)).toBe(high > low);
        expect(higherRisk(a, b)).toBe(risks[Math.max(low, high)]);
      }
    }
  });

  it('[P2] join to the strictest, the first of equals, with all warnings once and the highest risk', () => {
    const joined = strictest(decision('ask', { rule: 'first', warnings: ['a'] }), decision('ask', { rule: 'second', risk: 'high', warnings: ['a', 'b'] }), decision('allow', { rule: 'third' }));
    expect(joined).toEqual({ verdict: 'ask', risk: 'high', rule: 'first', reason: '', warnings: ['a', 'b'] });
    expect(strictest(decision('allow'), decision('deny'), decision('ask')).rule).toBe('r.deny');
    expect(strictest(decision('allow'))).not.toHaveProperty('warnings');
  });

  it('keep a permission only when everyone who asks offers the same', () => {
    expect(strictest(decision('allow'), decision('ask', grant('a')), decision('ask', grant('a'))).grant?.key).toBe('a');
    expect(strictest(decision('ask', grant('a')), decision('allow')).grant?.key).toBe('a');
    for (const other of [decision('ask', grant('b')), decision('ask'), decision('allow', { risk: 'critical' })]) expect(strictest(decision('ask', grant('a')), other)).not.toHaveProperty('grant');
    expect(strictest(decision('ask'), decision('ask', grant('a')))).not.toHaveProperty('grant');
  });
});
