/**
 * `npm run sandbox:endure -- --runs 200 --cancels 50 --seed S`: that many runs one after the other, of both languages, with
 * and without a container made ready, with and without files and results; then that many runs cancelled at random instants.
 * Prints what was wrong, how many containers are left, and what memory this process holds. Ends with 1 when anything was
 * wrong or left, or the memory grew.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ensureDependencies } from './lib/dependencies.mjs';
import { continueOnNode24 } from './lib/node24.mjs';

await continueOnNode24();
await ensureDependencies();
const { openRealSandbox } = await import('./lib/real-sandbox.mjs');
const { loadSource } = await import('../bench/lib/load-source.mjs');
const { ownerLabel } = await loadSource('src/sandbox/container-spec.ts');

const { values } = parseArgs({ options: { runs: { type: 'string', default: '200' }, cancels: { type: 'string', default: '50' }, seed: { type: 'string', default: String(Date.now() % 1e9) } } });
const [runs, cancels, seed] = [Number(values.runs), Number(values.cancels), Number(values.seed)];
let state = seed >>> 0;
/** Mulberry32. */
const random = () => {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};

const programs = {
  python: (n) => `import sys\ndata = open("in.txt").read()\nopen("results/out.bin", "wb").write(bytes(${n % 256} for _ in range(200_000)))\nprint(data, ${n})`,
  javascript: (n) => `const fs = require('fs'); fs.writeFileSync('results/out.bin', Buffer.alloc(200_000, ${n % 256})); console.log(fs.readFileSync('in.txt', 'utf8'), ${n})`,
};
/** MiB that are held after a collection: what the process's size on top says is up to the allocator. */
const memory = () => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024 / 1024;
};
/** MiB more than after a quarter of the runs that pass for steady. */
const slack = 8;

const { sandbox, connect, close } = await openRealSandbox();
const { signal } = new AbortController();
const wrong = [];
try {
  let early = 0;
  for (let n = 0; n < runs; n++) {
    const language = random() < 0.7 ? 'python' : 'javascript';
    if (random() < 0.5) sandbox.prepare(language);
    const result = await sandbox.run({ language, code: programs[language](n), files: [{ name: 'in.txt', bytes: Buffer.from(`run-${n}`) }] }, { signal });
    const isRight = result.exitCode === 0 && result.output === `run-${n} ${n}\n` && result.files.length === 1 && result.files[0].bytes.every((byte) => byte === n % 256);
    if (!isRight) wrong.push(`run ${n} (${language}): ${result.ended} ${result.exitCode} ${JSON.stringify(result.output.slice(0, 200))}`);
    if (n + 1 === Math.ceil(runs / 4)) early = memory();
  }
  const late = memory();
  for (let n = 0; n < cancels; n++) {
    const stop = new AbortController();
    if (random() < 0.5) sandbox.prepare('python');
    const running = sandbox.run({ language: 'python', code: 'import time\nopen("results/x", "w").write("x")\ntime.sleep(20)' }, { signal: stop.signal }).then(() => 'ended', (error) => error.code);
    await sleep(random() * 1_000);
    stop.abort();
    const end = await running;
    if (end !== 'cancelled') wrong.push(`cancel ${n}: ${end}`);
  }
  await sandbox.dispose();
  const other = await connect();
  const left = (await other.labelled(ownerLabel)).length;
  await other.dispose();
  for (const line of wrong) console.log(line);
  console.log(`endure seed=${seed} runs=${runs} cancelled=${cancels} wrong=${wrong.length} containers-left=${left} held after a quarter=${early.toFixed(1)} MiB, after all=${late.toFixed(1)} MiB, in the end=${memory().toFixed(1)} MiB`);
  process.exitCode = wrong.length === 0 && left === 0 && memory() <= early + slack ? 0 : 1;
} finally {
  await close();
}
