import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Watch } from './behaviour.js';
import { layout } from './layout.js';
import type { Prepared } from './prepare.js';
import { differs, type Shells } from './shells.js';

const execute = promisify(execFile);

/** What a shell makes of each is known; `words` is what a careless guard would take it for. */
const misread: readonly { readonly command: string; readonly words: readonly string[] }[] = [
  { command: 'ls "a b"', words: ['ls', 'a', 'b'] },
  { command: 'ls *.txt', words: ['ls', '*.txt'] },
  { command: 'ls {a,b}', words: ['ls', '{a,b}'] },
  { command: 'ls ~', words: ['ls', '~'] },
  { command: 'ls; ls', words: ['ls'] },
  { command: `ls $(${layout.trap} control)`, words: ['ls'] },
  { command: 'ls\rx', words: ['ls', 'x'] },
  { command: 'ls no-such > x', words: ['ls', 'no-such', '>', 'x'] },
  { command: 'nothing a', words: ['nothing', 'a'] },
];

/** Done without the guard: each has to be noticed. */
const misdeeds: readonly { readonly file: string; readonly args: readonly string[]; readonly program: string; readonly changes: boolean; readonly noticed: RegExp }[] = [
  { file: '/bin/cat', args: ['.env'], program: 'cat', changes: false, noticed: /^it printed a secret/ },
  { file: '/bin/grep', args: ['-c', 'x', `${layout.outside}/secret.txt`], program: 'grep', changes: false, noticed: /^it read .*outside/ },
  { file: '/usr/bin/wc', args: ['-l', 'server.pem'], program: 'wc', changes: false, noticed: /^it read .*server\.pem/ },
  { file: '/bin/ls', args: ['link-out/'], program: 'ls', changes: false, noticed: /^it read .*outside/ },
  { file: '/usr/bin/git', args: ['status'], program: 'git', changes: false, noticed: /^it started/ },
  { file: '/usr/bin/git', args: ['-c', 'core.fsmonitor=false', 'diff'], program: 'git', changes: false, noticed: /^it started/ },
  { file: '/usr/bin/git', args: ['update-ref', 'refs/heads/control', 'HEAD'], program: 'git', changes: true, noticed: /^it started .*hook/ },
  { file: '/bin/touch', args: ['made'], program: 'touch', changes: false, noticed: /^it only reads, but: .*made/ },
  { file: '/bin/touch', args: [`${layout.home}/made`], program: 'touch', changes: true, noticed: /^it wrote outside/ },
  { file: '/bin/rm', args: ['.axon/policy.json'], program: 'rm', changes: true, noticed: /^it changed what is protected: .*policy/ },
  { file: '/bin/ls', args: ['src'], program: 'ls', changes: false, noticed: /^$/ },
];

/** Whether the checks catch what they are for. Throws when one of them doesn't: then nothing that they pass means anything. */
export async function checkTheChecks(shells: Shells, watch: Watch, prepared: Prepared): Promise<void> {
  for (const { command, words } of misread) {
    if (differs(await shells.read('bash', command, 'C.UTF-8'), words) === undefined) throw new Error(`A misreading went unnoticed: ${command}`);
  }
  watch.putBack(); // A shell has just sprung the trap.
  // Every sign that fits into a word comes back from both recorders as it went in.
  const all = Array.from({ length: 0x2fff }, (_, code) => String.fromCharCode(code + 1)).filter((sign) => sign !== "'").join('');
  for (const shell of ['bash', 'dash'] as const) {
    const difference = differs(await shells.read(shell, `ls '${all}' "" x`, 'C.UTF-8'), ['ls', all, '', 'x']);
    if (difference !== undefined) throw new Error(`${shell} doesn't report its words truly: ${difference.slice(0, 200)}`);
  }
  for (const { file, args, program, changes, noticed } of misdeeds) {
    const { breach = '' } = await watch.observe({ program, changes }, async () => {
      const options = { cwd: layout.workspace, env: { ...prepared.environment, PATH: '/usr/bin:/bin', GIT_DIR: `${layout.workspace}/.git`, GIT_WORK_TREE: layout.workspace, GIT_TRACE: '0' } };
      const { stdout } = await execute(file, args, options).catch((error: unknown) => ({ stdout: error instanceof Error && 'stdout' in error ? String(error.stdout) : '' }));
      return { ran: true, output: stdout };
    });
    if (!noticed.test(breach)) throw new Error(`${file} ${args.join(' ')} was judged wrongly: ${breach === '' ? 'nothing was noticed' : breach}`);
  }
}
