import { describe, expect, it } from 'vitest';
import { createCommandGuard } from '../../../../src/policy/command/command-guard.js';
import type { PathCheck, PathChecker } from '../../../../src/policy/path/path-check.js';
import { locateWasm, testGuard, trusted } from './command-fakes.js';
import { recordingPaths } from './recording-paths.js';

const guardWith = (paths: PathChecker, more: { platform?: NodeJS.Platform; userEntries?: () => readonly unknown[] } = {}) => createCommandGuard({ paths, locateWasm, platform: 'linux', ...more });
const decide = async (command: string, cwd = '.') => (await testGuard().judge({ command, cwd }, trusted)).decision;

describe('[P12] what the command guard answers', () => {
  it('tells the words as it read them, also of what is refused, and none of what it could not read', async () => {
    const guard = testGuard();
    expect((await guard.judge({ command: 'git  log "-5"' }, trusted)).words).toEqual(['git', 'log', '-5']);
    expect((await guard.judge({ command: 'rm -rf x' }, trusted)).words).toEqual(['rm', '-rf', 'x']);
    expect(await guard.judge({ command: 'ls; id' }, trusted)).not.toHaveProperty('words');
  });

  it('says nothing of a command in a workspace that is not trusted', async () => {
    const guard = testGuard();
    for (const command of ['ls', 'ls; id', 'rm x']) expect((await guard.judge({ command }, { trusted: false })).decision, command).toMatchObject({ verdict: 'deny', rule: 'trust.no-execution' });
  });

  it('refuses with high risk, why, and what to do', async () => {
    expect(await decide('rm "-rf"')).toMatchObject({ verdict: 'deny', risk: 'high', reason: '"rm" is not on the list of commands.', next: expect.stringMatching(/^Use one of: \w+, .*; or the file tools, or code_execute\.$/) as string });
    expect(await decide('git push')).toMatchObject({ reason: '"git push" is not on the list of commands.', next: expect.stringMatching(/^Write one of these plainly, without quotes: git \w+, git/) as string });
    expect(await decide('git')).toMatchObject({ reason: '"git" is not on the list of commands.' });
    expect(await decide(`${'x'.repeat(81)} a`)).toMatchObject({ reason: `"${'x'.repeat(79)}…" is not on the list of commands.` });
    expect(await decide(`git ${'x'.repeat(81)}`)).toMatchObject({ reason: `"git ${'x'.repeat(79)}…" is not on the list of commands.` });
  });

  it('shows up to 200 signs of the words in a grant, and holds all of them in its key', async () => {
    const [fits, long] = ['a'.repeat(195), 'a'.repeat(196)];
    expect((await decide(`echo ${fits}`)).grant?.label).toBe(`Run exactly "echo ${fits}"`);
    expect((await decide(`echo ${long}`)).grant).toEqual({ key: `command:["echo","${long}"]`, label: `Run exactly "echo ${'a'.repeat(194)}…"` });
  });

  it('asks the path guard about the folder first, and goes no further when it is refused or nowhere', async () => {
    const paths = recordingPaths();
    expect((await guardWith(paths).judge({ command: 'ls', cwd: 'd' }, trusted)).plan?.folder).toBe('/w/d');
    expect(paths.asked[0]).toBe('list d');
    const denied = recordingPaths();
    expect((await guardWith(denied).judge({ command: 'ls', cwd: 'secret' }, trusted)).decision).toMatchObject({ verdict: 'deny', rule: 'path.sensitive' });
    expect(denied.asked).toEqual(['list secret']);
    for (const place of [{ decision: { verdict: 'allow', risk: 'low', rule: 'path.read', reason: 'Fine.' } }, { decision: { verdict: 'deny', risk: 'low', rule: 'path.gone', reason: 'Gone.' }, resolved: '/w' }] as const) {
      expect((await guardWith({ check: async (): Promise<PathCheck> => place }).judge({ command: 'ls' }, trusted)).decision).toMatchObject({ verdict: 'deny', reason: place.decision.reason });
    }
  });

  it('takes the outermost open folder for the top of a repository', async () => {
    const names = ['/w/packages/a', '/w/packages', '/w/packages/a/b'].map((folder) => ({ folder, given: folder, name: '.' }));
    const asked: string[] = [];
    const check: PathChecker['check'] = async (path, operation, { base = '' } = {}) => {
      asked.push(`${operation} ${path} ${base}`);
      return { decision: { verdict: 'allow', risk: 'low', rule: 'path.read', reason: '' }, resolved: '/w/packages/a', relative: 'a', kind: 'folder', names: { real: names, written: names } };
    };
    await guardWith({ check }).judge({ command: 'git diff' }, trusted);
    expect(asked).toEqual(['list . ', 'read . /w/packages']);
    const nameless: PathChecker['check'] = async (...args) => ({ ...(await check(...args)), names: undefined }) as unknown as PathCheck;
    expect((await guardWith({ check: nameless }).judge({ command: 'git diff' }, trusted)).decision.verdict).toBe('ask');
  });

  it('reads the person’s own entries again only when they change', async () => {
    let asked = 0;
    const entry = { words: ['tool'], match: ['tool'], notMatch: ['ls'] };
    const watched = { ...entry, get words() {
      asked++;
      return entry.words;
    } };
    let entries: unknown[] = [watched];
    const guard = guardWith(recordingPaths(), { userEntries: () => entries });
    const verdict = async () => (await guard.judge({ command: 'tool' }, trusted)).decision.verdict;
    expect(await verdict()).toBe('ask');
    const first = asked;
    asked = 0;
    expect(await verdict()).toBe('ask');
    expect(asked).toBeLessThan(first);
    entries = [{ ...entry, words: ['other'], match: ['other'] }];
    expect(await verdict()).toBe('deny');
  });

  it('has no problems to tell of without entries', async () => {
    expect(await testGuard().userEntryProblems()).toEqual([]);
    expect(await guardWith(recordingPaths(), { userEntries: () => [{ words: ['tool'], match: ['tool'], notMatch: ['ls'] }] }).userEntryProblems()).toEqual([]);
  });

  it('takes the entry with the most words first', async () => {
    const userEntries = () => [
      { words: ['tool'], positional: 'text', warnings: ['Short.'], match: ['tool x'], notMatch: ['ls'] },
      { words: ['tool', 'run'], positional: 'text', warnings: ['Long.'], match: ['tool run x'], notMatch: ['ls'] },
    ];
    const { decision, plan } = await guardWith(recordingPaths(), { userEntries }).judge({ command: 'tool run x' }, trusted);
    expect(decision.warnings).toContain('Long.');
    expect(plan).toEqual({ program: 'tool', subcommand: ['run'], args: ['x'], folder: '/w' });
  });
});

