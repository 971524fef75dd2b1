import { describe, expect, it } from 'vitest';
import { compileRule } from '../../../../src/policy/rules/compile-rule.js';
import type { PolicyRule } from '../../../../src/policy/rules/rule.js';
import type { PathOperation } from '../../../../src/policy/subject.js';
import type { PathNames, TouchedPath } from '../../../../src/policy/touches.js';

const rule = (more: Partial<PolicyRule>): PolicyRule => ({ id: 'a', verdict: 'deny', reason: 'It is ours.', ...more });

async function compile(more: Partial<PolicyRule>, folder?: string) {
  const problems: string[] = [];
  const compiled = await compileRule(rule(more), { folder, wordsOf: async (command) => (command.includes('|') ? 'This is no plain command.' : command.split(' ')), problem: (path, message) => void problems.push(`${path.join('.')}: ${message}`) });
  return { ...compiled, problems };
}

function touched(name: string, { operation = 'read', walks = false, written = name, folder = '/w', given = folder, inner }: { operation?: PathOperation; walks?: boolean; written?: string; folder?: string; given?: string; inner?: PathNames['inner'] } = {}): TouchedPath {
  const real = [{ folder, given, name }];
  return { resolved: `${folder}/${name}`, relative: name, names: { real, written: written === name ? real : [{ folder, given, name: written }], ...(inner && { inner }) }, operation, walks };
}

describe('a rule that tightens', () => {
  it('[P14] covers what lies below, any spelling, and what a link is called or leads to', async () => {
    const { path } = await compile({ match: { paths: ['Infra/**'] } });
    for (const name of ['Infra', 'Infra/a', 'infra/a', 'ＩＮＦＲＡ/a/b']) expect(path(touched(name), ['file_read']), name).toBe(true);
    expect(path(touched('src/a', { written: 'infra/a' }), ['file_read'])).toBe(true);
    expect(path(touched('infra/a', { written: 'src/a' }), ['file_read'])).toBe(true);
    expect(path(touched('src/a'), ['file_read'])).toBe(false);
  });

  it('[P14] covers a walk through a folder above, and into an open folder below', async () => {
    const { path } = await compile({ match: { paths: ['infra/*.tf'] } }, '/w/app');
    const inner = [{ folder: '/w/app', given: '/w/app', at: 'app' }];
    expect(path(touched('.', { folder: '/w/app', walks: true }), ['x'])).toBe(true);
    expect(path(touched('.', { folder: '/w/app' }), ['x'])).toBe(false);
    expect(path(touched('.', { walks: true, inner }), ['x'])).toBe(true);
    expect(path(touched('.', { inner }), ['x'])).toBe(false);
    expect(path(touched('src', { folder: '/w/app', walks: true }), ['x'])).toBe(false);
  });

  it('[P14] covers what any of its patterns means, in whichever open folder, whatever is done there', async () => {
    const { path, name } = await compile({ match: { paths: ['a', 'B/*'] } }, '/w/in');
    for (const each of ['a', 'B/x', 'b/x']) expect([path(touched(each, { folder: '/w/in' }), ['x']), name?.(each)], each).toEqual([true, true]);
    for (const operation of ['read', 'list', 'search', 'write'] as const) expect(path(touched('a', { folder: '/w/in', operation }), ['x']), operation).toBe(true);
    const twoFolders = [{ folder: '/w', given: '/w', name: 'in/a' }, { folder: '/w/in', given: '/w/in', name: 'a' }];
    const elsewhere = [{ folder: '/w', given: '/w', name: 'c' }];
    for (const names of [{ real: twoFolders, written: elsewhere }, { real: elsewhere, written: twoFolders }]) expect(path({ ...touched('a'), names }, ['x'])).toBe(true);
    expect(path({ ...touched('a'), names: { real: elsewhere, written: [...elsewhere] } }, ['x'])).toBe(false);
  });

  it('is about its own folder alone, however that is spelled', async () => {
    const { path } = await compile({ match: { paths: ['a'] } }, '/w/App');
    for (const folder of ['/w/App', '/w/app/', '/W/APP']) expect(path(touched('a', { folder }), ['x']), folder).toBe(true);
    expect(path(touched('a', { folder: '/w/other', given: '/w/app' }), ['x'])).toBe(true);
    for (const folder of ['/w/other', '/w/App2', '/w']) expect(path(touched('a', { folder }), ['x']), folder).toBe(false);
  });

  it('for reading or writing covers that alone, and a walk reads whatever else it does', async () => {
    const [read, write] = [await compile({ match: { paths: ['a'], access: 'read' } }), await compile({ match: { paths: ['a'], access: 'write' } })];
    const answers = (of: typeof read) => [touched('a'), touched('a', { operation: 'list' }), touched('a', { operation: 'write' }), touched('a', { operation: 'write', walks: true })].map((each) => of.path(each, ['x']));
    expect(answers(read)).toEqual([true, true, false, true]);
    expect(answers(write)).toEqual([false, false, true, true]);
  });

  it('covers hosts with www. more or less, and without encryption', async () => {
    const { host } = await compile({ match: { hosts: ['www.a.org', 'b.org'] } });
    for (const name of ['www.a.org', 'a.org', 'b.org', 'www.b.org']) expect(host?.({ name, usual: false }), name).toBe(true);
    for (const name of ['c.org', 'x.b.org', 'awww.org']) expect(host?.({ name, usual: true }), name).toBe(false);
  });

  it('is about the tools that it names', async () => {
    const { tool, path } = await compile({ tool: ['file_*', 'web_fetch'], match: { paths: ['a'] } });
    expect(['file_read', 'web_fetch', 'web_search', 'xfile_'].map(tool)).toEqual([true, true, false, false]);
    expect([['shell_execute'], ['shell_execute', 'file_read']].map((used) => path(touched('a'), used))).toEqual([false, true]);
  });

  it('counts its patterns with braces written out, and other spellings', async () => {
    expect((await compile({ match: { paths: ['{a,b}/x', 'c'] } })).globs).toBe(3);
    expect((await compile({ match: { paths: ['A'] } })).globs).toBe(2);
    expect((await compile({})).globs).toBe(0);
  });
});

