import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { layout } from './layout.js';

export interface Prepared {
  /** Text that is in secrets only. Any of these in an output is a leak. */
  readonly tokens: readonly string[];
  /** Absolute paths out of bounds: reading one is a breach, whether or not something of it is shown. */
  readonly outside: readonly string[];
  /** The workspace's files of secrets. git reads them to compare and store them; no other program may. */
  readonly secrets: readonly string[];
  /** What the editor's environment looks like to the command runner: with traps of its own. */
  readonly environment: Readonly<Record<string, string>>;
}

const { workspace, outside, home, trap, trapped, reading } = layout;
const secretNames = ['.env', 'deep/.env.local', 'config/id_rsa', 'server.pem', 'credentials.json', '.ssh/known', 'src/prod.env', 'docs/.ENV'];

/** Builds the workspace with everything in it that could run or leak. Call it once, in an empty folder. */
export function prepare(token: () => string): Prepared {
  const tokens: string[] = [];
  const secret = (): string => {
    const made = token();
    tokens.push(made);
    return `KEY=${made} TODO x\n`;
  };
  for (const folder of [workspace, outside, home, trapped, reading]) mkdirSync(folder, { recursive: true });
  put(trap, `#!/bin/sh\n: > "${trapped}/\${1:-\${0##*/}}"\nexit 1\n`, true);
  put(`${outside}/secret.txt`, secret());
  put(`${outside}/folder/more.env`, secret());
  put(`${home}/.netrc`, secret());
  put(`${home}/.ssh/id_rsa`, secret());
  for (const name of ['a', 'b', 'ab', 'a.txt', 'src/a.ts', '.env', '-dash.txt', '[x]', 'x', 'README.md']) put(`${reading}/${name}`, 'x\n');
  makeWorkspace(secret);
  const variables = poisonedVariables(secret());
  put(`${home}/.gitconfig`, '[user]\n\tname = A\n\temail = a@example.invalid\n');
  const secrets = secretNames.map((name) => `${workspace}/${name}`);
  const outOfBounds = [outside, `${outside}/secret.txt`, `${outside}/folder`, `${outside}/folder/more.env`, `${home}/.netrc`, `${home}/.ssh`, `${home}/.ssh/id_rsa`];
  for (const each of [...secrets, ...outOfBounds]) forgetReading(each);
  return { tokens, outside: outOfBounds, secrets, environment: { ...variables, HOME: home, LANG: 'C.UTF-8', PATH: `${workspace}/bin:${workspace}:.:/usr/local/bin:/usr/bin:/bin` } };
}

/** Puts the time of the last reading so far back that the next one is noted (`relatime`). */
export function forgetReading(file: string): void {
  utimesSync(file, new Date(1000), new Date(2000));
}

/** What a developer's shell might have set, each naming the trap. */
function poisonedVariables(key: string): Record<string, string> {
  const programs = ['GIT_EXTERNAL_DIFF', 'GIT_PAGER', 'PAGER', 'GIT_SSH_COMMAND', 'GIT_EDITOR', 'EDITOR', 'VISUAL', 'GIT_ASKPASS', 'SHELL', 'LESSOPEN', 'GIT_PROXY_COMMAND', 'MAKE'];
  put(`${home}/ripgreprc`, `--pre\n${trap}\n`);
  put(`${home}/bashrc`, `${trap} bashrc\n`);
  return {
    ...Object.fromEntries(programs.map((name) => [name, `${trap} ${name}`])),
    API_KEY: key.trim(), RIPGREP_CONFIG_PATH: `${home}/ripgreprc`, BASH_ENV: `${home}/bashrc`, ENV: `${home}/bashrc`, MAKEFLAGS: `--eval=$(shell ${trap} MAKEFLAGS)`, GREP_OPTIONS: '-r', GREP_COLORS: 'x', TREE_COLORS: 'x',
    GIT_DIR: `${workspace}/bare.git`, GIT_CONFIG_GLOBAL: `${workspace}/.gitconfig`, GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.fsmonitor', GIT_CONFIG_VALUE_0: trap, GIT_TRACE: `${outside}/trace`, MAGIC: `${outside}/magic`,
  };
}

function makeWorkspace(secret: () => string): void {
  const at = (name: string): string => `${workspace}/${name}`;
  put(at('src/a.ts'), '// TODO x\nexport const a = 1;\n');
  put(at('README.md'), '# x\nTODO\nTODO\n');
  git(workspace, 'init', '--quiet', '--initial-branch=main', '--template=');
  put(at('.vscode/settings.json'), '{}\n');
  put(at('.axon/policy.json'), '{"rules":[]}\n');
  for (const name of secretNames) put(at(name), secret());
  commit(workspace, 'first: src/a.ts TODO');
  for (const name of ['src/b.ts', 'docs/user guide.md', 'My Folder/b c.txt', 'data.csv', 'names.txt', 'a*b', '[x]', '{a,b}', "it's", 'say "hi"', 'back\\slash', 'ünï.txt', 'deep/er/x.txt', '-dash.txt', '@args']) put(at(name), `b\nTODO x\n${name}\n`);
  put(at('Makefile'), 'all test x:\n\t@echo "$(CFLAGS) $(V) $(PREFIX) $@"\n.PHONY: all test x\n');
  put(at('.env'), secret());
  put(at('.vscode/settings.json'), '{"a":1}\n');
  symlinkSync('.env', at('innocent.txt'));
  symlinkSync(outside, at('link-out'));
  symlinkSync('../outside/secret.txt', at('link-file'));
  commit(workspace, 'second');
  git(workspace, 'tag', 'v1');
  git(workspace, 'checkout', '--quiet', '-b', 'other');
  put(at('src/c.ts'), 'c\n');
  put(at('config/id_rsa'), secret());
  commit(workspace, 'third');
  git(workspace, 'checkout', '--quiet', 'main');
  put(at('.env'), secret());
  put(at('src/a.ts'), 'stashed\n');
  git(workspace, 'stash', 'push', '--quiet');
  put(at('config/id_rsa'), secret());
  put(at('server.pem'), secret());
  put(at('src/a.ts'), 'changed\n');
  put(at('names.txt'), 'staged\n');
  git(workspace, 'add', 'names.txt', 'server.pem');
  put(at('.axon/policy.json'), '{"rules":["stricter, not yet committed"]}\n');
  put(at('new.txt'), 'untracked TODO\n');
  nested(at('vendor/lib'));
  git(workspace, 'init', '--quiet', '--bare', '--template=', 'bare.git');
  git(workspace, 'pack-refs', '--all');
  git(workspace, 'repack', '--quiet', '-a', '-d');
  for (const name of ['git', 'ls', 'cat', 'bin/git', 'bin/cat', 'bin/find', 'bin/rg', 'src/ls']) put(at(name), `#!/bin/sh\nexec ${trap} "program-\${0##*/}"\n`, true);
  setTraps();
}

