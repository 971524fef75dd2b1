/**
 * What the extension costs an editor that merely has it: measured in a real extension host, next to an empty extension,
 * with a fresh profile each time. Medians of five. Memory is the extension host's resident set 5 s after activation;
 * bytes are those of the files that Node loaded by then.
 */
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInHost } from '../scripts/lib/host-run.mjs';
import { root } from '../scripts/lib/project.mjs';
import { buildPackage } from '../scripts/package.mjs';
import { claim, median } from './lib/claim.mjs';

const rounds = 5;
const probe = fileURLToPath(new URL('lib/activation-probe.cjs', import.meta.url));

/** The extension as it ships, but never activated by VS Code itself: the probe does that, with a clock in its hand. */
async function copyOurs(folder) {
  const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  for (const part of ['dist', 'media']) await cp(path.join(root, part), path.join(folder, part), { recursive: true });
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ ...manifest, activationEvents: [] }));
  return `${manifest.publisher}.${manifest.name}`;
}

async function makeEmpty(folder) {
  await mkdir(folder, { recursive: true });
  const manifest = { publisher: 'peer', name: 'empty', version: '0.0.1', engines: { vscode: '^1.100.0' }, main: './extension.js', activationEvents: [] };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(path.join(folder, 'extension.js'), 'exports.activate = () => undefined;\n');
  return 'peer.empty';
}

async function measure(extension, id, folder) {
  const result = path.join(folder, 'result.json');
  const workspace = path.join(folder, 'workspace');
  await mkdir(workspace, { recursive: true });
  await rm(result, { force: true });
  const { code, log } = await runInHost({ extension, script: probe, workspace, env: { AXON_BENCH_EXTENSION: id, AXON_BENCH_RESULT: result }, timeout: 60_000 });
  const text = await readFile(result, 'utf8').catch(() => undefined);
  if (text === undefined) throw new Error(`The measurement of ${id} ended with ${code}:\n${log}`);
  return JSON.parse(text);
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'axon-bench-'));
try {
  const vsix = await buildPackage();
  const ours = path.join(folder, 'ours');
  const empty = path.join(folder, 'empty');
  const ids = { ours: await copyOurs(ours), empty: await makeEmpty(empty) };
  const runs = { ours: [], empty: [] };
  for (let round = 0; round < rounds; round += 1) {
    runs.empty.push(await measure(empty, ids.empty, folder));
    runs.ours.push(await measure(ours, ids.ours, folder));
  }
  const middle = (who, what) => median(runs[who].map((run) => run[what]));
  const MiB = 1024 * 1024;
  claim({ name: 'activation', unit: 'ms', ours: middle('ours', 'milliseconds'), peer: { name: 'empty-extension', value: middle('empty', 'milliseconds') }, aim: { difference: 30 } });
  claim({ name: 'host-memory', unit: 'MiB', ours: middle('ours', 'memory') / MiB, peer: { name: 'empty-extension', value: middle('empty', 'memory') / MiB }, aim: { difference: 15 } });
  claim({ name: 'bytes-at-activation', unit: 'KB', ours: middle('ours', 'bytes') / 1_000, aim: { value: 300 } });
  claim({ name: 'package-size', unit: 'MB', ours: (await stat(vsix)).size / 1_000_000, aim: { value: 3 } });
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