describe('a rule that allows', () => {
  it('[P14] covers a path only letter by letter, by both names, and no walk', async () => {
    const { path } = await compile({ verdict: 'allow', match: { paths: ['Docs/*.md'] } });
    expect(path(touched('Docs/a.md'), ['x'])).toBe(true);
    for (const other of [touched('docs/a.md'), touched('Docs/a.md/b'), touched('Docs/a.md', { written: 'b.md' }), touched('b.md', { written: 'Docs/a.md' }), touched('Docs/a.md', { walks: true })]) expect(path(other, ['x'])).toBe(false);
  });

  it('[P14] covers what any of its patterns means, seen from the folder that it counts in', async () => {
    const { path } = await compile({ verdict: 'allow', match: { paths: ['a', 'b'] } }, '/w/in');
    const twoFolders = (name: string) => [{ folder: '/w', given: '/w', name: `in/${name}` }, { folder: '/w/in', given: '/w/in', name }];
    const names = twoFolders('b');
    expect(path({ ...touched('b'), names: { real: names, written: names } }, ['x'])).toBe(true);
    expect(path({ ...touched('b'), names: { real: names, written: twoFolders('c') } }, ['x'])).toBe(false);
  });

  it('[P14] covers a host only as usual and as it is written', async () => {
    const { host } = await compile({ verdict: 'allow', match: { hosts: ['a.org'] } });
    expect([{ name: 'a.org', usual: true }, { name: 'a.org', usual: false }, { name: 'www.a.org', usual: true }].map((each) => host?.(each))).toEqual([true, false, false]);
  });
});

describe('a call that touches several things', () => {
  const call = (paths: readonly TouchedPath[]) => ({ tool: 'file_read', kinds: new Set(['path'] as const), touches: { commands: [], paths, hosts: [] } });

  it('[P14] is denied for any of them, and allowed for all of them or not at all', async () => {
    const [denies, allows] = [await compile({ match: { paths: ['a'] } }), await compile({ verdict: 'allow', match: { paths: ['a'] } })];
    const calls = [[touched('a')], [touched('a'), touched('b')], [touched('b'), touched('a')], [touched('b')], []].map(call);
    expect(calls.map((each) => denies.call(each))).toEqual([true, true, true, false, false]);
    expect(calls.map((each) => allows.call(each))).toEqual([true, false, false, false, false]);
  });
});

