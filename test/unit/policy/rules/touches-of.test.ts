import { describe, expect, it } from 'vitest';
import type { CommandJudgement } from '../../../../src/policy/command/command-guard.js';
import { touchesOf, type TouchReaders } from '../../../../src/policy/rules/touches-of.js';
import type { Subject } from '../../../../src/policy/subject.js';
import type { TouchedPath } from '../../../../src/policy/touches.js';

const at = (name: string) => ({ folder: '/w', given: '/w', name });
const path = (name: string): TouchedPath => ({ resolved: `/w/${name}`, relative: name, names: { real: [at(name)], written: [at(name)] }, operation: 'read', walks: false });
const denied = { verdict: 'deny', risk: 'high', rule: 'path.sensitive', reason: 'No.' } as const;

const asked: unknown[] = [];
const readers = (more: Partial<TouchReaders> = {}): TouchReaders => ({
  paths: {
    async check(name, operation, options) {
      asked.push([name, operation, options]);
      if (name === 'secret') return { decision: denied };
      if (name === 'odd') return { decision: { ...denied, verdict: 'allow' } };
      const names = name === 'nameless' ? undefined : { real: [at(name)], written: [at(name)] };
      return { decision: { ...denied, verdict: 'allow' }, resolved: `/w/${name}`, relative: name, ...(names && { names }) };
    },
  },
  commands: { judge: async ({ command }): Promise<CommandJudgement> => ({ decision: { ...denied, verdict: command === 'rm' ? 'deny' : 'ask', rule: 'command.x' }, touched: command === 'cat a' ? [path('a')] : [], ...(command !== 'ls;' && { words: command.split(' ') }) }) },
  search: () => ({ provider: 'none', searxngUrl: '' }),
  ...more,
});
const touches = (subjects: readonly Subject[], more: Partial<TouchReaders> = {}, mayConfigure?: boolean) => touchesOf(subjects, readers(more), { trusted: true, ...(mayConfigure !== undefined && { mayConfigure }) });

describe('[P14] what a call touches', () => {
  it('are paths, by what is done there', async () => {
    const found = await touches([{ kind: 'path', path: 'a', operation: 'write' }, { kind: 'path', path: 'b', operation: 'read' }]);
    expect(found).not.toHaveProperty('refused');
    expect(found.touches.paths.map((each) => [each.relative, each.operation, each.walks])).toEqual([['a', 'write', false], ['b', 'read', false]]);
  });

  it('are looked at with what the agent may configure', async () => {
    asked.length = 0;
    for (const mayConfigure of [undefined, true, false]) await touches([{ kind: 'path', path: 'a', operation: 'read' }], {}, mayConfigure);
    expect(asked).toEqual([true, true, false].map((mayConfigure) => ['a', 'read', { mayConfigure }]));
  });

  it('can’t be told of what is refused; the first refusal is the reason', async () => {
    expect((await touches([{ kind: 'path', path: 'secret', operation: 'read' }, { kind: 'command', command: 'rm' }])).refused).toEqual(denied);
    for (const name of ['odd', 'nameless']) expect((await touches([{ kind: 'path', path: name, operation: 'read' }])).refused, name).toMatchObject({ verdict: 'deny', rule: 'policy.touches-unknown' });
    expect((await touches([{ kind: 'command', command: 'rm' }, { kind: 'path', path: 'secret', operation: 'read' }])).refused?.rule).toBe('command.x');
    expect((await touches([{ kind: 'url', method: 'GET', url: 'ftp://x' }, { kind: 'path', path: 'secret', operation: 'read' }])).refused?.rule).toMatch(/^url\./);
  });

  it('are commands, with what they touch, where they can be read', async () => {
    const { touches: found, refused } = await touches([{ kind: 'command', command: 'cat a' }, { kind: 'command', command: 'ls;' }]);
    expect(found.commands).toEqual([{ words: ['cat', 'a'], atRoot: true }]);
    expect(found.paths).toEqual([path('a')]);
    expect(refused).toBeUndefined();
    expect((await touches([{ kind: 'command', command: 'rm' }])).touches.commands).toEqual([{ words: ['rm'], atRoot: true }]);
  });

  it('are commands in a folder of the workspace itself, or below', async () => {
    const atRoot = async (cwd?: string) => (await touches([{ kind: 'command', command: 'ls', ...(cwd !== undefined && { cwd }) }])).touches.commands[0]?.atRoot;
    asked.length = 0;
    expect(await Promise.all([atRoot(), atRoot('.'), atRoot('d'), atRoot('secret')])).toEqual([true, true, false, false]);
    expect(asked).toEqual(['.', 'd', 'secret'].map((name) => [name, 'list', undefined]));
  });

  it('are hosts, of addresses and of the search provider that is chosen', async () => {
    expect((await touches([{ kind: 'url', method: 'GET', url: 'https://a.org/x' }, { kind: 'url', method: 'GET', url: 'http://b.org:8080' }])).touches.hosts).toEqual([{ name: 'a.org', usual: true }, { name: 'b.org', usual: false }]);
    expect((await touches([{ kind: 'url', method: 'GET', url: 'http://user@b.org' }])).refused).toMatchObject({ verdict: 'deny', risk: 'high', rule: expect.stringMatching(/^url\./) as string, reason: expect.stringMatching(/.{10}/) as string, next: expect.stringMatching(/.{5}/) as string });
    const search: Subject = { kind: 'search', query: 'x' };
    expect(await touches([search])).toEqual({ touches: { commands: [], paths: [], hosts: [] } });
    expect((await touches([search], { search: () => ({ provider: 'brave', searxngUrl: '' }) })).touches.hosts).toEqual([{ name: 'api.search.brave.com', usual: true }]);
    expect((await touches([search], { search: () => ({ provider: 'searxng', searxngUrl: 'http://Search.Local:8080/x' }) })).touches.hosts).toEqual([{ name: 'search.local', usual: false }]);
  });

  it('are nothing for code in the sandbox', async () => {
    expect(await touches([{ kind: 'code', language: 'python', code: 'x' }])).toEqual({ touches: { commands: [], paths: [], hosts: [] } });
  });

  it('are refused when a guard fails', async () => {
    expect((await touches([{ kind: 'path', path: 'a', operation: 'read' }], { paths: { check: () => Promise.reject(new Error('broken')) } })).refused).toMatchObject({ verdict: 'deny', rule: 'policy.touches-unknown' });
  });
});
