import { describe, expect, it } from 'vitest';
import type { PolicyQuestion, ToolFacts } from '../../../src/policy/engine.js';
import { judgeAgent, judgeTaint, judgeTrust } from '../../../src/policy/judge-session.js';
import { assistant } from '../gate/fixture.js';

const effects = ['read', 'write', 'execute', 'network', 'send'] as const;
const question = (effect: ToolFacts['effect'], more: Partial<PolicyQuestion> = {}): PolicyQuestion => ({
  tool: { name: 'try_it', effect, risk: 'medium', approval: 'grantable' }, subjects: [], agent: assistant, trusted: true, tainted: false, ...more,
});

describe('what a session may at all', () => {
  it('denies a tool that the agent was not given, and says whose it is not', () => {
    const agent = { ...assistant, label: 'Reader', tools: ['file_read'] };
    expect(judgeAgent(question('read', { agent }), 'low')).toEqual({
      verdict: 'deny', risk: 'low', rule: 'agent.tool-not-offered', reason: 'The agent Reader does not have try_it.', next: 'Choose another agent.',
    });
    expect(judgeAgent(question('read', { agent: { ...agent, tools: ['file_read', 'try_it'] } }), 'low')).toBeUndefined();
  });

  it('denies more risk than the agent may take, and not as much', () => {
    const agent = { ...assistant, label: 'Reader', highestRisk: 'medium' as const };
    expect(judgeAgent(question('read', { agent }), 'high')).toEqual({
      verdict: 'deny', risk: 'high', rule: 'agent.risk-too-high', reason: 'This call is high risk; the agent Reader may take medium at most.', next: 'Choose another agent.',
    });
    expect(judgeAgent(question('read', { agent }), 'medium')).toBeUndefined();
  });

  it('[P7] changes and executes nothing for an untrusted workspace, and asks for the rest', () => {
    const judged = (trusted: boolean) => effects.map((effect) => judgeTrust(question(effect, { trusted }))).map((each) => each && `${each.verdict} ${each.rule} ${each.risk}`);
    expect(judged(false)).toEqual(['ask trust.limited medium', 'deny trust.no-writing medium', 'deny trust.no-execution medium', 'ask trust.limited medium', 'deny trust.no-writing medium']);
    expect(judged(true)).toEqual(effects.map(() => undefined));
    for (const effect of effects) {
      const decision = judgeTrust(question(effect, { trusted: false }));
      expect(decision?.reason).toContain('not trusted');
      expect(decision?.next).toContain('Manage Workspace Trust');
      expect(decision).not.toHaveProperty('grant');
    }
  });

  it('[P6] asks each time, with a warning and no permission, for what could send or change after outside text was read', () => {
    expect(judgeTaint(question('read', { tainted: true }))).toBeUndefined();
    for (const effect of effects.slice(1)) {
      const decision = judgeTaint(question(effect, { tainted: true }));
      expect(decision).toMatchObject({ verdict: 'ask', risk: 'medium', rule: 'taint.asks-each-time', reason: expect.stringContaining('outside') as string });
      expect(decision?.warnings).toEqual([expect.stringContaining('Session permissions are suspended')]);
      expect(decision).not.toHaveProperty('grant');
      expect(judgeTaint(question(effect))).toBeUndefined();
    }
  });
});
