import { describe, expect, it } from 'vitest';
import { testGuard, trusted } from './command-fakes.js';

const guard = testGuard();

async function verdictOf(command: string): Promise<string> {
  return (await guard.judge({ command }, trusted)).decision.verdict;
}

describe('[P12] flags and words in disguise', () => {
  it.each([
    // Long flags cut short, which the programs would take for the whole.
    'grep --dereference-rec x .', 'git diff --outp=f', 'git diff --no-ind a b', 'sort --out=f in', 'sort --compress-prog=sh in', 'wc --files0=l', 'git commit --no-verif -m x', 'git grep --open=./e x', 'rg --pr=./e x', 'tail --fol a', 'diff --to-f=x a', 'git log --ext-d', 'date --se=x', 'cargo test --conf x',
    // Values in the same word, in the next word, in a cluster.
    'git grep -nO./e x', 'git grep -inOsh x', 'sort -ro out in', 'tail -5f a', 'grep -rR x .', 'grep -rD read x', 'ls -lL', 'rg -nz x', 'rg -nuuu x', 'git commit -anm x', 'git commit -aFfile', 'diff -rl a b', 'file -bm x a', 'file -bf x', 'make -kf evil.mk', 'make -kC ..', 'make -nIx', 'pytest -qp evil', 'pytest -xc evil.ini', 'tree -ao f', 'tree -aH . src', 'find . -name x -fls out', 'go build -o=../x ./a', 'go test -c=1', 'npm test --prefix=..', 'npm run build -w ../x', 'cargo build -j4 --config=x', 'cargo build -p../x',
    // Around `--`.
    'grep -- -R x .. ', 'cat -- ../x', 'cat -- -', 'git diff -- ../x', 'git diff -- -- ../x', 'git log -- :/', 'git show -- /etc/passwd', 'git checkout -- ../x', 'uniq -- a b', 'ls -- /', 'npm test -- ../../x', 'cargo test -- --logfile=x', 'pytest -- ../x', 'find -- ..',
    // Response files and lists of files.
    'tsc @args', 'pytest @args', 'git add --pathspec-from-file=l', 'grep -f ../x y', 'rg -f../x y', 'rg --file=../x y', 'grep --exclude-from=../x y f', 'tsc --project @x/../../y', 'tsc src/@x @y',
    // Magic in paths of git.
    "git diff -- ':(top)x'", "git diff -- ':/x'", "git diff -- ':(exclude)../x'", "git diff -- ':!/etc'", "git diff -- ':!:(top)x'", "git diff -- ':(attr:x)y'", "git diff -- ':(literal)../x'", "git diff -- ':(prefix:0)x'", "git add -- ':(glob)../**'", "git grep x -- ':(icase).ENV'", "git log -- ':^../x'", 'git ls-files :(top)', "git restore ':/'", "git stash push -- ':/'", "git checkout -- ':(top)'",
    // Revisions that are more than one.
    'git show HEAD:/etc/passwd', 'git show :/x', 'git show HEAD:', "git show 'HEAD@{1:}'", "git show 'HEAD^{/a:b}'", "git log -p 'HEAD@{1:}'", 'git diff HEAD:a..b:c', 'git diff HEAD:src HEAD~1:src', 'git diff HEAD:a.txt', 'git grep x HEAD:src', 'git grep x HEAD:a.txt', 'git stash show -p HEAD:src', 'git diff HEAD:../x', 'git show HEAD:a/../../x', 'git log --branches=../x ../y', 'git show ^/etc/passwd', 'git diff ../x..HEAD', 'git diff HEAD.../etc/x', "git log '@{u}:../x'", 'git blame HEAD ../x',
    // Paths with signs inside.
    'make PREFIX=../x', 'make PREFIX=a/../../x', 'make O=/etc', 'make "CFLAGS=-I../x"', 'make "CFLAGS=-I/etc"', 'make ../x', 'make a/../../x', 'npm test -- --out=../x', 'npm test -- --out=/etc/x', 'npm test -- ~/x', 'cargo test --manifest-path=../Cargo.toml', 'go build ../...', 'go build /...', 'pytest tests/../../x::y', 'pytest --junitxml=../x', 'tsc --outDir=../x', 'tsc --outDir ..', 'grep x a/../../b', "find 'a/../..' -name x", "ls 'a//../../b'", 'which ../x', 'which a/b',
    // Names of programs and subcommands in disguise.
    'GIT status', 'git Status', 'git\u2060 status', 'gіt status', 'git.exe status', './ls', 'l\\s', "l's'", 'ls.exe', 'git -p log', 'git -C . status', 'git --git-dir=x status', 'git --no-pager --no-pager status', 'git --no-pager -c x=y log', 'git "--no-pager" status',
  ])('%s is refused', async (command) => {
    expect(await verdictOf(command)).toBe('deny');
  });

  it.each(['ls -- -la', 'grep -e -R f', "grep -e '--file=../x' f", "git commit -m '../x; rm -rf /'", "git commit -m '--no-verify'", "rg -e ':(top)' src", "git log --grep='../x'", "echo '-n' ../x", "git diff -- ':!dist'", "git diff -- ':(exclude)dist/*'", 'git diff main...HEAD', "git log '@{u}..HEAD'", 'npm test -- --grep "../x is refused"', "cargo test --features 'a b'"])(
    '%s means what it says',
    async (command) => {
      expect(await verdictOf(command)).toBe('ask');
    },
  );

  it('hands git the number of an object as a commit only', async () => {
    const args = async (command: string) => (await guard.judge({ command }, trusted)).plan?.args ?? [];
    expect(await args('git show deadbeef')).toContain('deadbeef^{commit}');
    expect(await args('git show deadbeef~2')).toContain('deadbeef^{commit}~2');
    expect(await args('git log ^deadbeef..v1-3-gcafe123^{}')).toContain('^deadbeef^{commit}..v1-3-gcafe123^{commit}^{}');
    expect(await args('git diff DEADBEEF...HEAD')).toContain('DEADBEEF^{commit}...HEAD');
    expect(await args('git show deadbeef:a.txt')).toContain('deadbeef:a.txt');
    expect(await args('git checkout deadbeef')).toContain('deadbeef');
    expect(await args('git show main')).toContain('main');
  });
});

describe('on another platform', () => {
  it.each(['npm', 'tsc'])('%s is a batch file on Windows, so that nothing reaches cmd.exe', async (program) => {
    const [windows, mac] = [testGuard('win32'), testGuard('darwin')];
    const say = program === 'npm' ? 'npm run' : 'tsc';
    for (const word of ['a&b', 'a|b', '%PATH%', 'a^b', 'a!b!', 'a"b', 'a<b', 'a>b', 'a\nb']) {
      const command = `${say} '${word}'`;
      expect((await windows.judge({ command }, trusted)).decision, command).toMatchObject({ verdict: 'deny' });
      if (program === 'npm') expect((await mac.judge({ command: `npm test -- '${word}'` }, trusted)).decision.verdict, command).toBe('ask');
    }
  });
});
