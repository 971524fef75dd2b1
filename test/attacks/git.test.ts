import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCommandGuard } from '../../src/policy/command/command-guard.js';
import { whitelist } from '../../src/policy/command/whitelist.js';
import { createPathGuard } from '../../src/policy/path/path-guard.js';
import { createCommands } from '../../src/workspace/create-commands.js';
import { makeFolders, type Folders } from './lib/folders.js';

const require = createRequire(import.meta.url);
const locateWasm = (name: string) => require.resolve(`${name.replace('.wasm', '')}/${name}`);

let folders: Folders;
let traps: string;
beforeEach(() => {
  folders = makeFolders();
  traps = path.join(folders.outside, 'sprung');
  writeFileSync(path.join(folders.outside, 'trap'), `#!/bin/sh\nmkdir -p ${traps}; touch "${traps}/$1"; cat 2>/dev/null\nexit 0\n`);
  chmodSync(path.join(folders.outside, 'trap'), 0o755);
  build();
});
afterEach(() => folders.dispose());

const place = (...names: readonly string[]) => path.join(folders.workspace, ...names);
const trap = (name: string) => `${folders.outside}/trap ${name}`;

/** Prepares, and shows that the traps are set: git without any hardening. */
function git(args: readonly string[], cwd = folders.workspace, hushed = true): string {
  const hush = hushed ? ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'commit.gpgSign=false', '-c', 'protocol.file.allow=always', ...['evil', 'lfs'].flatMap((name) => ['-c', `filter.${name}.clean=cat`, '-c', `filter.${name}.smudge=cat`, '-c', `filter.${name}.process=`])] : [];
  try {
    return execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.invalid', '-c', 'init.defaultBranch=main', ...hush, ...args], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_EDITOR: 'true' },
    });
  } catch (error) {
    if (hushed) throw error;
    return '';
  }
}

