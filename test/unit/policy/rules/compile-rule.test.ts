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
    for (const name of ['c.org', 'x.b.org']) expect(host?.({ name, usual: true }), name).toBe(false);
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
  ])('%j says what is wrong and where', async (more, expected) => {
    expect((await compile(more)).problems).toEqual([expect.stringMatching(expected) as string]);
  });

  it('is not one whose hosts are addresses, or below a name', async () => {
    expect((await compile({ match: { hosts: ['*.a.org', '2606:4700::1', '[2606:4700::1]', '1.1.1.1', 'bücher.de', 'a.org.'] } })).problems).toEqual([]);
  });
});
