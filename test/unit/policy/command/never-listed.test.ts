import { describe, expect, it } from 'vitest';
import { refuseNeverListed } from '../../../../src/policy/command/never-listed.js';

const reasonOf = (command: string): string | undefined => refuseNeverListed(command === '' ? [] : command.split(' '))?.reason;
const refused = (command: string): boolean => reasonOf(command) !== undefined;

describe('[P12] what a person’s own list can never hold', () => {
  it('is a program in any case, with any ending of Windows, in any version', () => {
    for (const program of ['bash', 'BASH', 'Bash.exe', 'bash.COM', 'bash.cmd', 'bash.bat', 'bash.ps1', 'bash5', 'bash-5', 'bash5.2', 'bash-5.2.15', 'bash-5.2.exe', 'ld.so', 'bash55', 'bash5.22']) expect(refused(program), program).toBe(true);
    for (const program of ['bashful', 'xbash', 'bash.sh', 'bash-x', 'bash.exe.txt', 'bash5x', '5', 'a.exe', 'clang-format-18', 'tool.exe', 'a+b', 'a_b.c', '7z']) expect(refused(program), program).toBe(false);
    expect(refuseNeverListed(['bash', 'x'])).toEqual({ refused: true, rule: 'command.never-listed', reason: '"bash" is a shell or runs scripts as one, so any command at all could stand in its arguments; it can’t be put on the list.', next: 'Run it yourself in a terminal, or use code_execute.' });
  });

  it('is what is no bare name', () => {
    for (const program of ['./a', 'a/b', '/a', '', '.a', 'a.', 'a..b', '-a', 'a b', 'a\\b', 'C:a', 'ä', 'a$', '+a']) expect(refuseNeverListed([program]), program).toMatchObject({ reason: expect.stringContaining('is not the bare name of a program') as string, next: expect.stringContaining('without a folder') as string });
    expect(refused('')).toBe(true);
  });

  it('is git by another name, or with settings in front', () => {
    for (const program of ['GIT', 'git.exe', 'git2', 'Git-2.4']) expect(refuseNeverListed([program, 'status']), program).toMatchObject({ reason: expect.stringContaining('git by another name') as string, next: 'Write git, then the subcommand.' });
    for (const program of ['git-lfs', 'GIT-x', 'git-x.exe']) expect(reasonOf(program), program).toContain('git by another name');
    for (const word of ['-c', '-p', '--git-dir=x', '-C']) expect(refuseNeverListed(['git', word]), word).toMatchObject({ reason: `"git ${word}" would move git to other settings than those it is held to here; it can’t be put on the list.`, next: 'Start with the subcommand.' });
    for (const command of ['a/b', 'GIT x', 'git -c']) expect(refuseNeverListed(command.split(' '))?.rule, command).toBe('command.never-listed');
    for (const command of ['git', 'git status', 'git status -s', 'gitleaks -c', 'legit x']) expect(refused(command), command).toBe(false);
  });

  it('is a subcommand where it stands first, and only there', () => {
    expect(reasonOf('git push x')).toBe('"git push" reaches servers or starts programs of its own, and git runs without both here; it can’t be put on the list.');
    expect(refused('git config x')).toBe(true);
    for (const command of ['git log push', 'git status config', 'git pushx']) expect(refused(command), command).toBe(false);
  });

  it('is a flag anywhere, in a cluster, with its value, or cut short', () => {
    for (const command of ['git grep -O x', 'git grep -Osh x', 'git grep -nO x', 'git diff --ext-diff', 'git diff --ext', 'git log --textc', 'git rebase', 'git x --exec=id', 'git x --ex', 'fd a -Hx id', 'fd --exec', 'fd --ex', 'find . -execdir id', 'find . -okdir id', 'deno a eval']) expect(refused(command), command).toBe(true);
    for (const command of ['git diff --stat', 'git log -o x', 'git log --o', 'git x --', 'git x --e', 'fd -H x', 'fd --x', 'find . -name exec', 'deno lint', 'deno evaluate', 'find -type O']) expect(refused(command), command).toBe(false);
    expect(reasonOf('fd a -Hx id')).toContain('"fd -Hx" would start');
  });

  it('is code in the arguments of an interpreter, in front of its script', () => {
    for (const command of ['python3 -c x', 'python -Ic x', 'python3.12 -W ignore -c x', 'node -e x', 'node --eval=x', 'node --no-warnings -p x', 'ruby -ne x', 'php8.3 -r x', 'Rscript -e x', 'node -r x -e y']) expect(refused(command), command).toBe(true);
    for (const command of ['python3 x.py -c y', 'node x.js -e prod', 'node -r x y.js -e z', 'php x -r', 'python3']) expect(refused(command), command).toBe(false);
    // The word behind a flag may be the flag's value.
    for (const command of ['node --test x.js -p', 'python3 -m pytest -c']) expect(refused(command), command).toBe(true);
  });

  it('shows a long word cut short', () => {
    expect(reasonOf(`./${'a'.repeat(100)}`)).toContain(`"./${'a'.repeat(77)}…"`);
    expect(reasonOf(`git -${'a'.repeat(100)}`)).toContain(`"git -${'a'.repeat(78)}…"`);
  });
});
