import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCommandGuard, type CommandGuard } from '../../src/policy/command/command-guard.js';
import { createPathGuard } from '../../src/policy/path/path-guard.js';
import { createCommands, type ClosableCommands } from '../../src/workspace/create-commands.js';
import { makeFolders, type Folders } from './lib/folders.js';

const require = createRequire(import.meta.url);
const locateWasm = (name: string) => require.resolve(`${name.replace('.wasm', '')}/${name}`);

/** In every content of a secret file, and nowhere else. */
const secret = 'S3CR3T';
let folders: Folders;
let guard: CommandGuard;
let commands: ClosableCommands;
let numbers: readonly string[];

const write = (name: string, content: string): void => {
  mkdirSync(path.dirname(path.join(folders.workspace, name)), { recursive: true });
  writeFileSync(path.join(folders.workspace, name), content);
};
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.invalid', '-c', 'init.defaultBranch=main', ...args], { cwd: folders.workspace, encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' } });

const secretFiles = ['.env', 'sub/.ENV', 'sub/.Env.local', 'deep/er/id_rsa', 'certs/Server.PEM', '.aws/config', 'sub/secrets.JSON', 'prod.tfvars', '.npmrc'];

beforeAll(() => {
  folders = makeFolders();
  git('init', '-q', '--template=');
  for (const file of secretFiles) write(file, `line\n${secret} ${file} first\n`);
  write('a.txt', 'plain one\n');
  write('sub/b.txt', 'plain two\n');
  // A folder and a file that are spelled as an exclusion: without care git takes the exclusion for an object of the index.
  write('(top,exclude,glob,icase)**/.env', `${secret} spelled\n`);
  git('add', '-A', '-f');
  git('commit', '-qm', 'everything');
  write('.env', `line\n${secret} .env second\n`);
  git('commit', '-qam', 'only a secret');
  for (const file of secretFiles) write(file, `line\n${secret} ${file} third\n`);
  write('a.txt', 'plain one\nplain three\n');
  git('commit', '-qam', 'both');
  git('mv', 'sub/.ENV', 'sub/notes.txt');
  write('sub/notes.txt', 'harmless now\n');
  git('commit', '-qam', 'renamed');
  for (const file of secretFiles.filter((each) => each !== 'sub/.ENV')) write(file, `${secret} put aside\n`);
  write('a.txt', 'plain one\nplain aside\n');
  git('stash', 'push', '-q');
  for (const file of secretFiles.filter((each) => each !== 'sub/.ENV')) write(file, `${secret} staged\n`);
  write('a.txt', 'plain one\nplain staged\n');
  git('add', '-A', '-f');
  write('.env', `${secret} changed\n`);
  numbers = git('ls-files', '-s').split('\n').filter((line) => /\t(?:\.env|deep)/.test(line)).map((line) => line.split(' ')[1] ?? '');
  git('config', 'stash.showPatch', 'true');
  git('config', 'commit.verbose', 'true');
  git('config', 'log.follow', 'true');
  const roots = { folders: () => [{ name: 'workspace', path: folders.workspace }], writable: () => [folders.workspace] };
  guard = createCommandGuard({ paths: createPathGuard({ roots }), locateWasm });
  commands = createCommands({ guard, roots, trusted: () => true, environment: { PATH: process.env['PATH'], HOME: '/nonexistent' } });
});
afterAll(async () => {
  await commands.dispose();
  folders.dispose();
});

async function output(command: string, cwd = '.'): Promise<string> {
  const { output: text } = await commands.run(command, { cwd, signal: AbortSignal.timeout(20_000) });
  return text;
}

