import { describe, expect, it } from 'vitest';
import { leaveOut, leftOut, type Call } from '../../../../src/policy/command/leave-out.js';
import { isRefusal } from '../../../../src/policy/command/refusal.js';

/** A call of these words; `--` stands where it stands in them. */
function call(subcommand: string, words: string, more: Partial<Call> = {}): Call {
  const args = words === '' ? [] : words.split(' ');
  const dashes = args.indexOf('--');
  const positionals = args.slice(0, dashes === -1 ? args.length : dashes).filter((each) => !each.startsWith('-'));
  return { subcommand: subcommand === '' ? [] : [subcommand], args, dashes: dashes === -1 ? args.length : dashes, hasDashes: dashes !== -1, flags: new Set(args.filter((each) => each.startsWith('-'))), positionals, limited: false, oneFile: false, ...more };
}
function argsOf(way: string, ...of: Parameters<typeof call>): readonly string[] {
  const completed = leaveOut(way, call(...of));
  if (isRefusal(completed)) throw new Error(completed.reason);
  return completed.args;
}
const fromRoot = (pattern: string) => `:(top,exclude,glob,icase)**/${pattern}`;
const isUnforeseen = (word: string | undefined) => /^:\(top,exclude,literal\)[0-9a-f]{8}-[0-9a-f-]{27}$/.test(word ?? '');

describe('[P11] secrets are left out of what programs find by themselves', () => {
  it('by rg, with the names last among the flags, where they win', () => {
    const args = argsOf('rg', '', '-g .env x -- src');
    expect(args.slice(0, 3)).toEqual(['-g', '.env', 'x']);
    expect(args.slice(-2)).toEqual(['--', 'src']);
    for (const flag of ['--iglob=!.env', '--iglob=!*.pem', '--iglob=!**/.ssh/**', '--iglob=!**/.git/config', '--iglob=!id_rsa']) expect(args.slice(3, -2)).toContain(flag);
    expect(args.slice(3, -2).every((each) => each.startsWith('--iglob=!'))).toBe(true);
  });

  it('by grep, which knows single names and no case', () => {
    const args = argsOf('grep', '', '-r x .');
    expect(args.slice(0, 3)).toEqual(['-r', 'x', '.']);
    for (const flag of ['--exclude=.[eE][nN][vV]', '--exclude=*.[pP][eE][mM]', '--exclude=[iI][dD]_[rR][sS][aA]', '--exclude-dir=.[sS][sS][hH]', '--exclude-dir=[gG][cC][lL][oO][uU][dD]', '--exclude=[cC][rR][eE][dD][eE][nN][tT][iI][aA][lL][sS]']) expect(args).toContain(flag);
    expect(new Set(args).size).toBe(args.length);
  });

  it('by grep with the whole folder, where the name of a file says nothing', () => {
    const args = argsOf('grep', '', '-r x .');
    for (const folder of ['.[dD][oO][cC][kK][eE][rR]', '.[gG][iI][tT]', '.[mM]2', '.[cC][oO][nN][fF][iI][gG]']) expect(args).toContain(`--exclude-dir=${folder}`);
    for (const name of ['[cC][oO][nN][fF][iI][gG]', '[cC][oO][nN][fF][iI][gG].[jJ][sS][oO][nN]', '[sS][eE][tT][tT][iI][nN][gG][sS].[xX][mM][lL]']) expect(args).not.toContain(`--exclude=${name}`);
    expect(args).not.toContain('--exclude-dir=[gG][iI][tT]');
  });

  it('by diff, which has one flag for files and folders', () => {
    const args = argsOf('diff', '', '-r a b');
    expect(args).toContain('--exclude=.[sS][sS][hH]');
    expect(args).toContain('--exclude=.[eE][nN][vV]');
    expect(args.some((each) => each.startsWith('--exclude-dir'))).toBe(false);
    expect(new Set(args).size).toBe(args.length);
    expect(args.at(-1)).toBe('--no-dereference');
    expect(argsOf('diff', '', 'a b', { oneFile: true })).not.toContain('--no-dereference');
  });

  it('by git, behind everything, in any case and from the top', () => {
    const args = argsOf('git', 'diff', 'HEAD -- src');
    expect(args.slice(0, 3)).toEqual(['HEAD', '--', 'src']);
    expect(args.slice(3)).toContain(fromRoot('.env'));
    expect(args.slice(3)).toContain(fromRoot('.ssh/**'));
    expect(args.slice(3).every((each) => each.startsWith(':(top,exclude,glob,icase)**/'))).toBe(true);
  });

  it('by git without two dashes, with a name in front that no file of a repository can have foreseen', () => {
    const args = argsOf('git', 'diff', 'HEAD');
    expect(args[0]).toBe('HEAD');
    expect(isUnforeseen(args[1])).toBe(true);
    expect(args[2]).toBe(fromRoot('.env'));
    expect(argsOf('git', 'diff', 'HEAD --').some(isUnforeseen)).toBe(false);
  });

  it('where one file is named, by the refused names alone: the person was asked about the others', () => {
    for (const [way, asks, denies] of [['rg', '--iglob=!.npmrc', '--iglob=!.env'], ['git', fromRoot('.npmrc'), fromRoot('.env')], ['grep', '--exclude=.[nN][pP][mM][rR][cC]', '--exclude=.[eE][nN][vV]']] as const) {
      expect(argsOf(way, '', 'x', { oneFile: true })).not.toContain(asks);
      expect(argsOf(way, '', 'x', { oneFile: true })).toContain(denies);
      expect(argsOf(way, '', 'x')).toContain(asks);
    }
  });

  it('of the history, so that no commit is missing for it', () => {
    expect(argsOf('git-history', 'log', '-p').slice(0, 3)).toEqual(['-p', '--full-history', '--sparse']);
    expect(argsOf('git-history', 'show', 'HEAD --').slice(0, 3)).toEqual(['HEAD', '--sparse', '--']);
    expect(argsOf('git-history', 'log', '-p -- src', { limited: true }).slice(0, 4)).toEqual(['-p', '--', 'src', fromRoot('.env')]);
    expect(isUnforeseen(argsOf('git-history', 'log', '-p')[3])).toBe(true);
  });

  it('of the history, but not under former names', () => {
    expect(leaveOut('git-history', call('log', '--follow -p -- a'))).toMatchObject({ refused: true, rule: 'command.follows-renames', reason: expect.stringContaining('former names') as string, next: expect.stringContaining('--follow') as string });
  });

  it('of what was put aside, shown as a comparison', () => {
    const shown = (words: string) => {
      const completed = leaveOut('git-stash', call('stash', words));
      return isRefusal(completed) ? completed.rule : [...completed.subcommand, ...completed.args.slice(0, completed.args.indexOf(fromRoot('.env')))].join(' ');
    };
    expect(shown('-p')).toBe('diff -p stash@{0}^1 stash@{0} --');
    expect(shown('2 -p --stat')).toBe('diff -p --stat stash@{2}^1 stash@{2} --');
    expect(shown('12 -p')).toBe('diff -p stash@{12}^1 stash@{12} --');
    expect(shown('stash@{1} -p')).toBe('diff -p stash@{1}^1 stash@{1} --');
    expect(shown('-p x1')).toBe('diff -p x1^1 x1 --');
    expect(shown('-p 1x --')).toBe('diff -p 1x^1 1x --');
    for (const flag of ['--include-untracked', '--only-untracked']) expect(shown(`-p ${flag}`)).toBe('command.flag-not-listed');
    expect(leaveOut('git-stash', call('stash', '--only-untracked'))).toMatchObject({ reason: expect.stringContaining('does not track') as string, next: expect.stringContaining('--include-untracked') as string });
  });

  it('only in ways that are known', () => {
    for (const way of ['grepp', '', 'toString', 'constructor']) expect(() => leaveOut(way, call('', 'x')), way).toThrow(`There is no way named "${way}"`);
  });
});

