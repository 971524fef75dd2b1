import { describe, expect, it } from 'vitest';
import type { CompiledRule } from '../../../../src/policy/rules/compile-rule.js';
import { describeIssue } from '../../../../src/policy/rules/describe-issue.js';
import { expandBraces } from '../../../../src/policy/rules/expand-braces.js';
import { lastKept } from '../../../../src/policy/rules/last-kept.js';
import { policyFileSchema, userRulesSchema } from '../../../../src/policy/rules/rule.js';
import { runSelfTests } from '../../../../src/policy/rules/self-tests.js';

const rule = { id: 'a', verdict: 'deny', reason: 'Ours.' };
const takes = (more: object): boolean => userRulesSchema.safeParse([{ ...rule, ...more }]).success;
const many = (count: number, of: unknown = 'a'): unknown[] => Array.from({ length: count }, () => of);

describe('the form of a rule', () => {
  it('is what a rule can say, and no more', () => {
    expect(takes({ tool: ['file_*', 'web_fetch'], match: { command: ['npm publish'] }, risk: 'high', next: 'Ask.', tests: { match: ['a'], notMatch: ['b'] } })).toBe(true);
    for (const access of ['read', 'write']) expect(takes({ match: { paths: ['a'], access, hosts: ['a.org'], mcpServers: ['x'] }, tests: {}, tool: 'file_read' })).toBe(true);
    for (const more of [{ x: 1 }, { match: { x: 1 } }, { tests: { x: 1 } }, { verdict: 'maybe' }, { risk: 'huge' }, { match: { access: 'list' } }, { tool: [] }, { tool: 7 }]) expect(takes(more), JSON.stringify(more)).toBe(false);
  });

  it('has an id of words with hyphens, and tools by their names', () => {
    for (const id of ['a', 'a-b', 'a1-2b', 'a'.repeat(60)]) expect(takes({ id }), id).toBe(true);
    for (const id of ['', 'A', 'a_b', '-a', 'a-', 'a--b', 'a b', 'a\n', 'a'.repeat(61)]) expect(takes({ id }), id).toBe(false);
    for (const tool of ['a', 'file_read', 'file_*', 'a*', `a${'b'.repeat(62)}*`]) expect([takes({ tool }), takes({ tool: [tool] })], tool).toEqual([true, true]);
    for (const tool of ['', '*', 'A', '1a', '_a', 'a-b', 'a**', '*a', 'a*b', 'a b', `a${'b'.repeat(63)}`]) expect([takes({ tool }), takes({ tool: [tool] })], tool).toEqual([false, false]);
  });

  it('holds lines of text up to a length', () => {
    const lengths: readonly [(text: string) => object, number][] = [[(reason) => ({ reason }), 300], [(next) => ({ next }), 300], [(each) => ({ match: { command: [each] } }), 500], [(each) => ({ match: { paths: [each] } }), 500], [(each) => ({ match: { hosts: [each] } }), 260], [(each) => ({ match: { mcpServers: [each] } }), 100], [(each) => ({ tests: { match: [each] } }), 2000], [(each) => ({ tests: { notMatch: [each] } }), 2000]];
    for (const [make, most] of lengths) {
      expect([takes(make('a'.repeat(most))), takes(make('a'.repeat(most + 1)))], JSON.stringify(make('x'))).toEqual([true, false]);
      for (const bad of ['', 'a\nb', 'a\u0007', '\u2028a', 'a\u2029b']) expect(takes(make(bad)), JSON.stringify(make(bad))).toBe(false);
    }
  });

  it('holds so many of each', () => {
    for (const kind of ['command', 'paths', 'hosts', 'mcpServers']) expect([0, 1, 200, 201].map((count) => takes({ match: { [kind]: many(count) } })), kind).toEqual([false, true, true, false]);
    for (const list of ['match', 'notMatch']) expect([0, 100, 101].map((count) => takes({ tests: { [list]: many(count) } })), list).toEqual([true, true, false]);
    expect([takes({ tool: many(200) }), takes({ tool: many(201) })]).toEqual([true, false]);
    expect([userRulesSchema.safeParse(many(500, rule)).success, userRulesSchema.safeParse(many(501, rule)).success]).toEqual([true, false]);
  });

  it('[P7] allows nothing in the file of a workspace', () => {
    const file = (more: object) => policyFileSchema.safeParse({ version: 1, rules: [rule], ...more }).success;
    expect(file({ $schema: 'x' })).toBe(true);
    expect(file({ rules: [{ ...rule, verdict: 'ask' }] })).toBe(true);
    for (const more of [{ rules: [{ ...rule, verdict: 'allow' }] }, { rules: [{ ...rule, x: 1 }] }, { version: 2 }, { version: undefined }, { x: 1 }, { $schema: 1 }, { rules: many(501, rule) }]) expect(file(more), JSON.stringify(more).slice(0, 60)).toBe(false);
    expect(takes({ verdict: 'allow' })).toBe(true);
  });
});

