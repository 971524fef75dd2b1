import bashGrammar from 'tree-sitter-bash/tree-sitter-bash.wasm';
import sitter from 'web-tree-sitter/web-tree-sitter.wasm';
import { writeFileSync } from 'node:fs';
import { createCommandGuard } from '../../src/policy/command/command-guard.js';
import { programs } from '../../src/policy/command/whitelist.js';
import { createPathGuard } from '../../src/policy/path/path-guard.js';
import { createCommands } from '../../src/workspace/create-commands.js';
import { Watch } from './behaviour.js';
import { checkTheChecks } from './controls.js';
import found from './found.jsonl';
import { generate, type Case } from './generate.js';
import { layout } from './layout.js';
import { minimise } from './minimise.js';
import { prepare, secretObjectIds } from './prepare.js';
import { Random } from './random.js';
import { makeRecorders, Shells } from './shells.js';
import { Trial, type Failure, type Verdict } from './trial.js';

/** One container's part: the cases `first`, `first + step` … below `count`. */
interface Job {
  readonly seed: string;
  readonly first: number;
  readonly step: number;
  readonly count: number;
  /** Whether the rows of found.jsonl are tried before. */
  readonly found: boolean;
}

/** After so many failures the rest would only cost time. */
const mostFailures = 200;

const job = JSON.parse(process.env['FUZZ_JOB'] ?? '') as Job;
const say = (message: object): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

process.umask(0o022);
writeFileSync('/fuzz/web-tree-sitter.wasm', sitter);
writeFileSync('/fuzz/tree-sitter-bash.wasm', bashGrammar);
const tokens = new Random('the same in every run, so that ids of objects are too');
const prepared = prepare(() => Array.from({ length: 30 }, () => tokens.pick(Array.from('QZXJKVWY'))).join(''));
makeRecorders(programs());
const roots = { folders: () => [{ name: 'workspace', path: layout.workspace }], writable: () => [layout.workspace] };
const guard = createCommandGuard({ paths: createPathGuard({ roots }), locateWasm: (name) => `/fuzz/${name}` });
const commands = createCommands({ guard, roots, trusted: () => true, environment: prepared.environment });
const secretObjects = secretObjectIds();
const watch = new Watch(prepared);

const counts = { tried: 0, letThrough: 0, shells: 0, ran: 0, failures: 0 };
const perProgram = new Map<string, number>();
const kinds = new Map<string, number>();

async function tryOne(trial: Trial, index: string, input: Case): Promise<void> {
  const verdict = await trial.attempt(input);
  count(verdict);
  if (!verdict.failure) return;
  counts.failures++;
  const { oracle, detail } = verdict.failure;
  const sameKind = (other: Failure | undefined): boolean => other !== undefined && kindOf(other, verdict.program) === kindOf({ oracle, detail }, verdict.program);
  const kind = kindOf({ oracle, detail }, verdict.program);
  const before = kinds.get(kind) ?? 0;
  kinds.set(kind, before + 1);
  if (before >= 3) return;
  const minimal = before > 0 ? input.command : await minimise(input.command, async (command) => sameKind((await trial.attempt({ ...input, command })).failure));
  const why = (await trial.attempt({ ...input, command: minimal })).failure;
  say({ type: 'failure', index, oracle, command: input.command, cwd: input.cwd, minimal, detail: why?.detail ?? detail });
}

/** Failures of one kind mostly have one cause: the first is minimised, the first three are told. */
function kindOf({ oracle, detail }: Failure, program = ''): string {
  return `${oracle} ${program} ${detail.split(':')[0] ?? ''}`.replaceAll(/\d+/g, '');
}

function count({ letThrough, shells: compared, ran, program }: Verdict): void {
  counts.tried++;
  counts.shells += compared;
  if (letThrough) counts.letThrough++;
  if (ran) counts.ran++;
  if (program !== undefined) perProgram.set(program, (perProgram.get(program) ?? 0) + 1);
}

async function main(): Promise<void> {
  await guard.parse('ls'); // The first time loads the grammar, which is no part of a decision.
  const shells = await Shells.start();
  const trial = new Trial(guard, commands, shells, watch);
  await checkTheChecks(shells, watch, prepared);
  if (job.found) {
    const rows = found.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as { command: string; cwd?: string });
    for (const [at, row] of rows.entries()) await tryOne(trial, `found.jsonl:${at + 1}`, { command: row.command, cwd: row.cwd ?? '.' });
  }
  for (let index = job.first; index < job.count && counts.failures < mostFailures; index += job.step) {
    await tryOne(trial, String(index), generate(new Random(`${job.seed}:${index}`), secretObjects));
    if (counts.tried % 500 === 0) say({ type: 'progress', tried: counts.tried });
  }
  shells.dispose();
  await commands.dispose();
  say({ type: 'done', ...counts, perProgram: Object.fromEntries(perProgram), slowest: trial.slowest });
}

main().catch((error: unknown) => {
  process.stderr.write(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
});