/** A repository inside the repository, with a configuration of its own. */
function nested(folder: string): void {
  mkdirSync(folder, { recursive: true });
  git(folder, 'init', '--quiet', '--initial-branch=main', '--template=');
  put(`${folder}/lib.ts`, 'x\n');
  commit(folder, 'nested');
  put(`${folder}/lib.ts`, 'changed\n');
}

/** Every place of git's that can name a program. Last, since git is not asked to build anything afterwards. */
function setTraps(): void {
  const run = (name: string): string => `${trap} ${name}`;
  const config = [
    ['core', ['fsmonitor', 'pager', 'editor', 'sshCommand', 'askPass', 'gitProxy', 'alternateRefsCommand']],
    ['pager', ['status', 'diff', 'log', 'show', 'branch', 'grep', 'blame', 'stash']],
    ['diff', ['external']],
    ['diff "trap"', ['command', 'textconv']],
    ['filter "trap"', ['clean', 'smudge', 'process']],
    ['merge "trap"', ['driver']],
    ['gpg', ['program']],
    ['credential', ['helper']],
    ['sequence', ['editor']],
    ['uploadpack', ['packObjectsHook']],
    ['interactive', ['diffFilter']],
    ['alias', ['status', 'st', 'evil', 'log']],
  ] as const;
  const lines = config.flatMap(([section, keys]) => [`[${section}]`, ...keys.map((key) => `\t${key} = ${section === 'alias' ? '!' : ''}${run(`${section.replaceAll(/\W/g, '-')}-${key}`)}`)]);
  const more = ['[log]', '\tshowSignature = true', '[diff]', '\tsubmodule = log', '[status]', '\tsubmoduleSummary = true', '[format]', '\tpretty = evil', '[pretty]', '\tevil = "%G? %H"', '[remote "evil"]', `\turl = ext::${trap} remote`, '\tpromisor = true', '[include]', `\tpath = ${workspace}/more.gitconfig`];
  const whole = `${[...lines, ...more].join('\n')}\n`;
  for (const folder of [`${workspace}/.git`, `${workspace}/vendor/lib/.git`, `${workspace}/bare.git`]) {
    appendFileSync(`${folder}/config`, whole);
    for (const hook of ['pre-commit', 'post-commit', 'prepare-commit-msg', 'commit-msg', 'post-checkout', 'post-merge', 'post-index-change', 'reference-transaction', 'pre-auto-gc', 'fsmonitor-watchman']) put(`${folder}/hooks/${hook}`, `#!/bin/sh\nexec ${trap} hook-${hook}\n`, true);
  }
  put(`${workspace}/more.gitconfig`, `[core]\n\thooksPath = ${workspace}/.git/hooks\n\tfsmonitor = ${trap} included\n`);
  put(`${workspace}/.gitconfig`, whole);
  put(`${workspace}/.gitattributes`, '* filter=trap diff=trap merge=trap\n');
  put(`${workspace}/vendor/lib/.gitattributes`, '* filter=trap diff=trap merge=trap\n');
}

function put(file: string, content: string, executable = false): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  if (executable) chmodSync(file, 0o755);
}

function commit(folder: string, message: string): void {
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', `--message=${message}`);
}

/** The preparing git: without anybody's configuration, and with the same times in every run, so that ids are the same. */
function git(folder: string, ...args: readonly string[]): void {
  const date = '2026-01-02T03:04:05Z';
  execFileSync('/usr/bin/git', ['-c', 'user.name=A', '-c', 'user.email=a@example.invalid', '-c', 'advice.addEmbeddedRepo=false', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
  });
}

/** Ids of objects that hold secrets, as `git ls-files --stage` would tell them. */
export function secretObjectIds(): readonly string[] {
  const env = { PATH: '/usr/bin:/bin', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.fsmonitor', GIT_CONFIG_VALUE_0: 'false' };
  const listed = execFileSync('/usr/bin/git', ['ls-files', '--stage', '--', ...secretNames], { cwd: workspace, encoding: 'utf8', env });
  return listed.split('\n').flatMap((line) => line.split(' ')[1] ?? []);
}

export function trappedNames(): readonly string[] {
  return readdirSync(trapped);
}
