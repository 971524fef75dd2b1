import { describe, expect, it } from 'vitest';
import type { PathCheck, PathChecker } from '../../../../src/policy/path/path-check.js';
import type { PolicyRule } from '../../../../src/policy/rules/rule.js';
import { brokenLayer, noRules, type LayeredRule, type RuleLayer } from '../../../../src/policy/rules/rule-layer.js';
import { withPathRules } from '../../../../src/policy/rules/with-path-rules.js';
import type { PathOperation } from '../../../../src/policy/subject.js';
import type { TouchedPath } from '../../../../src/policy/touches.js';

const at = (name: string) => ({ folder: '/w', given: '/w', name });
const touched = (name: string, operation: PathOperation = 'read'): TouchedPath => ({ resolved: `/w/${name}`, relative: name, names: { real: [at(name)], written: [at(name)] }, operation, walks: false });
const guarded = (more: Partial<PathCheck> = {}): PathChecker => ({ check: async (path) => ({ decision: { verdict: 'allow', risk: 'medium', rule: 'path.read', reason: 'Fine.' }, resolved: `/w/${path}`, relative: path, names: { real: [at(path)], written: [at(path)] }, ...more }) });

/** A rule about paths that begin with a text; it keeps the tools that it was asked for. */
function rule(id: string, verdict: PolicyRule['verdict'], begins: string, more: Partial<PolicyRule> = {}): LayeredRule & { readonly tools: string[] } {
  const tools: string[] = [];
  return { tools, source: 'x', rule: { id, verdict, reason: `Because of ${id}.`, match: { paths: [begins] }, ...more }, covers: { call: () => false, path: ({ relative }, used) => (tools.push(used.join(' ')), relative.startsWith(begins)) } };
}
const ready = (...rules: LayeredRule[]): RuleLayer => ({ state: 'ready', rules });
const ruled = (user: RuleLayer, workspace: RuleLayer = noRules, checker = guarded()) => withPathRules(checker, { user: async () => user, workspace: async () => workspace });

describe('[P14] a path that rules are about', () => {
  it('is as the guard says where they say nothing', async () => {
    const found = await ruled(ready(rule('a', 'deny', 'x'))).check('b', 'read');
    expect(found).toMatchObject({ decision: { verdict: 'allow', rule: 'path.read' }, relative: 'b' });
    expect(found).not.toHaveProperty('byRule');
  });

  it('is denied by either layer, and nothing more is told of it', async () => {
    expect(await ruled(ready(rule('a', 'deny', 'b'))).check('b', 'read')).toEqual({ decision: { verdict: 'deny', risk: 'medium', rule: 'user.a', reason: 'Because of a.' } });
    expect((await ruled(noRules, ready(rule('a', 'deny', 'b'))).check('b', 'read')).decision.rule).toBe('workspace.a');
  });

  it('is asked about where the strictest asks, the user first; a denial of the workspace wins', async () => {
    const asks = ready(rule('a', 'ask', 'b'));
    expect(await ruled(asks, ready(rule('c', 'ask', 'b'))).check('b', 'read')).toMatchObject({ decision: { rule: 'path.read' }, byRule: { verdict: 'ask', rule: 'user.a' } });
    expect((await ruled(asks, ready(rule('c', 'deny', 'b'))).check('b', 'read')).decision.rule).toBe('workspace.c');
  });

  it('stays denied by the guard, and rules are not asked', async () => {
    const user = rule('a', 'ask', 'b');
    const denied = guarded({ decision: { verdict: 'deny', risk: 'high', rule: 'path.sensitive', reason: 'No.' } });
    expect((await ruled(ready(user), noRules, denied).check('b', 'read')).decision.rule).toBe('path.sensitive');
    expect(user.tools).toEqual([]);
  });

  it('is denied where nobody can tell what it is called', async () => {
    const nameless: PathChecker = { check: async () => ({ decision: { verdict: 'allow', risk: 'low', rule: 'path.read', reason: 'Fine.' } }) };
    expect((await ruled(noRules, noRules, nameless).check('b', 'read')).decision).toMatchObject({ verdict: 'deny', rule: 'policy.touches-unknown' });
  });

  it('is denied while either list is broken', async () => {
    expect((await ruled(brokenLayer('x')).check('b', 'read')).decision.rule).toBe('user.broken-rules');
    expect((await ruled(noRules, brokenLayer('x')).check('b', 'read')).decision.rule).toBe('workspace.broken-rules');
  });

  it('is asked of rules by the tools that do it', async () => {
    const user = rule('a', 'deny', 'x');
    const paths = ruled(ready(user));
    for (const operation of ['read', 'list', 'search', 'write'] as const) await paths.check('b', operation);
    expect(user.tools).toEqual(['file_read', 'file_list', 'file_search file_read', 'file_write file_edit']);
  });
});

describe('[P14] what rules keep out below a folder', () => {
  const hides = async (user: RuleLayer, workspace: RuleLayer, name: string, start = touched('d')) => (await ruled(user, workspace).hidden(start))?.(touched(name));

  it('is nothing without rules about paths', async () => {
    expect(await ruled(noRules).hidden(touched('d'))).toBeUndefined();
    const allows = rule('a', 'allow', '');
    const { paths: _, ...match } = { paths: ['x'], hosts: ['a.org'] };
    expect(await ruled(ready(allows, rule('b', 'deny', '', { match }), rule('c', 'deny', '', { match: undefined }))).hidden(touched('d'))).toBeUndefined();
  });

  it('is what either layer denies, or asks about that it did not ask about the folder itself', async () => {
    expect(await hides(ready(rule('a', 'deny', 'd/x')), noRules, 'd/x')).toBe(true);
    expect(await hides(ready(rule('a', 'deny', 'd/x')), noRules, 'd/y')).toBe(false);
    expect(await hides(noRules, ready(rule('a', 'ask', 'd/x')), 'd/x')).toBe(true);
    expect(await hides(noRules, ready(rule('a', 'ask', 'd')), 'd/x')).toBeUndefined();
    expect(await hides(ready(rule('a', 'deny', 'd')), noRules, 'd/x')).toBe(true);
    expect(await hides(ready(rule('a', 'deny', 'd/x'), rule('b', 'ask', 'd/y')), noRules, 'd/y')).toBe(true);
  });

  it('is everything while either list is broken', async () => {
    for (const [user, workspace] of [[brokenLayer('x'), noRules], [noRules, brokenLayer('x')]] as const) expect(await hides(user, workspace, 'd/y')).toBe(true);
  });
});
