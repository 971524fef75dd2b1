import { describe, expect, it } from 'vitest';
import { testGuard, trusted } from './command-fakes.js';

const guard = testGuard();

describe('the command guard', () => {
  it('asks for a listed command, with its risk and a grant for exactly these words', async () => {
    expect(await guard.decide({ kind: 'command', command: 'git   status "-s"' }, trusted)).toEqual({
      verdict: 'ask',
      risk: 'medium',
      rule: 'command.asks',
      reason: 'git status shows what has changed.',
      grant: { key: 'command:["git","status","-s"]', label: 'Run exactly "git status -s"' },
    });
  });

  it('grants another folder separately', async () => {
    const { grant } = await guard.decide({ kind: 'command', command: 'npm test', cwd: 'packages/a' }, trusted);
    expect(grant).toEqual({ key: 'command:["npm","test"]@/w/packages/a', label: 'Run exactly "npm test" in packages/a' });
  });

  it("warns that a build runs the workspace's own code, with high risk", async () => {
    const decision = await guard.decide({ kind: 'command', command: 'npm test' }, trusted);
    expect(decision).toMatchObject({ verdict: 'ask', risk: 'high', rule: 'command.runs-code-asks', warnings: ['npm runs the workspace’s own scripts.'] });
  });

  it('takes over what the path guard asks about', async () => {
    const decision = await guard.decide({ kind: 'command', command: 'go build -o package.json ./a' }, trusted);
    expect(decision).toMatchObject({ verdict: 'ask', risk: 'high' });
    expect(decision.warnings).toContain('package.json runs code.');
  });

  it('runs nothing in an untrusted workspace', async () => {
    const decision = await guard.decide({ kind: 'command', command: 'ls' }, { ...trusted, trusted: false });
    expect(decision).toMatchObject({ verdict: 'deny', rule: 'trust.no-execution' });
  });

  it('refuses a folder outside of the workspace', async () => {
    expect(await guard.decide({ kind: 'command', command: 'ls', cwd: '../x' }, trusted)).toMatchObject({ verdict: 'deny', rule: 'path.outside-workspace' });
  });

  it.each([
    ['rm -rf x', 'command.not-listed', /Use one of: ls/],
    ['git push', 'command.not-listed', /git status/],
    ['"git" status', 'command.not-listed', /plainly/],
    ['git "status"', 'command.not-listed', /plainly/],
    ['ls --dereference', 'command.flag-not-listed', /--all/],
    ['uniq in out', 'command.argument-not-listed', /Leave it out/],
    ['cat', 'command.argument-missing', /Name a file/],
    ['git commit', 'command.flag-missing', /-m/],
    ['head -n', 'command.flag-incomplete', /value/],
  ])('names the rule and what to do for %j', async (command, rule, next) => {
    const decision = await guard.decide({ kind: 'command', command }, trusted);
    expect(decision).toMatchObject({ verdict: 'deny', rule });
    expect(decision.next).toMatch(next);
  });

  it('shows invisible characters that are let through in quotes', async () => {
    const decision = await guard.decide({ kind: 'command', command: 'echo "a\u200db"' }, trusted);
    expect(decision.warnings?.[0]).toContain('invisible');
    expect(decision.grant?.label).toContain('a\\u200db');
  });

  it('keeps what is written in a refusal from hiding anything', async () => {
    const { reason } = await guard.decide({ kind: 'command', command: '"x\u200by" a' }, trusted);
    expect(reason).toContain('x\\u200by');
  });

  it('switches off programs that a repository could name, in front of the words of the command', async () => {
    const { plan } = await guard.judge({ command: 'git diff HEAD' }, trusted);
    expect(plan).toMatchObject({ program: 'git', subcommand: ['diff'], folder: '/w' });
    expect(plan?.args.slice(0, 5)).toEqual(['--no-ext-diff', '--no-textconv', '--submodule=short', '--ignore-submodules=dirty', 'HEAD']);
  });

  it('[P11] leaves secrets out of a comparison of folders', async () => {
    for (const command of ['diff -r -N . src', 'diff . src']) {
      const { plan } = await guard.judge({ command }, trusted);
      expect(plan?.args).toContain('--exclude=.[eE][nN][vV]');
      expect(plan?.args).toContain('--exclude=.[sS][sS][hH]');
    }
    expect((await guard.judge({ command: 'diff -r . src' }, trusted)).decision.warnings?.join()).toContain('secrets');
  });

  it('leaves secrets out of recursive searches, behind every flag of the command', async () => {
    const { plan } = await guard.judge({ command: "rg -g '.env' TOKEN -- src" }, trusted);
    const args = plan?.args ?? [];
    expect(args.indexOf('--iglob=!.env')).toBeGreaterThan(args.indexOf('.env'));
    expect(args.indexOf('--iglob=!.env')).toBeLessThan(args.indexOf('--'));
    expect((await guard.judge({ command: 'grep -r x .' }, trusted)).plan?.args).toContain('--exclude=.[eE][nN][vV]');
    expect((await guard.judge({ command: 'grep x f' }, trusted)).plan?.args).toEqual(['x', 'f']);
  });

  it('refuses on Windows what cmd.exe would act on, for programs that are batch files', async () => {
    const windows = testGuard('win32');
    for (const command of ['npm run build "&calc.exe"', 'npm test "%COMSPEC%"', 'npm run x "a^"', 'tsc "a.ts&calc.exe"']) {
      expect(await windows.decide({ kind: 'command', command }, trusted)).toMatchObject({ verdict: 'deny', rule: 'command.batch-file' });
    }
    expect(await windows.decide({ kind: 'command', command: 'echo "a & b"' }, trusted)).toMatchObject({ verdict: 'ask' });
  });

  it('answers fast for long words made to send a pattern back and forth', async () => {
    await guard.parse('ls');
    const long = [
      `echo ${'{'.repeat(4_900)}${','.repeat(4_900)}`,
      `git show HEAD${'~1^'.repeat(3_000)}!`,
      `git show a${'@{x}'.repeat(2_400)}!`,
      `git log "--format=${'%'.repeat(9_900)}"`,
      `pytest -k "${'a '.repeat(4_900)}'"`,
      `npm test -- ${'-a'.repeat(4_500)}`,
      `make ${'a='.repeat(4_000)}`,
      `ls ${'a '.repeat(4_900)}`,
    ];
    const started = performance.now();
    for (const command of long) await guard.decide({ kind: 'command', command }, trusted);
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});
