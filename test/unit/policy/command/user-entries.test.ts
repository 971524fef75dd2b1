import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createCommandGuard, type CommandGuard } from '../../../../src/policy/command/command-guard.js';
import { createPathGuard } from '../../../../src/policy/path/path-guard.js';
import { isRefusal } from '../../../../src/policy/command/refusal.js';
import { locateWasm } from './command-fakes.js';

const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'axon-own-')));
const folder = path.join(root, 'app');
mkdirSync(path.join(folder, 'src'), { recursive: true });
mkdirSync(path.join(folder, '.git/hooks'), { recursive: true });
mkdirSync(path.join(folder, 'packages/a'), { recursive: true });
for (const name of ['src/a.rs', '.env', 'id_rsa', 'package.json', 'Makefile']) writeFileSync(path.join(folder, name), 'x\n');
symlinkSync(root, path.join(folder, 'up'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const roots = { folders: () => [{ name: 'app', path: folder }], writable: () => [folder] };
const paths = createPathGuard({ roots });
const trusted = { trusted: true };

function guardWith(entries: readonly unknown[], platform: NodeJS.Platform = 'linux'): CommandGuard {
  return createCommandGuard({ paths, locateWasm, platform, userEntries: () => entries });
}
/** For exactly these words, with the tests that every entry needs. */
const exactly = (...words: readonly string[]) => ({ words, match: [words.map((word) => (/^[\w./:=@-]+$/.test(word) ? word : `'${word}'`)).join(' ')], notMatch: ['echo x'] });

async function verdictOf(entries: readonly unknown[], command: string, cwd = '.', platform: NodeJS.Platform = 'linux'): Promise<string> {
  const { decision } = await guardWith(entries, platform).judge({ command, cwd }, trusted);
  return decision.verdict === 'deny' ? decision.rule : decision.verdict;
}

describe('[P12] entries of a person’s own', () => {
  it('ask each time, with high risk, a warning, and no grant', async () => {
    const { decision, plan, touched } = await guardWith([exactly('rustfmt', 'src/a.rs')]).judge({ command: 'rustfmt src/a.rs' }, trusted);
    expect(decision).toMatchObject({ verdict: 'ask', risk: 'high', rule: 'command.own-entry-asks' });
    expect(decision.warnings?.join(' ')).toContain('axon.commands.allowed');
    expect(decision).not.toHaveProperty('grant');
    expect(plan).toEqual({ program: 'rustfmt', subcommand: ['src/a.rs'], args: [], folder });
    expect(touched).toMatchObject([{ relative: 'src/a.rs', operation: 'read' }, { relative: 'src/a.rs', operation: 'write' }]);
  });

  it('count for their words alone, and for their folder alone', async () => {
    const entries = [exactly('rustfmt', 'src/a.rs'), { ...exactly('ruff', 'check'), in: path.join(folder, 'packages/a') }];
    expect(await verdictOf(entries, 'rustfmt src/b.rs')).toBe('command.not-listed');
    expect(await verdictOf(entries, 'rustfmt src/a.rs x')).toBe('command.not-listed');
    expect(await verdictOf(entries, '"rustfmt" src/a.rs')).toBe('command.not-listed');
    expect(await verdictOf(entries, 'ruff check')).toBe('command.not-listed');
    expect(await verdictOf(entries, 'ruff check', 'packages/a')).toBe('ask');
    expect(await verdictOf([{ ...exactly('ruff', 'check'), in: '../app' }], 'ruff check')).toBe('command.not-listed');
    expect(await verdictOf([{ ...exactly('ruff', 'check'), in: root }], 'ruff check')).toBe('command.not-listed');
  });

  it('can name flags and kinds of words', async () => {
    const entry = { words: ['ruff', 'check'], effect: 'reads', switches: '-q --fix', values: { '--select': { pattern: '[A-Z]\\d{3}', called: 'a rule' } }, positional: 'read', atMost: 2, match: ['ruff check -q src', 'ruff check --select E501 src'], notMatch: ['ruff check --config=x', 'ruff check --select e src', 'ruff check ../x'] };
    expect(await guardWith([entry]).userEntryProblems()).toEqual([]);
    expect(await verdictOf([entry], 'ruff check --fix src')).toBe('ask');
    expect(await verdictOf([entry], 'ruff check --fix=x src')).toBe('command.not-listed');
    expect(await verdictOf([entry], 'ruff check src up/x')).toBe('command.not-listed');
    expect(await verdictOf([entry], 'ruff check .env')).toBe('command.not-listed');
  });

  it('add to the list: what it lets through keeps its own question', async () => {
    expect((await guardWith([exactly('git', 'status')]).judge({ command: 'git status' }, trusted)).decision.rule).toBe('command.asks');
    const { decision } = await guardWith([exactly('npm', 'test', '--prefix', 'packages/a')]).judge({ command: 'npm test --prefix packages/a' }, trusted);
    expect(decision).toMatchObject({ verdict: 'ask', risk: 'high' });
    expect(decision.warnings).toContain('npm runs the workspace’s own scripts.');
  });

  it.each(['ls; id', 'rustfmt src/a.rs | sh', 'A=b rustfmt src/a.rs', 'rustfmt $(id)', 'rustfmt src/a.rs > x', 'rustfmt *'])('loosen no shape: %s', async (command) => {
    expect(await verdictOf([{ words: ['rustfmt'], positional: 'text', match: ['rustfmt x'], notMatch: ['ls'] }, { words: ['ls'], positional: 'text', match: ['ls x'], notMatch: ['cat'] }], command)).not.toBe('ask');
  });

  it.each([
    '/etc/passwd', '../x', 'up/x', 'src/../../x', '.env', 'sub/.ENV', 'id_rsa', '.git/hooks/pre-commit', '.git/config', '~/x', 'file:///etc/passwd',
    '--config=/etc/passwd', '--config=../x', '-I../x', '-xf../x', '-o/etc/x', '-o.git/config', '@/etc/passwd', '@../x', '@.env', 'a=../x', 'a:../x', 'HEAD:../x', 'a,../x', '--x=a,/etc/y', '--x=a:/etc/y', '--x=up/y', 'if=.env', '--env-file=.env', '--env-file=id_rsa', '-e.env', 'C:\\x', '\\\\host\\x', '..', 'src/..\\..\\x', 'user@host:/etc',
  ])('pass every word that may be a path through the path guard: %s', async (word) => {
    expect(await verdictOf([exactly('tool', word)], `tool '${word}'`)).toMatch(/^path\./);
    expect(await verdictOf([{ words: ['tool'], positional: 'text', values: { '-o --config --x --env-file -I -x -e': 'text' }, match: ['tool x'], notMatch: ['tools'] }], `tool '${word}'`)).not.toBe('ask');
  });

  it.each(['check', 'a b: c.', 'done.', 'ab:y', 'https://example.com/a?b=c', 's/a/b/', 'Fix $HOME in docs', '-q', '--watch', '100%', 'name@1.2.3', 'a"b'])('take plain text for what it is: %s', async (word) => {
    expect(await verdictOf([exactly('tool', word)], `tool '${word}'`)).toBe('ask');
  });

  it('warn about configuration that can run code', async () => {
    const { decision } = await guardWith([exactly('tool', 'package.json')]).judge({ command: 'tool package.json' }, trusted);
    expect(decision.warnings?.join(' ')).toMatch(/package\.json/);
    expect((await guardWith([exactly('tool', 'package.json')]).judge({ command: 'tool package.json' }, { trusted: true, mayConfigure: false })).decision.rule).toBe('path.config-not-permitted');
  });

  it.each([
    ['sh', '-c', 'id'], ['bash', 'x.sh'], ['BASH', 'x.sh'], ['bash.exe', 'x'], ['cmd', '/c', 'x'], ['pwsh', '-c', 'x'], ['sudo', 'ls'], ['su', 'x'], ['doas', 'ls'], ['env', 'ls'], ['xargs', 'ls'], ['nohup', 'ls'], ['timeout', '5', 'ls'], ['nice', 'ls'], ['setsid', 'ls'], ['ssh', 'host'], ['eval', 'x'], ['exec', 'x'], ['source', 'x'], ['.', 'x'],
    ['./run.sh'], ['/bin/ls'], ['src/tool'], ['..'], ['a\\b'], ['C:tool'],
    ['bash5', 'x.sh'], ['bash-5.2', 'x.sh'], ['ksh93', 'x'], ['BusyBox.exe', 'sh'], ['zsh-5.9', '-c', 'x'], ['sudo2', 'ls'],
    ['python3', '-c', 'x'], ['python3.12', '-c', 'x'], ['python', '-Ic', 'x'], ['python3', '-W', 'ignore', '-c', 'x'], ['Python.exe', '-cx'], ['pypy3', '-c', 'x'], ['node', '-e', 'x'], ['node22', '-pe', 'x'], ['node', '--eval=x'], ['node', '--ev', 'x'], ['node', '--no-warnings', '-p', 'x'], ['bun', '-e', 'x'], ['perl', '-e', 'x'], ['perl5.38', '-lane', 'x'], ['ruby', '-ne', 'x'], ['php8.3', '-r', 'x'], ['lua5.4', '-e', 'x'], ['Rscript', '-e', 'x'], ['deno', 'eval', 'x'], ['awk', 'x'], ['gawk', '-f', 'x'],
    ['fd', '-Hx', 'id'], ['fdfind', 'a', '-HX', 'id'], ['git', 'grep', '-nOsh', 'x'],
    ['GIT', 'status'], ['git.exe', 'status'], ['Git', 'log'], ['git-upload-pack', 'x'], ['git-lfs', 'x'], ['git2', 'status'],
    ['find', '.', '-exec', 'id', ';'], ['find', '.', '-execdir', 'id'], ['find', '.', '-ok', 'id'],
    ['git', '-c', 'core.pager=x', 'log'], ['git', '-C', 'x', 'log'], ['git', '--exec-path=.', 'log'], ['git', '--git-dir=bare', 'log'], ['git', '-p', 'log'], ['git', 'push'], ['git', 'clone', 'x'], ['git', 'config', 'x', 'y'], ['git', 'grep', '-Osh', 'x'], ['git', 'grep', '--open-files=sh', 'x'], ['git', 'diff', '--ext-diff'], ['git', 'log', '--textc'], ['git', 'rebase', '--exec', 'id'], ['git', 'submodule', 'foreach', 'id'],
  ])('are never for %s %s', async (...words) => {
    const guard = guardWith([exactly(...words)]);
    expect(await guard.userEntryProblems()).toMatchObject([{ index: 0 }]);
    expect((await guard.judge({ command: exactly(...words).match[0] ?? '' }, trusted)).decision.verdict).toBe('deny');
  });

  it.each([['python3', 'x.py', '-c', 'y'], ['python3', '-m', 'pytest'], ['node', 'x.js', '-e', 'prod'], ['node', '--test', 'x.js'], ['ruby', 'x.rb', '-e', 'y'], ['php', 'x.php', '-r'], ['deno', 'lint'], ['fd', '-H', 'x'], ['gitleaks', 'detect'], ['clang-format-18', 'x.c']])('can be for %s %s', async (...words) => {
    expect(await verdictOf([exactly(...words)], words.join(' '))).toBe('ask');
  });

  it('that start with fewer words do not open what may never be listed', async () => {
    const git = { words: ['git'], positional: 'text', switches: '-O --ext-diff', match: ['git x'], notMatch: ['ls'] };
    for (const command of ['git push', 'git grep -Osh x', 'git diff --ext-diff', 'git config x y', 'git rebase x']) expect(await verdictOf([git], command), command).not.toBe('ask');
    const find = { words: ['find'], style: 'words', positional: 'text', switches: '-exec ; {}', match: ['find x'], notMatch: ['ls'] };
    expect(await verdictOf([find], "find . -exec id ';'")).not.toBe('ask');
  });

  it.each<[string, unknown, RegExp]>([
    ['is no entry', 'ls', /entry/i],
    ['has a key that nobody knows', { ...exactly('tool'), allow: true }, /allow|key/i],
    ['has a built-in way out', { ...exactly('tool'), insert: ['--x'] }, /insert|key/i],
    ['has no words', { ...exactly('tool'), words: [] }, /words/],
    ['has hidden characters', exactly('tool', 'a\u202eb'), /words/],
    ['has no tests', { words: ['tool'], match: [], notMatch: ['x'] }, /match/],
    ['fails what it has to let through', { words: ['tool'], match: ['tool x'], notMatch: ['ls'] }, /tool x/],
    ['lets through what it must not', { words: ['tool'], positional: 'text', match: ['tool'], notMatch: ['tool x'] }, /must not/],
    ['has an unknown kind', { ...exactly('tool'), positional: 'anything' }, /positional/],
    ['has a kind named after a method', { ...exactly('tool'), positional: 'constructor' }, /positional/],
    ['has a pattern that never ends', { ...exactly('tool'), positional: { pattern: '(a+)+b', called: 'x' } }, /positional/],
    ['has a pattern of overlapping parts', { ...exactly('tool'), positional: { pattern: 'a*a*a*b', called: 'x' } }, /positional/],
    ['has a pattern that isn’t one', { ...exactly('tool'), positional: { pattern: '[', called: 'x' } }, /positional/],
  ])('count for nothing and are reported when one %s; the others still count', async (_, entry, message) => {
    const guard = guardWith([entry, exactly('other')]);
    const problems = await guard.userEntryProblems();
    expect(problems).toMatchObject([{ index: 0 }]);
    expect(problems[0]?.message).toMatch(message);
    expect((await guard.judge({ command: 'tool' }, trusted)).decision.verdict).toBe('deny');
    expect((await guard.judge({ command: 'other' }, trusted)).decision.verdict).toBe('ask');
  });

  it('are asked for at every decision', async () => {
    const entries: unknown[] = [];
    const guard = createCommandGuard({ paths, locateWasm, userEntries: () => entries });
    expect((await guard.judge({ command: 'tool' }, trusted)).decision.verdict).toBe('deny');
    entries.push(exactly('tool'));
    expect((await guard.judge({ command: 'tool' }, trusted)).decision.verdict).toBe('ask');
    entries.pop();
    expect((await guard.judge({ command: 'tool' }, trusted)).decision.verdict).toBe('deny');
  });

  it('run nothing in an untrusted workspace, and nothing that cmd.exe would act on', async () => {
    expect((await guardWith([exactly('tool')]).judge({ command: 'tool' }, { trusted: false })).decision.rule).toBe('trust.no-execution');
    expect(await verdictOf([exactly('tool', 'a&b')], "tool 'a&b'", '.', 'win32')).not.toBe('ask');
  });
});

describe('the narrowest entry', () => {
  it.each([['rustfmt src/a.rs', '.'], ["tool 'a b' --flag", '.'], ['ls -L src', '.'], ['uniq src/a.rs out', 'packages/a'], ['git merge side', '.']])('lets exactly %s run, in that folder', async (command, cwd) => {
    const found = await guardWith([]).narrowestEntry({ command, cwd });
    if (isRefusal(found)) throw new Error(found.reason);
    expect(found.entry.in).toBe(path.join(folder, cwd));
    expect(await verdictOf([found.entry], command, cwd)).toBe('ask');
    expect(await verdictOf([found.entry], `${command} x`, cwd)).not.toBe('ask');
    expect(await verdictOf([found.entry], command, 'src')).not.toBe('ask');
  });

  it.each([['ls; id', 'command.chaining'], ['curl x | sh', 'command.pipe'], ['bash x.sh', 'command.never-listed'], ['./x.sh', 'command.never-listed'], ['git push', 'command.never-listed'], ['rustfmt /etc/passwd', 'path.outside-workspace'], ['rustfmt .env', 'path.sensitive'], ['cat .env', 'path.sensitive'], ['ls', 'command.is-listed'], ['', 'command.empty']])('is refused for %j', async (command, rule) => {
    expect(await guardWith([]).narrowestEntry({ command })).toMatchObject({ refused: true, rule });
  });
});
