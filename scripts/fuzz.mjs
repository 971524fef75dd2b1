/**
 * `npm run fuzz [-- --count N --seed S --only I]`: generates shell commands and, for each that the command guard lets
 * through, compares what real shells read with what the guard read, and what running it does with what the guard said.
 * All of it happens in containers without a network. The same seed gives the same commands; `--only` tries one of them.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDependencies } from './lib/dependencies.mjs';
import { ensureDockerEngine, ensureSandboxBase } from './lib/docker-engine.mjs';
import { continueOnNode24 } from './lib/node24.mjs';
import { say } from './lib/progress.mjs';
import { outputFolder, root } from './lib/project.mjs';

await continueOnNode24();
await ensureDependencies();
const { connect, ensureFuzzImage, runInContainer } = await import('./lib/fuzz-container.mjs');

const { values } = parseArgs({ options: { count: { type: 'string', default: '20000' }, seed: { type: 'string', default: randomBytes(4).toString('hex') }, only: { type: 'string' } } });
const { seed } = values;
const [count, only] = [Number(values.count), values.only === undefined ? undefined : Number(values.only)];
if (!Number.isSafeInteger(count) || count < 1 || (only !== undefined && !(Number.isSafeInteger(only) && only >= 0))) {
  console.error('--count is a number from 1, --only a number from 0.');
  process.exit(2);
}

/** The guard, the runner and the fuzzer in one file, so that a container needs nothing else. */
async function bundle() {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: root, entryPoints: ['test/fuzz/run.ts'], outfile: 'run.cjs', write: false, bundle: true, platform: 'node', format: 'cjs', target: 'node24', logLevel: 'warning',
    loader: { '.jsonl': 'text', '.wasm': 'binary' },
    // The module's own ES build reaches for import.meta, which this format has not.
    alias: { 'web-tree-sitter': path.join(root, 'node_modules/web-tree-sitter/web-tree-sitter.cjs'), 'web-tree-sitter/web-tree-sitter.wasm': path.join(root, 'node_modules/web-tree-sitter/web-tree-sitter.wasm') },
    define: { 'import.meta.url': '"file:///fuzz/run.cjs"' },
  });
  return outputFiles[0].contents;
}

const since = Date.now();
const engine = await ensureDockerEngine({ log: say });
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => stop.abort());
const failures = [];
try {
  await ensureSandboxBase({ host: engine.host, log: say });
  const docker = await connect(engine.host);
  const [image, code] = await Promise.all([ensureFuzzImage(docker, say), bundle()]);
  const workers = only === undefined ? Math.max(1, Math.min(8, os.availableParallelism())) : 1;
  say(`fuzzing with --seed ${seed}`);
  const started = Date.now();
  const tried = Array.from({ length: workers }, () => 0);
  let told = Date.now();
  const onMessage = (worker) => (message) => {
    if (message.type === 'failure') {
      failures.push(message);
      console.log(`FAILED ${message.oracle} (--seed ${seed} --only ${message.index})\n  command: ${JSON.stringify(message.command)} in ${message.cwd}\n  minimal: ${JSON.stringify(message.minimal)}\n  ${message.detail}`);
    } else if (message.type === 'progress') {
      tried[worker] = message.tried;
      if (Date.now() - told > 15_000) {
        told = Date.now();
        say(`${tried.reduce((sum, each) => sum + each)} commands`);
      }
    }
  };
  const runs = tried.map((_, worker) => {
    const part = only === undefined ? { first: worker, step: workers, count } : { first: only, step: 1, count: only + 1 };
    return runInContainer(docker, { image, bundle: code, job: { seed, ...part, found: worker === 0 }, onMessage: onMessage(worker), signal: stop.signal });
  });
  // When one breaks, the others end before the engine does.
  const parts = await Promise.all(runs).catch(async (error) => {
    stop.abort();
    await Promise.allSettled(runs);
    throw error;
  });
  report(parts, Date.now() - started);
} finally {
  await engine.stop();
}
const file = path.join(outputFolder, 'fuzz.jsonl');
await mkdir(outputFolder, { recursive: true });
await rm(file, { force: true });
if (failures.length > 0) {
  await writeFile(file, failures.map(({ minimal, cwd, detail }) => `${JSON.stringify({ command: minimal, cwd, why: detail })}\n`).join(''));
  console.log(`The minimal commands are in ${path.relative(root, file)}, as rows for test/fuzz/found.jsonl.`);
  process.exitCode = 1;
}

function report(parts, milliseconds) {
  const sum = (key) => parts.reduce((total, part) => total + part[key], 0);
  const [all, through] = [sum('tried'), sum('letThrough')];
  const programs = new Map();
  for (const { perProgram } of parts) for (const [name, times] of Object.entries(perProgram)) programs.set(name, (programs.get(name) ?? 0) + times);
  const slowest = parts.map((part) => part.slowest).toSorted((a, b) => b.milliseconds - a.milliseconds)[0];
  console.log(`let through by program: ${[...programs].toSorted((a, b) => b[1] - a[1]).map(([name, times]) => `${name} ${times}`).join(', ')}`);
  console.log(`slowest decision: ${slowest.milliseconds.toFixed(1)} ms for ${JSON.stringify(slowest.command.slice(0, 120))} (${slowest.command.length} characters)`);
  console.log(`fuzz seed=${seed} commands=${all} let-through=${through} (${((100 * through) / all).toFixed(1)} %) read-by-shells=${sum('shells')} run=${sum('ran')} failures=${failures.length} in ${(milliseconds / 1000).toFixed(1)} s, ${((Date.now() - since) / 1000).toFixed(1)} s in all`);
}