describe('the narrowest entry for a refused command', () => {
  const refused = async (command: string, cwd = '.', platform: NodeJS.Platform = 'linux', paths: PathChecker = recordingPaths()) => {
    const found = await guardWith(paths, { platform }).narrowestEntry({ command, cwd });
    return 'entry' in found ? found.entry : found;
  };

  it('says the words and the folder, and shows in its tests how narrow it is', async () => {
    expect(await refused('tool -x', 'd')).toEqual({ words: ['tool', '-x'], in: '/w/d', match: ['tool -x'], notMatch: ['tool -x --x', 'tool -x x', 'tool'] });
    expect(await refused('tool')).toEqual({ words: ['tool'], in: '/w', match: ['tool'], notMatch: ['tool --x', 'tool x'] });
  });

  it('is asked of the path guard as written, each word but the program', async () => {
    const paths = recordingPaths();
    await refused('tool a/b', '.', 'linux', paths);
    expect(paths.asked).toEqual(['list .', 'list .', 'read a/b', 'write a/b']);
    expect(await refused('tool secret')).toMatchObject({ rule: 'path.sensitive' });
  });

  it('is none for a reason that no entry can help, and that reason is told', async () => {
    expect(await refused('ls; id')).toMatchObject({ rule: 'command.chaining', next: expect.stringContaining('one plain command') as string });
    expect(await refused('tool', 'secret')).toMatchObject({ rule: 'path.sensitive', next: 'Leave it.' });
    expect(await refused('ls')).toMatchObject({ rule: 'command.is-listed', reason: 'This command is not refused.', next: 'Run it; it asks first.' });
    expect(await refused('bash x')).toMatchObject({ rule: 'command.never-listed' });
    expect(await refused("tool 'a&b'", '.', 'win32')).toMatchObject({ rule: 'command.batch-file' });
  });

  it('is none where the entry itself would not be taken', async () => {
    expect(await refused(`tool ${'a'.repeat(1001)}`)).toMatchObject({ refused: true, rule: 'command.never-listed', next: expect.stringContaining('axon.commands.allowed') as string });
  });
});