describe('a call and what a rule is about', () => {
  type Call = Parameters<Awaited<ReturnType<typeof compile>>['call']>[0];
  const call = (kinds: readonly ('command' | 'path' | 'url' | 'search')[], more: Partial<Call['touches']> = {}, rest: Partial<Call> = {}): Call => ({ tool: 'x', kinds: new Set(kinds), touches: { commands: [], paths: [], hosts: [], ...more }, ...rest });
  const commands = (...all: [string, boolean][]) => ({ commands: all.map(([text, atRoot]) => ({ words: text.split(' '), atRoot })) });

  it('[P14] match by commands: any that is denied, in whichever folder; all that are allowed, in the workspace folder itself', async () => {
    const [denies, allows] = [await compile({ match: { command: ['npm publish', 'git push'] } }), await compile({ verdict: 'allow', match: { command: ['npm test', 'npm run *'] } })];
    expect(denies.call(call(['command'], commands(['ls', true], ['git push x', false])))).toBe(true);
    expect(denies.call(call(['command'], commands(['ls', true])))).toBe(false);
    expect(denies.call(call(['command', 'path'], commands(['npm publish', true])))).toBe(true);
    expect(allows.call(call(['command'], commands(['npm test', true])))).toBe(true);
    expect(allows.call(call(['command'], commands(['npm run x', true])))).toBe(true);
    for (const other of [commands(['npm test', false]), commands(['npm test x', true]), commands(['npm test', true], ['ls', true]), {}]) expect(allows.call(call(['command'], other)), JSON.stringify(other)).toBe(false);
    expect(allows.call(call(['command', 'path'], commands(['npm test', true])))).toBe(false);
    expect(allows.call(call(['path'], commands(['npm test', true])))).toBe(false);
  });

  it('[P14] match by paths and hosts: what allows, only where the call is about nothing else', async () => {
    const paths = await compile({ verdict: 'allow', match: { paths: ['a'] } });
    expect([['path'], ['path', 'command'], ['command']].map((kinds) => paths.call(call(kinds as ['path'], { paths: [touched('a')] })))).toEqual([true, false, false]);
    const hosts = await compile({ verdict: 'allow', match: { hosts: ['a.org'] } });
    const host = { hosts: [{ name: 'a.org', usual: true }] };
    expect([['url'], ['url', 'path'], ['search']].map((kinds) => hosts.call(call(kinds as ['url'], host)))).toEqual([true, false, false]);
    const denies = await compile({ match: { hosts: ['a.org'] } });
    expect([['url'], ['url', 'path'], ['search']].map((kinds) => denies.call(call(kinds as ['url'], host)))).toEqual([true, true, true]);
    expect(denies.call(call(['url'], { hosts: [{ name: 'b.org', usual: true }] }))).toBe(false);
  });

  it('[P14] match by servers: in any spelling to deny, letter by letter to allow', async () => {
    const [denies, allows] = [await compile({ match: { mcpServers: ['Docs'] } }), await compile({ verdict: 'allow', match: { mcpServers: ['Docs'] } })];
    const from = (mcpServer?: string) => call([], {}, { mcpServer });
    expect(['Docs', 'docs', 'other', undefined].map((each) => denies.call(from(each)))).toEqual([true, true, false, false]);
    expect(['Docs', 'docs', undefined].map((each) => allows.call(from(each)))).toEqual([true, false, false]);
  });

  it('match by tools alone, or not at all', async () => {
    const one = await compile({ tool: 'file_read' });
    expect(['file_read', 'file_reads', 'file_'].map((tool) => one.call(call([], {}, { tool })))).toEqual([true, false, false]);
    expect((await compile({})).call(call(['path']))).toBe(true);
    expect((await compile({ tool: 'file_read', match: { command: ['ls'] } })).call(call(['command'], commands(['ls', true])))).toBe(false);
    expect((await compile({})).path(touched('a'), ['x'])).toBe(false);
    expect((await compile({})).problems).toEqual([]);
    expect((await compile({ verdict: 'allow', tool: 'file_read' })).problems).toEqual([]);
  });

  it('are asked by the self-tests about each thing by itself', async () => {
    const denies = await compile({ match: { command: ['npm run'] } });
    expect([denies.words?.(['npm', 'run', 'x']), denies.name, denies.host, denies.server]).toEqual([true, undefined, undefined, undefined]);
    const allows = await compile({ verdict: 'allow', match: { command: ['npm run'] } });
    expect([allows.words?.(['npm', 'run', 'x']), allows.words?.(['npm', 'run'])]).toEqual([false, true]);
    const paths = await compile({ match: { paths: ['a/b'] } });
    expect(['a', 'a/b', 'a/b/c', 'A/B'].map((each) => paths.name?.(each))).toEqual([false, true, true, true]);
    const servers = await compile({ match: { mcpServers: ['x', 'y'] } });
    expect(['x', 'Y', 'z'].map((each) => servers.server?.(each))).toEqual([true, true, false]);
  });
});

