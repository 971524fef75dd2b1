import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../src/policy/decision.js';
import { exceeds, isStricter, risks, strictest, verdicts } from '../../src/policy/decision.js';
import { createPolicy, type PolicyQuestion, type Ruling } from '../../src/policy/engine.js';
import { createRuleChecker } from '../../src/policy/rules/rule-checker.js';
import { brokenLayer, type RuleLayer } from '../../src/policy/rules/rule-layer.js';
import type { Touches } from '../../src/policy/touches.js';

const decision: fc.Arbitrary<Decision> = fc.record(
  {
    verdict: fc.constantFrom(...verdicts), risk: fc.constantFrom(...risks), rule: fc.string(), reason: fc.string(),
    warnings: fc.array(fc.string(), { maxLength: 3 }),
    grant: fc.record({ key: fc.constantFrom('a', 'b'), label: fc.string() }),
  },
  { requiredKeys: ['verdict', 'risk', 'rule', 'reason'] },
);

describe('strictest', () => {
  it('[P2] never loosens: adding a layer keeps or tightens verdict, risk, warnings and grant', () => {
    fc.assert(
      fc.property(decision, fc.array(decision, { maxLength: 5 }), decision, (first, rest, added) => {
        const before = strictest(first, ...rest);
        const after = strictest(first, ...rest, added);
        expect(isStricter(before.verdict, after.verdict)).toBe(false);
        expect(exceeds(before.risk, after.risk)).toBe(false);
        expect(after.warnings ?? []).toEqual(expect.arrayContaining([...(before.warnings ?? [])]));
        if (before.verdict === after.verdict && !before.grant) expect(after.grant === undefined || before.verdict !== 'ask').toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('[P2] is as strict as its strictest part, in any order', () => {
    fc.assert(
      fc.property(fc.array(decision, { minLength: 1, maxLength: 6 }), (parts) => {
        const joined = strictest(parts[0]!, ...parts.slice(1));
        const turned = [...parts].reverse();
        expect(strictest(turned[0]!, ...turned.slice(1)).verdict).toBe(joined.verdict);
        for (const part of parts) expect(isStricter(part.verdict, joined.verdict)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('offers no session grant at critical risk', () => {
    fc.assert(fc.property(decision, (each) => strictest({ ...each, risk: 'critical' }).grant === undefined));
  });
});

const checker = createRuleChecker({ parse: async (command) => ({ words: command.split(' ').map((text) => ({ text })) }), tools: ['t', 'u'] });
const [names, words, hosts] = [['a', 'a/b', 'A/b', 'c.md', '.'], ['npm test', 'npm run x', 'git -C d push'], ['a.org', 'b.a.org']];

const match = fc.oneof(
  fc.constantFrom({ paths: ['a/**'] }, { paths: ['a'], access: 'write' }, { paths: ['*.md', 'a/*'], access: 'read' }, { paths: ['**'] }),
  fc.constantFrom({ command: ['npm test'] }, { command: ['npm *'] }, { command: ['git push'] }),
  fc.constantFrom({ hosts: ['a.org'] }, { hosts: ['*.a.org'] }, { mcpServers: ['wiki'] }),
);
const tightening = fc.record({ verdict: fc.constantFrom('ask', 'deny'), tool: fc.constantFrom('t', 'u', 't*'), match, risk: fc.constantFrom(...risks) }, { requiredKeys: ['verdict'] });
const allowing = fc.record({ verdict: fc.constant('allow'), tool: fc.constantFrom('t', 't*'), match }, { requiredKeys: ['verdict', 'tool'] });
const withIds = (rules: readonly object[]): object[] => rules.map((rule, index) => ({ id: `r${index}`, ...rule }));
const someRules = fc.array(fc.oneof(tightening, allowing), { maxLength: 4 }).map(withIds);

const touched = (name: string, written: string, operation: 'read' | 'write', walks: boolean): Touches['paths'][number] => ({
  resolved: `/w/${name}`, relative: name, operation, walks,
  names: { real: [{ folder: '/w', given: '/w', name }], written: [{ folder: '/w', given: '/w', name: written }] },
});
const touches: fc.Arbitrary<Touches> = fc.record({
  commands: fc.array(fc.record({ words: fc.constantFrom(...words).map((text) => text.split(' ')), atRoot: fc.boolean() }), { maxLength: 1 }),
  paths: fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names), fc.constantFrom('read' as const, 'write' as const), fc.boolean()).map((each) => touched(...each)), { maxLength: 2 }),
  hosts: fc.array(fc.record({ name: fc.constantFrom(...hosts), usual: fc.boolean() }), { maxLength: 1 }),
});

interface World {
  readonly guard: Decision;
  readonly touches: Touches;
  readonly user: readonly object[] | 'broken';
  readonly workspace: readonly object[] | 'broken';
  readonly autoApprove: boolean;
  readonly question: PolicyQuestion;
}

/** What a guard says most often, and a rule may allow. */
const askable = fc.record({ verdict: fc.constant('ask' as const), risk: fc.constantFrom('low' as const, 'medium' as const), rule: fc.constant('path.read'), reason: fc.constant(''), grant: fc.constant({ key: 'a', label: '' }) });

const world: fc.Arbitrary<World> = fc.record({
  guard: fc.oneof(decision, askable), touches, user: someRules, workspace: fc.array(tightening, { maxLength: 3 }).map(withIds), autoApprove: fc.boolean(),
  question: fc.record({
    tool: fc.record({ name: fc.constant('t'), effect: fc.constantFrom('read' as const, 'write' as const, 'network' as const), risk: fc.constantFrom(...risks), approval: fc.constantFrom('grantable' as const, 'grantable' as const, 'each' as const), mcpServer: fc.constantFrom('wiki', 'other') }),
    subjects: fc.constantFrom([{ kind: 'path', operation: 'read', path: 'x' } as const], [{ kind: 'command', command: 'x' } as const], [{ kind: 'url', method: 'GET', url: 'x' } as const], []),
    agent: fc.constant({ id: 'a', label: 'A', description: '', prompt: '', tools: 'all' as const, highestRisk: 'critical' as const }),
    trusted: fc.constantFrom(true, true, true, false), tainted: fc.boolean(),
  }),
});

async function layerOf(rules: World['user'], kind: 'user' | 'workspace'): Promise<RuleLayer> {
  if (rules === 'broken') return brokenLayer('s', { message: 'Broken.' });
  const full = rules.map((rule) => ({ reason: 'Because.', ...rule }));
  const layer = await (kind === 'user' ? checker.user(full) : checker.file(JSON.stringify({ version: 1, rules: full }), 's', '/w'));
  if (layer.state === 'broken') throw new Error(layer.problems[0]?.message);
  return layer;
}

async function decide({ guard, touches: found, user, workspace, autoApprove, question }: World): Promise<Ruling> {
  const [own, theirs] = [await layerOf(user, 'user'), await layerOf(workspace, 'workspace')];
  const guards = { decide: async () => guard };
  const policy = createPolicy(
    { path: guards, command: guards, url: guards, search: guards, code: guards },
    { autoApprove: () => (autoApprove ? ['t'] : []) },
    { source: { user: async () => own, workspace: async () => theirs }, touchesOf: async () => ({ touches: found }) },
  );
  return policy.decide(question);
}

/** Everything that anybody can add to a world to make it stricter. */
const steps: fc.Arbitrary<(world: World) => World> = fc.oneof(
  fc.tuple(tightening, fc.nat(4)).map(([rule, at]) => (given: World) => (given.user === 'broken' ? given : { ...given, user: given.user.toSpliced(at, 0, { id: 'added', ...rule }) })),
  fc.tuple(tightening, fc.nat(4)).map(([rule, at]) => (given: World) => (given.workspace === 'broken' ? given : { ...given, workspace: given.workspace.toSpliced(at, 0, { id: 'added', ...rule }) })),
  fc.constantFrom<(world: World) => World>(
    (given) => ({ ...given, user: 'broken' }),
    (given) => ({ ...given, workspace: 'broken' }),
    (given) => ({ ...given, autoApprove: false }),
    (given) => ({ ...given, user: given.user === 'broken' ? given.user : given.user.filter((rule) => !('verdict' in rule) || rule.verdict !== 'allow') }),
    (given) => ({ ...given, question: { ...given.question, tainted: true } }),
    (given) => ({ ...given, question: { ...given.question, trusted: false } }),
    (given) => ({ ...given, question: { ...given.question, agent: { ...given.question.agent, highestRisk: 'low' } } }),
    (given) => ({ ...given, question: { ...given.question, agent: { ...given.question.agent, tools: [] } } }),
  ),
);

describe('the engine', () => {
  it('[P2] [P14] never loosens by a rule, a layer, a broken list, taint, distrust or a weaker agent', async () => {
    let tightened = 0;
    await fc.assert(
      fc.asyncProperty(world, steps, async (given, step) => {
        const [before, after] = [(await decide(given)).decision, (await decide(step(given))).decision];
        expect(isStricter(before.verdict, after.verdict)).toBe(false);
        // A list that breaks no longer says what risk its rules saw, but then it refuses.
        if (after.verdict !== 'deny') expect(exceeds(before.risk, after.risk)).toBe(false);
        if (before.verdict === 'ask' && !before.grant) expect(after.verdict === 'ask' && after.grant).toBeFalsy();
        if (before.verdict === 'ask' && after.verdict === 'ask') expect(after.warnings ?? []).toEqual(expect.arrayContaining([...(before.warnings ?? [])]));
        if (isStricter(after.verdict, before.verdict)) tightened++;
      }),
      { numRuns: 3000 },
    );
    // A property whose steps never did anything would prove nothing.
    expect(tightened).toBeGreaterThan(100);
  });

  it('[P2] [P14] allows only what the guards alone ask, and only where each layer would have it so', async () => {
    let allowed = 0;
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        const { decision: final, layers } = await decide(given);
        for (const { layer, decision: each } of layers) if (layer !== 'allowance') expect(final.verdict === 'allow' && each.verdict === 'deny').toBe(false);
        const relaxed = layers.some(({ layer }) => layer === 'allowance');
        if (!relaxed) return;
        allowed++;
        const { tool, trusted, tainted } = given.question;
        expect(layers.filter(({ decision: each }) => each.verdict === 'ask').map(({ layer }) => layer)).toEqual(['built-in']);
        expect([trusted, tool.approval, tainted && tool.effect !== 'read']).toEqual([true, 'grantable', false]);
        if (final.rule !== 'user.auto-approve') expect(final.grant).toBeDefined();
        expect(final.risk).not.toBe('critical');
      }),
      { numRuns: 3000 },
    );
    // About forty of these worlds do; far fewer, and nothing would have been looked at.
    expect(allowed).toBeGreaterThan(10);
  });
});
