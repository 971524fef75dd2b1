/**
 * `npm test [-- LAYER…]`: installs what is missing, runs the layers, names every failure and every skip, and ends with
 * one line: `N passed, N failed`. With CI=true or AXON_REQUIRE_ALL=1 a layer that can't run is a failure.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ensureDependencies } from './lib/dependencies.mjs';
import { runInLanes } from './lib/lanes.mjs';
import { endLeftovers, leftFiles, markName } from './lib/leftovers.mjs';
import { continueOnNode24 } from './lib/node24.mjs';
import { elapsed, say } from './lib/progress.mjs';
import { outputFolder } from './lib/project.mjs';
import { stopAll } from './lib/run.mjs';

await continueOnNode24();
await ensureDependencies();
const { layers } = await import('./lib/layers.mjs');

const names = process.argv.slice(2);
const unknown = names.filter((name) => !layers.some((layer) => layer.name === name));
if (unknown.length > 0) {
  console.error(`No layer is named ${unknown.join(', ')}. There are: ${layers.map((layer) => layer.name).join(', ')}.`);
  process.exit(2);
}
const wanted = layers.filter((layer) => names.length === 0 || names.includes(layer.name));
const requireAll = process.env.CI === 'true' || process.env.AXON_REQUIRE_ALL === '1';
const mark = `${process.pid}-${Date.now()}`;
const temporary = await mkdtemp(path.join(os.tmpdir(), 'axon-'));
await mkdir(outputFolder, { recursive: true });

/** @type {Map<string, Promise<{ value?: any, missing?: string }>>} what the layers need, prepared while the first ones run */
const needs = new Map();
const prepare = {
  engine: async () => {
    const { ensureDockerEngine, ensureSandboxBase } = await import('./lib/docker-engine.mjs');
    const engine = await ensureDockerEngine({ log: say });
    await ensureSandboxBase({ host: engine.host, log: say });
    return engine;
  },
  server: async () => (await import('./lib/vscode-server.mjs')).ensureVscodeServer(),
  // Ahead of the tests that want them, which say what is wrong: they alone fail then, or are skipped by name.
  elsewhere: async () => (await import('./lib/engines-elsewhere.mjs')).ensureEnginesElsewhere().catch(() => false),
  chromium: async () => (await import('./lib/system-packages.mjs')).ensureChromium(),
};
const useful = new Set(wanted.flatMap((layer) => layer.needs));
if (useful.has('server')) useful.add('engine'); // The sandbox is shown working in the editor where there is an engine.
for (const need of useful) needs.set(need, prepare[need]().then((value) => ({ value }), (error) => ({ missing: error.message })));

async function clean() {
  stopAll();
  const left = await endLeftovers(mark);
  for (const command of left) say(`ended a process that a test left running: ${command}`);
  await (await needs.get('engine'))?.value?.stop();
  await rm(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

let interrupted = false;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(name, () => {
    if (interrupted) return;
    interrupted = true;
    console.error('interrupted: cleaning up');
    clean().finally(() => process.exit(130));
  });
}

const total = { passed: 0, failed: 0, skipped: 0 };
/** Milliseconds of all layers together. */
let worked = 0;

async function runLayer(layer) {
  const since = Date.now();
  const prepared = await Promise.all([...layer.needs].map((need) => needs.get(need)));
  const missing = prepared.flatMap((each) => each?.missing ?? []);
  const title = `the layer ${layer.name} can't run`;
  if (missing.length > 0) {
    const reason = missing.join(' ');
    report(layer, since, requireAll ? { passed: 0, failures: [{ title, message: reason }], skips: [] } : { passed: 0, failures: [], skips: [{ title, reason }] });
    return;
  }
  const engine = layer.needs.length > 0 ? (await needs.get('engine'))?.value : undefined;
  const env = { [markName]: mark, TMPDIR: temporary, ...(engine && { DOCKER_HOST: engine.host }) };
  const failed = (error) => ({ passed: 0, failures: [{ title: `the layer ${layer.name} broke`, message: error.stack ?? String(error) }], skips: [] });
  report(layer, since, await layer.run(env).catch(failed));
}

function report(layer, since, { passed, failures, skips, notes = [] }) {
  if (interrupted) return;
  worked += Date.now() - since;
  total.passed += passed;
  total.failed += failures.length;
  total.skipped += skips.length;
  for (const { title, message } of failures) console.log(`\nFAILED ${title}\n${message}\n`);
  for (const { title, reason } of skips) console.log(`skipped: ${title} (${reason})`);
  for (const note of notes) console.log(note);
  const counts = `${passed} passed, ${failures.length} failed${skips.length > 0 ? `, ${skips.length} skipped` : ''}`;
  say(`${layer.name.padEnd(9)}${counts} in ${elapsed(since)}`);
}

const begun = Date.now();
say(`running ${wanted.map((layer) => layer.name).join(', ')}`);
await runInLanes(wanted, async (layer) => {
  if (!interrupted) await runLayer(layer);
});

if (!interrupted) {
  const left = await leftFiles(temporary);
  await clean();
  if (left.length > 0) {
    total.failed += 1;
    console.log(`\nFAILED the tests left something in the temporary folder\n${left.join('\n')}\n`);
  }
  say(`all ended after ${elapsed(begun)}, ${Math.round(worked / 1000)}s of work`);
  console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
  process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
}