describe('what is said of a form that is wrong', () => {
  const said = (value: unknown, file = false): string => {
    const { error } = file ? policyFileSchema.safeParse(value, { reportInput: true }) : userRulesSchema.safeParse(value, { reportInput: true });
    return error?.issues.map(describeIssue).join(' ') ?? '';
  };
  const saidOf = (more: object): string => said([{ ...rule, ...more }]);

  it('names what is meant, and what it has to be', () => {
    expect(saidOf({ x: 1, ['y'.repeat(70)]: 2 })).toBe(`“x” is not known here. “${'y'.repeat(60)}” is not known here.`);
    expect(saidOf({ reason: undefined })).toBe('“reason” is missing, or is no string.');
    expect(saidOf({ reason: 7 })).toBe('“reason” has to be of the type string.');
    expect(said(7)).toBe('This has to be of the type array.');
    expect(said(undefined)).toBe('This has to be of the type array.');
    expect(said([7])).toBe('This has to be of the type object.');
    expect(saidOf({ verdict: 'maybe' })).toBe('“verdict” has to be one of "allow", "ask", "deny".');
    expect(saidOf({ risk: 'allow' })).not.toContain('only tighten');
    expect(said({ version: 1, rules: [{ ...rule, verdict: 'allow' }] }, true)).toBe('“verdict” has to be one of "ask", "deny". The rules of a workspace can only tighten: what allows belongs in your own settings, axon.policy.rules.');
    expect(said({ version: 1, rules: [{ ...rule, verdict: 'x' }] }, true)).not.toContain('only tighten');
  });

  it('says what is too long, empty or of another form', () => {
    expect(saidOf({ reason: 'a'.repeat(301) })).toBe('“reason” is too long: 300 at most.');
    expect(saidOf({ match: { paths: [] } })).toBe('“paths” is empty.');
    expect(saidOf({ tool: 7 })).toBe('“tool” has to be the name of a tool such as file_read or file_*, or a list of them.');
    expect(saidOf({ id: 'A' })).toContain('lower-case letters and digits');
    expect(saidOf({ reason: 'a\nb' })).toBe('“reason” has to be one line of text, without control characters.');
    expect(describeIssue({ code: 'invalid_format', path: [0], format: 'regex', message: '' })).toBe('This has a form that is not allowed.');
    expect(describeIssue({ code: 'invalid_format', path: ['tool', 0], format: 'regex', message: '' })).toContain('the name of a tool');
    expect(describeIssue({ code: 'invalid_union', path: ['other'], errors: [], message: '' })).toBe('“other” has a form that is not known.');
    expect(describeIssue({ code: 'custom', path: ['a', 1], message: '' })).toBe('“a” is not allowed.');
  });
});

describe('braces', () => {
  const written = (pattern: string) => {
    const expanded = expandBraces(pattern);
    return expanded.ok ? expanded.patterns : expanded.problem;
  };

  it('are written out, each with each', () => {
    expect(written('a')).toEqual(['a']);
    expect(written('')).toEqual(['']);
    expect(written('{a,b}/{c,d,}x')).toEqual(['a/cx', 'a/dx', 'a/x', 'b/cx', 'b/dx', 'b/x']);
    expect(written('\\{a,b\\}')).toEqual(['\\{a,b\\}']);
    expect(written('a\\')).toEqual(['a\\']);
  });

  it('stand for so many patterns at most', () => {
    expect(written('{a,b}'.repeat(6))).toHaveLength(64);
    expect(written('{a,b}'.repeat(7))).toContain('more than 64 patterns');
  });

  it('hold alternatives, and nothing else', () => {
    for (const pattern of ['{a}', '{}', '{a', '{a,{b}}', '{a,\\b}', '{a,b..c}', 'x{,']) expect(written(pattern), pattern).toContain('Braces hold alternatives');
    expect(written('a}')).toContain('without its “{”');
  });
});

