import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../src/policy/decision.js';
import type { LayerDecision, PolicyQuestion } from '../../../src/policy/engine.js';
import { relax } from '../../../src/policy/relax.js';
import type { LayeredRule, RuledCall } from '../../../src/policy/rules/rule-layer.js';

const asks: Decision = { verdict: 'ask', risk: 'low', rule: 'path.read', reason: 'It asks.', grant: { key: 'read:/w', label: 'Read' } };
const question: PolicyQuestion = { tool: { name: 'file_read', effect: 'read', risk: 'low', approval: 'grantable' }, subjects: [], agent: { id: 'a', label: 'A', description: '', prompt: '', tools: 'all', highestRisk: 'high' }, trusted: true, tainted: false };
const call: RuledCall = { tool: 'file_read', kinds: new Set(['path']), touches: { commands: [], paths: [], hosts: [] } };
const allowing = (more: Partial<LayeredRule['rule']> = {}, covers = true): LayeredRule => ({ rule: { id: 'mine', verdict: 'allow', reason: 'I said so.', ...more }, source: 'your settings', covers: { call: () => covers, path: () => covers } });

interface Given {
  readonly joined?: Partial<Decision>;
  readonly layers?: readonly LayerDecision[];
  readonly tool?: Partial<PolicyQuestion['tool']>;
  readonly more?: Partial<PolicyQuestion>;
}

/** By which rule the call is allowed: by the setting, and by a rule of the user's. */
function relaxed({ joined = {}, layers = [{ layer: 'built-in', decision: asks }], tool = {}, more = {} }: Given = {}): (string | undefined)[] {
  const given = { joined: { ...asks, ...joined }, layers, question: { ...question, ...more, tool: { ...question.tool, ...tool } } };
  const bySetting = relax({ ...given, autoApprove: ['file_read'], rules: [], call });
  const byRule = relax({ ...given, autoApprove: [], rules: [allowing({ match: { paths: ['a'] } })], call });
  return [bySetting, byRule].map((each) => each?.decision.rule);
}

const both = ['user.auto-approve', 'user.mine'];
const none = [undefined, undefined];

describe('a question that only the guards ask', () => {
  it('is allowed by the user’s setting or rule, and says which', () => {
    expect(relaxed()).toEqual(both);
    expect(relax({ joined: asks, layers: [], question, autoApprove: ['file_read'], rules: [], call })).toEqual({ layer: 'allowance', decision: { ...asks, verdict: 'allow', rule: 'user.auto-approve', reason: 'Your settings approve low-risk calls of file_read.' } });
    expect(relax({ joined: asks, layers: [], question, autoApprove: [], rules: [allowing()], call })).toEqual({ layer: 'allowance', source: 'your settings', decision: { ...asks, verdict: 'allow', rule: 'user.mine', reason: 'I said so.' } });
  });

  it('[P2] stays what it is when it is refused, or already allowed', () => {
    for (const verdict of ['deny', 'allow'] as const) expect(relaxed({ joined: { verdict } }), verdict).toEqual(none);
  });

  it('[P2] stays a question when any other layer asks or refuses, whoever else agrees', () => {
    for (const verdict of ['ask', 'deny'] as const) {
      for (const layer of ['user', 'agent', 'workspace', 'trust', 'taint'] as const) {
        expect(relaxed({ layers: [{ layer: 'built-in', decision: asks }, { layer, decision: { ...asks, verdict } }] }), `${layer} ${verdict}`).toEqual(none);
      }
    }
    expect(relaxed({ layers: [{ layer: 'built-in', decision: asks }, { layer: 'user', decision: { ...asks, verdict: 'allow' } }] })).toEqual(both);
  });

  it('[P6] [P7] stays a question without trust, for tools that ask each time, and where outside content suspends', () => {
    expect(relaxed({ more: { trusted: false } })).toEqual(none);
    expect(relaxed({ tool: { approval: 'each' } })).toEqual(none);
    for (const effect of ['write', 'execute', 'network', 'send'] as const) expect(relaxed({ tool: { effect }, more: { tainted: true } }), effect).toEqual(none);
    expect(relaxed({ more: { tainted: true } })).toEqual(both);
    expect(relaxed({ tool: { effect: 'write' } })).toEqual(both);
  });
});

describe('the setting', () => {
  it('[P2] allows nothing that is riskier than low, has a warning, or is another tool', () => {
    for (const risk of ['medium', 'high', 'critical'] as const) expect(relaxed({ joined: { risk } })[0], risk).toBeUndefined();
    expect(relaxed({ joined: { warnings: ['Look.'] } })[0]).toBeUndefined();
    expect(relaxed({ joined: { warnings: [] } })[0]).toBe('user.auto-approve');
    expect(relaxed({ tool: { name: 'file_list' } })[0]).toBeUndefined();
  });
});

describe('a rule of the user’s', () => {
  const by = (rules: readonly LayeredRule[], joined: Partial<Decision> = {}, given: RuledCall | undefined = call) => relax({ joined: { ...asks, ...joined }, layers: [], question, autoApprove: [], rules, call: given })?.decision.rule;

  it('[P14] allows only what could be allowed for the session', () => {
    const { grant, ...bare } = asks;
    expect(grant).toBeDefined();
    expect(relax({ joined: bare, layers: [], question, autoApprove: [], rules: [allowing()], call })).toBeUndefined();
    expect(relax({ joined: asks, layers: [], question, autoApprove: [], rules: [allowing()], call: undefined })).toBeUndefined();
  });

  it('[P14] has to allow, and to cover the call; the first that does is told', () => {
    for (const verdict of ['ask', 'deny'] as const) expect(by([allowing({ verdict })])).toBeUndefined();
    expect(by([allowing({}, false)])).toBeUndefined();
    expect(by([allowing({ id: 'one' }, false), allowing({ id: 'two' }), allowing({ id: 'three' })])).toBe('user.two');
  });

  it('[P14] that names a tool alone allows low risk only', () => {
    expect(by([allowing({ tool: 'file_read' })], { risk: 'medium' })).toBeUndefined();
    expect(by([allowing({ tool: 'file_read', match: { paths: ['a'] } })], { risk: 'medium' })).toBe('user.mine');
  });
});