describe('[P11] what git and searches print of files that hold secrets', () => {
  it.each([
    ['git diff', ''],
    ['git diff HEAD', 'plain staged'],
    ['git diff --cached', 'plain staged'],
    ['git diff HEAD~3 HEAD', 'plain three'],
    ['git diff HEAD~3..HEAD', 'plain three'],
    ['git diff HEAD~2 a.txt', 'plain'],
    ['git diff HEAD -- .', 'plain staged'],
    ["git diff HEAD -- '*'", 'plain staged'],
    ["git diff HEAD -- '*env*' a.txt", 'plain staged'],
    ['git diff --no-renames HEAD~1 HEAD', 'harmless'],
    ['git diff -R HEAD', 'plain staged'],
    ['git diff --word-diff HEAD', 'staged'],
    ['git diff --check HEAD', ''],
    ['git diff -a --text HEAD', 'plain staged'],
    ["git diff -G'S3CR3T' HEAD", ''],
    ["git log -G'S3CR3T' --pickaxe-all", ''],
    ['git log -p', 'plain three'],
    ['git log -p --all', 'plain three'],
    ['git log -p -g', 'plain three'],
    ['git log -c -m -p', 'plain three'],
    ['git log -U1 --reverse', 'plain three'],
    ["git log -S'S3CR3T' -p", ''],
    ['git log -p -- sub', 'harmless'],
    ['git log -p sub', 'harmless'],
    ['git show', 'harmless'],
    ['git show HEAD~1', 'plain three'],
    ['git show HEAD~2', 'only a secret'],
    ['git show HEAD~3 HEAD', 'plain two'],
    ['git show stash@{0}', 'plain aside'],
    ['git stash show -p', 'plain aside'],
    ['git stash show -p stash@{0}', 'plain aside'],
    ['git stash show -p 0', 'plain aside'],
    ['git stash show', ''],
    ['git stash list', ''],
    ['git grep plain', 'plain'],
    ['git grep -n -i s3cr3t', ''],
    ['git grep -a -e S3CR3T HEAD~1', ''],
    ['git grep S3CR3T HEAD -- sub', ''],
    ['git grep S3CR3T sub', ''],
    ['git grep --cached S3CR3T', ''],
    ["git grep -e S3CR3T -- '*'", ''],
    ['git status', 'a.txt'],
    ['git commit --dry-run', 'a.txt'],
    ['git blame a.txt', 'plain'],
    ['grep -ri s3cr3t .', ''],
    ['grep -r plain .', 'plain'],
    ['diff -r sub deep', ''],
  ])('%s', async (command, expected) => {
    const text = await output(command);
    expect(text).not.toContain(secret);
    expect(text).toContain(expected);
  });

  it('holds in a folder below as well', async () => {
    for (const command of ['git diff HEAD', 'git log -p', 'git show HEAD~1', 'git grep S3CR3T', 'git stash show -p', 'git diff HEAD -- ..', 'grep -r S3CR3T .']) expect(await output(command, 'sub'), command).not.toContain(secret);
    expect(await output('git diff HEAD', 'sub')).toContain('plain staged');
  });

  it('shows the whole history, commits that changed nothing but a secret too', async () => {
    expect((await output('git log -p --format=%s')).match(/^(?:everything|only a secret|both|renamed)$/gm)).toEqual(['renamed', 'both', 'only a secret', 'everything']);
  });

  it('prints no content by the number of its object', async () => {
    expect(numbers.length).toBeGreaterThan(1);
    const [one = '', two = ''] = numbers;
    const tries = [one, one.slice(0, 8), `x-0-g${one}`, `${one}^{}`].flatMap((number) => [`git show ${number}`, `git show HEAD ${number}`, `git show ${number} --`, `git log -p ${number}`, `git diff ${number} HEAD:a.txt`, `git diff HEAD:a.txt..${number}`, `git diff ${number}..HEAD:a.txt`, `git diff HEAD:a.txt...${number}`, `git grep -e S3CR3T ${number}`]);
    for (const command of [...tries, `git diff ${one} ${two}`, `git diff ${one}..${two}`, `git stash show -p ${one}`]) {
      const text = await output(command).catch((error: unknown) => String(error));
      expect(text, command).not.toContain(secret);
    }
  });

  it.each(['git show HEAD:.env', 'git show HEAD:sub/.ENV', 'git show :.env', 'git diff HEAD -- .env', 'git log -p --follow sub/notes.txt', 'git log --follow -p', 'git blame .env', 'git stash show -p --include-untracked', 'git stash list -p', 'git status -v', 'git grep S3CR3T HEAD:.aws', "git diff ':(top).env'", "git diff -- ':(icase).env'", "git diff -- ':/.env'"])(
    'refuses %s',
    async (command) => {
      expect((await guard.judge({ command }, { trusted: true })).decision.verdict).toBe('deny');
    },
  );

  it('says so in the approval', async () => {
    for (const command of ['git diff', 'git log -p', 'git show', 'git grep x', 'git stash show -p', 'rg x', 'grep -r x .']) {
      expect((await guard.judge({ command }, { trusted: true })).decision.warnings?.join(' '), command).toContain('list of secrets');
    }
    expect((await guard.judge({ command: 'git diff a.txt' }, { trusted: true })).decision.warnings).toBeUndefined();
  });

  it('shows a file that asks when it is named, after a warning', async () => {
    expect((await guard.judge({ command: 'git diff .npmrc' }, { trusted: true })).decision.warnings?.join(' ')).toContain('token');
    expect(await output('git diff HEAD -- .npmrc')).toContain(secret);
    expect(await output('git diff HEAD')).not.toContain('.npmrc');
  });
});
