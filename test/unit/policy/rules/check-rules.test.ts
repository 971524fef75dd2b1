import { describe, expect, it } from 'vitest';
import { checkRules } from '../../../../src/policy/rules/check-rules.js';
import { createRuleChecker } from '../../../../src/policy/rules/rule-checker.js';
import type { RuleLayer } from '../../../../src/policy/rules/rule-layer.js';
import { allTools } from '../../../../src/tools/all-tools.js';
import { testGuard } from '../command/command-fakes.js';

const { parse } = testGuard();
const tools = allTools.map(({ name }) => name);
const check = (text: string): Promise<RuleLayer> => checkRules({ kind: 'file', text, source: '.axon/policy.json', folder: '/w' }, { parse, tools });
const fileOf = (...rules: object[]): string => JSON.stringify({ version: 1, rules });
const rule = (more: object = {}): object => ({ id: 'a', verdict: 'deny', reason: 'It is ours.', ...more });

/** Each problem with the text it points at. */
async function problems(text: string): Promise<string[]> {
  const layer = await check(text);
  if (layer.state === 'ready') return [];
  return layer.problems.map(({ message, offset = 0, length = 0 }) => `${text.slice(offset, offset + length)} => ${message}`);
}

describe('the text of a workspace’s rules', () => {
  it('is ready when it is right, its own tests included', async () => {
    const layer = await check(fileOf(
      rule({ match: { paths: ['infra/**'], access: 'write' }, tests: { match: ['infra/a', 'Infra/A', 'infra', './infra//a'], notMatch: ['src/a', 'infrared'] } }),
      rule({ id: 'b', tool: 'shell_execute', match: { command: ['npm publish', 'npm run *', "git commit -m 'a b'"] }, tests: { match: ['npm publish --tag x', 'npm run "deploy it"', "git commit -m 'a b'"], notMatch: ['npm test'] } }),
      rule({ id: 'c', match: { hosts: ['*.example.com', 'bücher.de'] }, verdict: 'ask', tests: { match: ['https://a.example.com/x', 'a.example.com:8443', 'http://bücher.de/', 'www.bücher.de'], notMatch: ['https://example.org'] } }),
      rule({ id: 'd', tool: ['web_*', 'code_execute'], tests: { match: ['web_fetch', 'code_execute'], notMatch: ['file_read'] } }),
      rule({ id: 'e', match: { mcpServers: ['wiki'] }, tests: { match: ['wiki', 'WIKI'], notMatch: ['wikis'] } }),
    ));
    expect((await check(fileOf(rule({ tool: ['mcp_wiki_search', 'mcp_*', 'file_*'] })))).state).toBe('ready');
    expect(layer).toMatchObject({ state: 'ready', rules: [{ source: '.axon/policy.json', folder: '/w' }, {}, {}, {}, {}] });
  });

  it.each<[string, string, RegExp]>([
    ['a comment', '{"version":1,// x\n"rules":[]}', /not JSON/],
    ['a comma at the end', '{"version":1,"rules":[],}', /not JSON/],
    ['nothing', '', /not JSON/],
    ['text after the end', '{"version":1,"rules":[]} {}', /^\{ => .*not JSON: end of file expected/],
    ['a name that is there twice', '{"version":1,"rules":[],"rules":[]}', /^"rules" => “rules” is there twice/],
    ['a name that is there twice, spelled with an escape', '{"version":1,"rules":[],"rule\\u0073":[]}', /^"rule\\u0073" => “rules” is there twice/],
    ['a name that would change what the object inherits', `{"version":1,"rules":[{"id":"a","verdict":"ask","reason":"r","__proto__":{"verdict":"allow"}}]}`, /^"__proto__" => “__proto__”/],
    ['a tool that there is not', fileOf(rule({ tool: ['file_read', 'file_wirte'] })), /^\["file_read","file_wirte"\] => Rule a: No tool is named file_wirte\. There are: .*file_write/],
    ['a beginning that no tool has', fileOf(rule({ tool: 'fiel_*' })), /No tool is named fiel_\*/],
    ['a name that isn’t known', fileOf(rule({ verdct: 'deny' })), /^"verdct" => Rule a: “verdct” is not known here/],
    ['a name of JavaScript’s', fileOf(rule({ constructor: 1 })), /^"constructor" => Rule a: “constructor” is not known/],
    ['a permission', fileOf(rule({ verdict: 'allow' })), /^"allow" => Rule a: “verdict” has to be one of "ask", "deny"\. The rules of a workspace can only tighten: .*axon\.policy\.rules\.$/],
    ['a verdict that there is not', fileOf(rule({ verdict: 'dany' })), /^"dany" => Rule a: “verdict” has to be one of "ask", "deny"\.$/],
    ['a rule without a name and a reason', fileOf(rule(), { verdict: 'deny', reason: 'r' }), /Rule 2: “id” is missing/],
    ['another version', '{"version":2,"rules":[]}', /^2 => “version” has to be one of 1/],
    ['a rule without a reason', fileOf({ id: 'a', verdict: 'deny' }), /“reason” is missing/],
    ['a reason of two lines', fileOf(rule({ reason: 'a\nb' })), /one line of text/],
    ['an id with blanks', fileOf(rule({ id: 'A b' })), /^"A b" => Rule A b: “id” has to be/],
    ['an id that is there twice', fileOf(rule(), rule()), /^"a" => Rule a: Another rule has this id/],
    ['an id of the engine’s', fileOf(rule({ id: 'broken-rules' })), /Axon’s own/],
    ['a rule about two things', fileOf(rule({ match: { paths: ['a'], hosts: ['b.de'] } })), /one thing: paths or hosts/],
    ['a match that says nothing', fileOf(rule({ match: {} })), /^\{\} => Rule a: “match” is empty/],
    ['access without paths', fileOf(rule({ match: { hosts: ['b.de'], access: 'read' } })), /^"read" => Rule a: “access” goes with “paths” only/],
    ['a path that climbs', fileOf(rule({ match: { paths: ['infra', 'a/../../b'] } })), /^"a\/..\/..\/b" => Rule a: “..” is no name/],
    ['a path from the root', fileOf(rule({ match: { paths: ['/infra/**'] } })), /leave out the “\/” in front/],
    ['characters that fold to a wildcard', fileOf(rule({ match: { paths: ['ａ｛b'] } })), /look like others/],
    ['a host with its scheme', fileOf(rule({ match: { hosts: ['https://b.de'] } })), /^"https:\/\/b.de" => Rule a: This is no host/],
    ['a host with its port', fileOf(rule({ match: { hosts: ['b.de:80'] } })), /no host/],
    ['a host with a star in its middle', fileOf(rule({ match: { hosts: ['a.*.de'] } })), /no host/],
    ['a command that is two', fileOf(rule({ match: { command: ['npm publish; ls'] } })), /not the beginning of one plain command/],
    ['a command with a star in a word', fileOf(rule({ match: { command: ['npm pub*'] } })), /not the beginning of one plain command/],
    ['a command of any program', fileOf(rule({ match: { command: ['* publish'] } })), /begins with the name of a program/],
    ['a test that fails', fileOf(rule({ match: { paths: ['infra/**'] }, tests: { match: ['infra/a', 'src/a'] } })), /^"src\/a" => Rule a: The rule does not cover the example "src\/a", and should/],
    ['a test the other way round that fails', fileOf(rule({ match: { paths: ['infra/**'] }, tests: { notMatch: ['INFRA/x'] } })), /^"INFRA\/x" => Rule a: The rule covers the example "INFRA\/x", and should not/],
    ['a test that can’t be read', fileOf(rule({ match: { command: ['npm'] }, tests: { notMatch: ['ls | npm'] } })), /can’t be tested/],
    ['a test that climbs', fileOf(rule({ match: { paths: ['a'] }, tests: { notMatch: ['../b'] } })), /can’t be tested/],
    ['a list where the file should be', '[]', /type object/],
  ])('[P14] is broken by %s, and the place is marked', async (_name, text, expected) => {
    expect((await problems(text)).join('\n')).toMatch(expected);
  });

  it('[P14] is broken, not cut, when it is too long, too deep or too much', async () => {
    expect((await problems(fileOf(rule({ tests: { match: [] } })).padEnd(256 * 1024 + 1))).join()).toMatch(/more than 256 KB/);
    expect((await problems('['.repeat(200_000))).join()).toMatch(/nested too deep/);
    expect((await problems(fileOf(...Array.from({ length: 501 }, (_, n) => rule({ id: `r${n}` }))))).join()).toMatch(/too long: 500/);
    const wide = Array.from({ length: 100 }, (_, n) => `{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}${n}`);
    expect((await problems(fileOf(rule({ match: { paths: wide } })))).join()).toMatch(/more than 4000 patterns/);
    const long = Array.from({ length: 11 }, (_, n) => rule({ id: `r${n}`, match: { command: Array.from({ length: 200 }, (_each, at) => `a${at}`) }, tests: { notMatch: Array.from({ length: 100 }, (_each, at) => `b${at}`) } }));
    expect((await problems(fileOf(...long))).join()).toMatch(/Rule r10: .*more than 3000 commands/);
  });

  it('may begin with a byte order mark, and places stay right', async () => {
    expect((await check(`\ufeff${fileOf(rule())}`)).state).toBe('ready');
    expect(await problems(`\ufeff${fileOf(rule({ x: 1 }))}`)).toEqual(['"x" => Rule a: “x” is not known here.']);
  });

  it('[P14] is broken when the grammar for commands can’t be loaded', async () => {
    const without = await checkRules({ kind: 'file', text: fileOf(rule({ match: { command: ['npm publish'] } })), source: 's' }, { parse: () => Promise.reject(new Error('gone')), tools });
    expect(without).toEqual({ state: 'broken', source: 's', problems: [{ message: 'The rules could not be checked.' }] });
  });
});

describe('the user’s rules', () => {
  const { user } = createRuleChecker({ parse, tools });

  it('may allow, but not everything, and at no other risk', async () => {
    expect((await user([rule({ verdict: 'allow', match: { command: ['npm test'] }, tests: { match: ['npm test'], notMatch: ['npm test x', 'npm'] } })])).state).toBe('ready');
    const told = async (more: object): Promise<string> => JSON.stringify(await user([rule({ verdict: 'allow', ...more })]));
    expect(await told({})).toContain('has to say what');
    expect(await told({ tool: 'file_read', risk: 'critical' })).toContain('goes with ask or deny');
  });

  it('are tested letter by letter where they allow', async () => {
    for (const example of ['Docs/a', 'docs/a.MD']) expect((await user([rule({ verdict: 'allow', match: { paths: ['docs/*.md', 'docs'] }, tests: { notMatch: [example] } })])).state).toBe('ready');
    expect((await user([rule({ verdict: 'allow', match: { hosts: ['a.de'] }, tests: { match: ['https://a.de/x'], notMatch: ['http://a.de', 'https://a.de:8443', 'https://www.a.de'] } })])).state).toBe('ready');
  });

  it('are no rules when there is no such setting, and broken when it is something else', async () => {
    expect(await user(undefined)).toEqual({ state: 'ready', rules: [] });
    expect(await user([])).toEqual({ state: 'ready', rules: [] });
    const circular: unknown[] = [];
    circular.push(circular);
    for (const value of [null, {}, 'x', 7, [7], [null], () => 1, circular, [{ ...rule(), toJSON: () => { throw new Error('no'); } }]]) {
      const layer = await user(value);
      expect(layer).toMatchObject({ state: 'broken', source: 'your settings' });
      expect(layer.state === 'broken' && layer.problems[0]).not.toHaveProperty('offset');
    }
  });
});