/** Everything that a repository's configuration can name as a program, and every way to bring that configuration in. */
function build(): void {
  write('a.txt', 'one\n');
  write('src/b.bin', 'two\n');
  git(['init', '-q', '--template=']);
  git(['add', '-A']);
  git(['commit', '-qm', 'first']);
  // A submodule with traps of its own, and a bare repository among the files.
  const inner = path.join(folders.outside, 'inner');
  mkdirSync(inner);
  writeFileSync(path.join(inner, 'in.txt'), 'in\n');
  git(['init', '-q', '--template='], inner);
  git(['add', '-A'], inner);
  git(['commit', '-qm', 'inner'], inner);
  git(['submodule', 'add', '-q', inner, 'sub']);
  git(['commit', '-qm', 'sub']);
  git(['clone', '-q', '--bare', '--template=', '.', 'bare']);
  writeFileSync(place('bare', 'config'), `[core]\n\tbare = true\n\tfsmonitor = ${trap('bare-fsmonitor')}\n\tpager = ${trap('bare-pager')}\n`);
  git(['branch', 'side']);
  write('a.txt', 'one\nmore\n');
  git(['commit', '-qam', 'second']);
  git(['checkout', '-q', 'side']);
  write('a.txt', 'one\nother\n');
  git(['commit', '-qam', 'third']);
  git(['checkout', '-q', 'main']);
  sign();
  write('.gitattributes', '* filter=evil diff=evil merge=evil\n*.bin filter=lfs diff=conv\n');
  write('a.txt', 'one\nmore\nput aside\n');
  git(['stash', 'push', '-q']);
  write('.gitattributes', '* filter=evil diff=evil merge=evil\n*.bin filter=lfs diff=conv\n');
  write('a.txt', 'one\nmore\nchanged\n');
  write('src/b.bin', 'two\nchanged\n');
  write('sub/in.txt', 'in\nchanged\n');
  write('sub/.gitattributes', '* filter=evil diff=evil\n');
  const config = `[core]
	fsmonitor = ${trap('fsmonitor')}
	pager = ${trap('pager')}
	editor = ${trap('editor')}
	askPass = ${trap('askpass')}
	sshCommand = ${trap('ssh')}
	gitProxy = ${trap('proxy')}
	alternateRefsCommand = ${trap('alternate-refs')}
	hooksPath = ${folders.workspace}/hooks
[pager]
${['status', 'diff', 'log', 'show', 'branch', 'grep', 'blame', 'stash'].map((name) => `\t${name} = ${trap(`pager-${name}`)}\n`).join('')}[sequence]
	editor = ${trap('sequence-editor')}
[diff]
	external = ${trap('external-diff')}
	submodule = diff
	ignoreSubmodules = none
[diff "evil"]
	command = ${trap('diff-command')}
	textconv = ${trap('textconv')}
	cachetextconv = true
[diff "conv"]
	textconv = ${trap('textconv-bin')}
[filter "evil"]
	clean = ${trap('clean')}
	smudge = ${trap('smudge')}
	required = true
[filter "lfs"]
	process = ${trap('process')}
	required = true
[merge]
	verifySignatures = true
[merge "evil"]
	driver = ${trap('merge-driver')}
[commit]
	gpgSign = true
	verbose = true
[tag]
	gpgSign = true
[log]
	showSignature = true
[gpg]
	program = ${trap('gpg')}
[gpg "ssh"]
	program = ${trap('gpg-ssh')}
	defaultKeyCommand = ${trap('gpg-key')}
[credential]
	helper = !${trap('credential')}
[alias]
	status = !${trap('alias')}
	lg = !${trap('alias-lg')}
	diff = !${trap('alias-diff')}
[status]
	submoduleSummary = true
[submodule]
	recurse = true
[submodule "sub"]
	ignore = none
	update = !${trap('submodule-update')}
[stash]
	showPatch = true
[uploadpack]
	packObjectsHook = ${trap('pack-objects')}
[remote "origin"]
	url = ext::${trap('remote-ext')}
	uploadpack = ${trap('uploadpack')}
	promisor = true
	partialclonefilter = blob:none
[interactive]
	diffFilter = ${trap('diff-filter')}
[gc]
	auto = 1
[trailer "x"]
	command = ${trap('trailer')}
[include]
	path = included
[includeIf "gitdir:**"]
	path = included-if
`;
  writeFileSync(place('.git', 'config'), `${git(['config', '--list', '--local']).includes('bare=true') ? '' : '[core]\n\trepositoryformatversion = 0\n\tbare = false\n'}${config}`);
  write('.git/included', `[core]\n\tfsmonitor = ${trap('included-fsmonitor')}\n[filter "evil"]\n\tclean = ${trap('included-clean')}\n`);
  write('.git/included-if', `[filter "evil"]\n\tsmudge = ${trap('included-smudge')}\n[diff "evil"]\n\ttextconv = ${trap('included-textconv')}\n`);
  writeFileSync(path.join(place('.git', 'modules', 'sub'), 'config'), `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = ../../../sub\n\tfsmonitor = ${trap('sub-fsmonitor')}\n[filter "evil"]\n\tclean = ${trap('sub-clean')}\n\tsmudge = ${trap('sub-smudge')}\n[diff "evil"]\n\ttextconv = ${trap('sub-textconv')}\n`);
  const hooks = ['applypatch-msg', 'pre-applypatch', 'post-applypatch', 'pre-commit', 'pre-merge-commit', 'prepare-commit-msg', 'commit-msg', 'post-commit', 'pre-rebase', 'post-checkout', 'post-merge', 'pre-push', 'pre-auto-gc', 'post-rewrite', 'reference-transaction', 'post-index-change', 'fsmonitor-watchman', 'sendemail-validate'];
  for (const folder of ['hooks', '.git/hooks', '.git/modules/sub/hooks', 'bare/hooks']) for (const hook of hooks) script(`${folder}/${hook}`, `hook-${hook}`);
}

function write(name: string, content: string): void {
  mkdirSync(path.dirname(place(name)), { recursive: true });
  writeFileSync(place(name), content);
}

