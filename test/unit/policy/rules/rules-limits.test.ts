import { describe, expect, it } from 'vitest';
import { checkRules, mostRulesText } from '../../../../src/policy/rules/check-rules.js';
import { createRuleChecker } from '../../../../src/policy/rules/rule-checker.js';

/** Reads words between blanks, and refuses what holds a sign of a shell. */
const parse = async (command: string) => (/[;|*]/.test(command) ? ({ refused: true, rule: 'command.chaining', reason: 'It is chained.', next: '' } as const) : { words: command.replaceAll("'", '').split(' ').map((text) => ({ text })) });
const names = { parse, tools: ['file_read', 'web_fetch'] };
const rule = (more: object = {}) => ({ id: 'a', verdict: 'deny', reason: 'Ours.', ...more });
const listOf = (...rules: object[]) => checkRules({ kind: 'list', text: JSON.stringify(rules), source: 'settings' }, names);
async function problemsOf(...rules: object[]): Promise<readonly string[]> {
  const layer = await listOf(...rules);
  return layer.state === 'ready' ? [] : layer.problems.map(({ message }) => message);
}
const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

describe('[P14] a list of rules', () => {
  it('may be as long as it may be, and no longer', async () => {
    const text = JSON.stringify([rule()]);
    const state = async (length: number) => (await checkRules({ kind: 'list', text: text.padEnd(length), source: 's' }, names)).state;
    expect([await state(mostRulesText), await state(mostRulesText + 1)]).toEqual(['ready', 'broken']);
  });

  it('may hold 4000 patterns and 3000 commands, those of tests included', async () => {
    const twenty = `{${many(20, (n) => `a${n}`).join(',')}}`;
    const paths = rule({ match: { paths: many(200, (n) => `${twenty}/${n}`) } });
    expect(await problemsOf(paths)).toEqual([]);
    expect(await problemsOf(paths, rule({ id: 'b', match: { paths: ['x'] } }))).toEqual(['Rule b: With this rule there are more than 4000 patterns, each written out.']);
    const commands = [...many(14, (n) => rule({ id: `r${n}`, match: { command: many(200, (at) => `a${at}`) } })), rule({ id: 'last', match: { command: many(190, (at) => `a${at}`) }, tests: { match: many(5, () => 'a1'), notMatch: many(5, () => 'b') } })];
    expect(await problemsOf(...commands)).toEqual([]);
    expect(await problemsOf(...commands, rule({ id: 'no-command', tests: { notMatch: [] } }))).toEqual([]);
    expect(await problemsOf(...commands, rule({ id: 'x', match: { command: ['a'] } }))).toEqual(['Rule x: With this rule there are more than 3000 commands, those of tests included.']);
  });

  it('tells of fifty mistakes at most, of whichever kind', async () => {
    expect(await problemsOf(...many(60, (n) => rule({ id: `r${n}`, match: {} })))).toHaveLength(50);
    expect(await problemsOf(...many(60, (n) => rule({ id: `r${n}`, x: 1 })))).toHaveLength(50);
    const layer = await checkRules({ kind: 'list', text: `[${many(60, () => '{"a":1,"a":2}').join(',')}]`, source: 's' }, names);
    expect(layer.state === 'broken' && layer.problems).toHaveLength(50);
  });

  it('tells of every mistake, each in its rule', async () => {
    expect(await problemsOf(rule(), rule(), rule({ id: 'auto-approve' }), rule({ id: 'b', tool: ['gone', 'web_*', 'x*'] }))).toEqual([
      'Rule a: Another rule has this id.',
      'Rule auto-approve: This id is Axon’s own: choose another one.',
      'Rule b: No tool is named gone. There are: file_read, web_fetch; and those of MCP servers, mcp_…',
      'Rule b: No tool is named x*. There are: file_read, web_fetch; and those of MCP servers, mcp_…',
    ]);
  });

  it('runs the examples of a rule that is right otherwise, and no others', async () => {
    expect(await problemsOf(rule({ match: { paths: ['a'] }, tests: { match: ['b'], notMatch: ['a'] } }))).toEqual(['Rule a: The rule does not cover the example "b", and should.', 'Rule a: The rule covers the example "a", and should not.']);
    expect(await problemsOf(rule({ tool: 'gone', match: { paths: ['a'] }, tests: { match: ['b'] } }))).toHaveLength(1);
  });

  it('names a rule by its id, cut short, or by its number', async () => {
    for (const problem of await problemsOf(rule({ id: `A${'a'.repeat(70)}` }))) expect(problem).toMatch(new RegExp(`^Rule A${'a'.repeat(59)}: `));
    expect(await problemsOf(rule({ id: '' }))).toEqual([expect.stringMatching(/^Rule 1: “id” has to be/) as string]);
    expect(await problemsOf(rule(), rule({ id: 7 }))).toEqual([expect.stringMatching(/^Rule 2: /) as string]);
    expect(await checkRules({ kind: 'list', text: '[null, 7]', source: 's' }, names)).toMatchObject({ problems: [{ message: expect.stringMatching(/^Rule 1: /) as string }, { message: expect.stringMatching(/^Rule 2: /) as string }] });
    expect(await checkRules({ kind: 'list', text: '7', source: 's' }, names)).toMatchObject({ problems: [{ message: 'This has to be of the type array.' }] });
    expect(await checkRules({ kind: 'file', text: '{"version":1,"rules":7}', source: 's' }, names)).toMatchObject({ problems: [{ message: expect.stringMatching(/^“rules”/) as string }] });
  });

  it('reads stars in commands as one whole word each, without quotes', async () => {
    for (const command of ['npm run *', '  npm   *  x ', "git commit 'a b'", ' ls ']) expect(await problemsOf(rule({ match: { command: [command] } })), command).toEqual([]);
    for (const command of ["npm '*' *", 'npm "a" *', 'npm \\* *']) expect((await problemsOf(rule({ match: { command: [command] } })))[0], command).toContain('has no quotes');
    for (const command of ['* x', '*']) expect((await problemsOf(rule({ match: { command: [command] } })))[0], command).toContain('begins with the name of a program');
    for (const command of ['npm x*', 'a; b']) expect((await problemsOf(rule({ match: { command: [command] } })))[0], command).toBe('Rule a: This is not the beginning of one plain command (* stands for one whole word): It is chained.');
    expect(await problemsOf(rule({ match: { command: ['npm * x'] }, tests: { match: ['npm run x'], notMatch: ['npm x'] } }))).toEqual([]);
  });

  it('counts everywhere, or in the folder that it comes with', async () => {
    const everywhere = await listOf(rule());
    expect(everywhere.state === 'ready' && everywhere.rules[0]).not.toHaveProperty('folder');
    const file = await createRuleChecker(names).file(JSON.stringify({ version: 1, rules: [rule()] }), 'app', '/w');
    expect(file).toMatchObject({ state: 'ready', rules: [{ source: 'app', folder: '/w', rule: { id: 'a' } }] });
    const broken = await createRuleChecker(names).file('{"version":1,"rules":[7]}', 'app', '/w');
    expect(broken).toMatchObject({ state: 'broken', source: 'app', problems: [{ offset: 22, length: 1 }] });
  });
});