describe('an answer that is kept', () => {
  it('is asked for once, for the last two texts', () => {
    const asked: string[] = [];
    const answer = lastKept((text) => (asked.push(text), `<${text}>`));
    expect(['a', 'b', 'a', 'b', 'b', 'c', 'b', 'a'].map(answer)).toEqual(['a', 'b', 'a', 'b', 'b', 'c', 'b', 'a'].map((text) => `<${text}>`));
    expect(asked).toEqual(['a', 'b', 'c', 'a']);
  });
});

describe('the examples of a rule', () => {
  const compiled = (more: Partial<CompiledRule>): CompiledRule => ({ globs: 0, words: undefined, name: undefined, host: undefined, server: undefined, tool: () => false, call: () => false, path: () => false, ...more });
  const parse = async (command: string) => (command.includes(';') ? ({ refused: true, rule: 'command.chaining', reason: 'It is chained.', next: '' } as const) : { words: command.split(' ').map((text) => ({ text })) });
  const failed = async (more: Partial<CompiledRule>, tests: { match?: string[]; notMatch?: string[] }) => (await runSelfTests({ id: 'a', verdict: 'deny', reason: 'x', tests }, compiled(more), parse)).map(({ list, index, message }) => `${list} ${index} ${message}`);

  it('fail where the rule covers too little or too much', async () => {
    const words = (given: readonly string[]) => given[0] === 'npm';
    expect(await failed({ words }, { match: ['npm x'], notMatch: ['ls'] })).toEqual([]);
    expect(await failed({ words }, { match: ['npm', 'ls'], notMatch: ['ls', 'npm'] })).toEqual(['match 1 The rule does not cover the example "ls", and should.', 'notMatch 1 The rule covers the example "npm", and should not.']);
    expect(await runSelfTests({ id: 'a', verdict: 'deny', reason: 'x' }, compiled({}), parse)).toEqual([]);
  });

  it('fail in either list where they can’t be read, cut short', async () => {
    expect(await failed({ words: () => false }, { notMatch: ['a;b'] })).toEqual(['notMatch 0 The example "a;b" can’t be tested: It is chained.']);
    expect(await failed({ words: () => true }, { match: [`;${'a'.repeat(59)}`, `;${'a'.repeat(60)}`] })).toEqual([`match 0 The example ";${'a'.repeat(59)}" can’t be tested: It is chained.`, `match 1 The example ";${'a'.repeat(59)}…" can’t be tested: It is chained.`]);
    expect((await failed({ words: () => true }, { match: [`;${'a'.repeat(58)}😀b`] }))[0]).toContain('\ufffd…');
  });

  it('are paths as a rule means them', async () => {
    const names: string[] = [];
    const name = (given: string) => names.push(given) > 0;
    expect(await failed({ name }, { match: ['a/b', './a//b/', '.', 'a..b', '', '1:x'] })).toEqual([]);
    expect(names).toEqual(['a/b', 'a/b', '.', 'a..b', '.', '1:x']);
    for (const bad of ['/a', 'a\\b', 'C:/x', 'c:x', 'a/../b', '..']) expect((await failed({ name }, { match: [bad] }))[0], bad).toContain('write a path from the workspace folder');
  });

  it('are hosts with or without their protocol, servers, or tools', async () => {
    const hosts: unknown[] = [];
    const host = (given: unknown) => hosts.push(given) > 0;
    expect(await failed({ host }, { match: ['a.org', 'http://b.org', 'HTTPS://c.org:8443/x'] })).toEqual([]);
    expect(hosts).toEqual([{ name: 'a.org', usual: true }, { name: 'b.org', usual: false }, { name: 'c.org', usual: false }]);
    expect((await failed({ host }, { match: ['a b'] }))[0]).toContain('can’t be tested');
    expect(await failed({ server: (given) => given === 'x', tool: (given) => given === 'y' }, { match: ['x'], notMatch: ['y'] })).toEqual([]);
    expect(await failed({ tool: (given) => given === 'y' }, { match: ['y'], notMatch: ['x'] })).toEqual([]);
  });
});
