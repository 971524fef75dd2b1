/**
 * `npm run mutation [-- --only PATH] [--part I/N] [--jobs N] [--quick]`: makes one small mistake after another in the gate, the guards and what
 * an approval shows, and runs the tests that should notice. Prints what survived and one line a part:
 *
 *   mutation gate score=91.2% noticed=507/556 timed-out=9 untried=0
 *
 * Ends with 1 when less than 85 % of all mistakes were noticed, or when many could not be tried. A mistake in what is
 * worked out once, when a file is loaded, needs all tests of its part; `--quick` leaves those out. `--part 2/4` makes the
 * mistakes of the second quarter of the files, so that four machines can share the work.
 */
import { once } from 'node:events';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDependencies } from './lib/dependencies.mjs';
import { parts, partsBelow, shareOf } from './lib/mutation/parts.mjs';
import { add, noMutants, readReport, score } from './lib/mutation/report.mjs';
import { continueOnNode24 } from './lib/node24.mjs';
import { elapsed, say } from './lib/progress.mjs';
import { inPackage, outputFolder, root } from './lib/project.mjs';
import { start, stopAll } from './lib/run.mjs';

/** Percent of the mistakes that have to be noticed, and of those that may make a file so broken that no test starts. */
const least = 85;
const mostUntried = 5;

await continueOnNode24();
await ensureDependencies();

const { values } = parseArgs({ options: { only: { type: 'string' }, part: { type: 'string', default: '1/1' }, jobs: { type: 'string', default: '2' }, quick: { type: 'boolean', default: false } } });
const below = partsBelow(values.only);
if (below.length === 0) {
  console.error(`Nothing below ${values.only} is mutated. There are: ${parts.map(({ folder }) => folder).join(', ')}.`);
  process.exit(2);
}
const [share, shares] = values.part.split('/').map(Number);
if (!(share >= 1 && share <= shares)) {
  console.error(`--part ${values.part} is no share. Write 1/4 for the first of four.`);
  process.exit(2);
}
const wanted = shareOf(below, share, shares);
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => (stopAll(), process.exit(130)));

/** @returns {Promise<import('./lib/mutation/report.mjs').Count | undefined>} undefined when it could not be run */
async function runPart({ name, mutate, tests }) {
  const since = Date.now();
  const folder = path.join(outputFolder, 'mutation', name);
  const report = path.join(folder, 'report.json');
  await mkdir(folder, { recursive: true });
  await rm(report, { force: true });
  await rm(path.join(folder, 'sandbox'), { recursive: true, force: true });
  const args = [inPackage('@stryker-mutator/core', 'bin/stryker.js'), 'run', 'stryker.config.mjs', '--mutate', mutate.join(','), '--concurrency', values.jobs, ...(values.quick ? ['--ignoreStatic'] : [])];
  const env = { ...process.env, AXON_MUTATION_PART: name, AXON_MUTATION_TESTS: tests.join(',') };
  say(`mutating ${name}`);
  const child = start(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
  await once(child, 'exit');
  const text = await readFile(report, 'utf8').catch(() => undefined);
  if (text === undefined) {
    console.error(`mutation ${name} could not be run; its tests have to pass before.`);
    return undefined;
  }
  const { count, survivors } = readReport(JSON.parse(text));
  for (const survivor of survivors) console.log(survivor);
  say(`${name} took ${elapsed(since)}`);
  return count;
}

const lineOf = (name, count) => {
  const noticed = count.killed + count.timedOut;
  return `mutation ${name} score=${score(count).toFixed(1)}% noticed=${noticed}/${noticed + count.survived + count.untested} timed-out=${count.timedOut} untried=${count.untried}`;
};

const lines = [];
let total = noMutants();
let broken = false;
for (const part of wanted) {
  const count = await runPart(part);
  if (!count) broken = true;
  else lines.push(lineOf(part.name, count));
  if (count) total = add(total, count);
}
for (const line of lines) console.log(line);
console.log(lineOf('total', total));
const tried = total.killed + total.timedOut + total.survived + total.untested;
if (broken || score(total) < least || 100 * total.untried > mostUntried * (tried + total.untried)) process.exitCode = 1;