function script(name: string, springs: string): void {
  write(name, `#!/bin/sh\nexec ${trap(springs)}\n`);
  chmodSync(place(name), 0o755);
}

/** A made-up signature on the last commit: enough for git to start its signature program. */
function sign(): void {
  const commit = git(['cat-file', 'commit', 'HEAD']);
  write('.git/signed', commit.replace('\n\n', '\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n iQEzBAABCAAdFiEE\n -----END PGP SIGNATURE-----\n\n'));
  git(['update-ref', 'HEAD', git(['hash-object', '-t', 'commit', '-w', '.git/signed']).trim()]);
}

function sprung(): readonly string[] {
  try {
    return readdirSync(traps).sort();
  } catch {
    // No trap has been sprung yet, so there is no folder.
    return [];
  }
}

function commandsHere() {
  const roots = { folders: () => [{ name: 'workspace', path: folders.workspace }], writable: () => [folders.workspace] };
  const allowed = [['git', 'lg'], ['git', 'merge', 'side'], ['git', 'whatchanged', '-p', '-1'], ['git', 'cherry-pick', 'side'], ['git', 'format-patch', '-1', '--stdout'], ['git', 'tag', '-a', 'v9', '-m', 'x'], ['git', 'gc', '--auto']];
  const userEntries = () => allowed.map((words) => ({ words, match: [words.join(' ')], notMatch: [`${words.join(' ')} --x`] }));
  const guard = createCommandGuard({ paths: createPathGuard({ roots }), locateWasm, userEntries });
  const environment = { PATH: process.env['PATH'], HOME: folders.outside };
  return { guard, commands: createCommands({ guard, roots, trusted: () => true, environment }), extra: allowed.map((words) => words.join(' ')) };
}

describe('[P12] git in a repository full of traps', () => {
  it('springs them when nobody hardens it', { timeout: 120_000 }, () => {
    for (const args of [['status', '-v'], ['diff'], ['diff', '--no-ext-diff'], ['log', '-p', '-1'], ['show'], ['add', '-A'], ['lg'], ['commit', '-m', 'x'], ['checkout', 'side'], ['fetch'], ['grep', '--textconv', 'x']]) git(args, folders.workspace, false);
    expect(sprung()).toEqual(expect.arrayContaining(['alias-lg', 'hook-pre-commit', 'included-clean', 'included-fsmonitor', 'included-smudge', 'included-textconv', 'process', 'sub-fsmonitor', 'textconv-bin']));
  });

  it('springs none, whichever listed command runs, in whichever folder', { timeout: 300_000 }, async () => {
    const { guard, commands, extra } = commandsHere();
    const listed = whitelist.filter((entry) => entry.words[0] === 'git').flatMap((entry) => entry.match);
    const more = ['git diff -p', 'git diff HEAD', 'git diff --cached', 'git log -p', 'git log --stat -3', 'git show -p', 'git show HEAD', 'git grep -n o', 'git blame a.txt', 'git stash show -p', 'git stash show', 'git add -A', 'git add -u', 'git add sub', 'git commit --dry-run', 'git commit -am x', 'git checkout side', 'git switch main', 'git restore a.txt', 'git stash push -m x', 'git stash pop', 'git branch -vv', 'git ls-files -m -o', 'git status --ignored'];
    const few = ['git status', 'git diff HEAD', 'git log -p -2', 'git show', 'git add -A', 'git commit --dry-run', 'git stash show -p'];
    for (const cwd of ['.', 'sub', 'bare', 'src']) {
      for (const command of cwd === '.' ? [...more, ...listed, ...extra] : few) {
        const { decision } = await guard.judge({ command, cwd }, { trusted: true });
        if (cwd === '.') expect(decision, command).toMatchObject({ verdict: 'ask' });
        if (decision.verdict !== 'ask') continue;
        await commands.run(command, { cwd, signal: AbortSignal.timeout(30_000) }).catch(() => undefined);
        expect(sprung(), `${command} in ${cwd}`).toEqual([]);
        rmSync(place('.git', 'index.lock'), { force: true });
      }
    }
  });
});