describe('a folder that a rule counts in', () => {
  it('is the same with slashes of either kind at its end, and asked about again', async () => {
    const { path } = await compile({ match: { paths: ['a'] } }, 'C:\\w\\App');
    for (const folder of ['C:/w/App', 'c:\\w\\app\\\\', 'C:/w/App//', 'C:/w/App']) expect(path(touched('a', { folder }), ['x']), folder).toBe(true);
    for (const folder of ['C:/w', 'D:/w/App', 'C:/w']) expect(path(touched('a', { folder }), ['x']), folder).toBe(false);
  });

  it('is any without one', async () => {
    const { path } = await compile({ match: { paths: ['a'] } });
    expect(path(touched('a', { folder: '/x' }), ['x'])).toBe(true);
    const inner = [{ folder: '/w/x', given: '/w/x', at: 'x' }, { folder: '/w/y', given: '/w/y', at: 'y' }];
    const one = await compile({ match: { paths: ['a/b'] } }, '/w/y');
    expect(one.path(touched('.', { walks: true, inner }), ['x'])).toBe(true);
    const other = await compile({ match: { paths: ['a/b'] } }, '/w/z');
    expect(other.path(touched('.', { walks: true, inner }), ['x'])).toBe(false);
  });
});

describe('a rule that can’t be compiled', () => {
  it.each<[Partial<PolicyRule>, RegExp]>([
    [{ match: { paths: ['a'], hosts: ['b.org'] } }, /^match: .*paths or hosts/],
    [{ match: {} }, /^match: .*empty/],
    [{ match: { hosts: ['b.org'], access: 'read' } }, /^match\.access: /],
    [{ verdict: 'allow' }, /^: .*has to say what/],
    [{ verdict: 'allow', tool: 'file_read', risk: 'low' }, /^risk: /],
    [{ match: { command: ['ls', 'a | b'] } }, /^match\.command\.1: This is no plain command/],
    [{ match: { paths: ['a', '/b'] } }, /^match\.paths\.1: /],
    [{ match: { hosts: ['a.org', 'https://b.org'] } }, /^match\.hosts\.1: This is no host/],
    [{ match: { hosts: ['a.org:80'] } }, /^match\.hosts\.0: /],
    [{ match: { hosts: ['*.'] } }, /^match\.hosts\.0: /],
    [{ match: { hosts: [''] } }, /^match\.hosts\.0: /],
    [{ match: { hosts: ['a.org/x'] } }, /^match\.hosts\.0: /],
    [{ match: { hosts: ['a b'] } }, /^match\.hosts\.0: /],
    [{ verdict: 'allow', match: { paths: ['a', '[b'] } }, /^match\.paths\.1: A “\[”/],
    [{ match: { paths: ['a', 'ａ｛b'] } }, /^match\.paths\.1: .*look like others/],
  ])('%j says what is wrong and where', async (more, expected) => {
    expect((await compile(more)).problems).toEqual([expect.stringMatching(expected) as string]);
  });

  it('is not one whose hosts are addresses, or below a name', async () => {
    expect((await compile({ match: { hosts: ['*.a.org', '2606:4700::1', '[2606:4700::1]', '1.1.1.1', 'bücher.de', 'a.org.'] } })).problems).toEqual([]);
  });
});