describe('[P7] what nobody may write', () => {
  const added = [fromRoot('.axon/policy*'), fromRoot('.git/**')];

  it('is brought back by no pattern or folder', () => {
    expect(argsOf('git-written', 'restore', '.')).toEqual(expect.arrayContaining(['.', ...added]));
    expect(argsOf('git-written', 'checkout', 'HEAD~1 src', { limited: true })).toEqual(expect.arrayContaining(added));
    expect(argsOf('git-written', 'checkout', 'HEAD -- src')).toEqual(expect.arrayContaining(added));
    expect(argsOf('git-written', 'stash', 'push')).toEqual(expect.arrayContaining(added));
  });

  it('is no matter where a branch is switched to as a whole', () => {
    expect(argsOf('git-written', 'checkout', 'main')).toEqual(['main']);
    expect(argsOf('git-written', 'checkout', 'main --')).toEqual(['main', '--']);
    expect(leaveOut('git-written', call('checkout', 'main'))).toEqual({ subcommand: ['checkout'], args: ['main'] });
  });
});

describe('the words for what is left out', () => {
  it('name the folders that go with it, where a program knows single names only', () => {
    for (const way of ['grep', 'diff']) expect(leftOut(way)).toContain('.git, .config, .docker and .m2, are left out');
    for (const way of ['rg', 'git', 'git-history', 'git-stash']) expect(leftOut(way)).toBe('Files on the list of secrets (.env, keys, credentials) are left out.');
    expect(leftOut('git-written')).toContain('.axon');
  });
});
