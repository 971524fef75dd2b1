import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { runInHost } from './host-run.mjs';
import { outputFolder, root } from './project.mjs';
import { readable } from './vitest-layer.mjs';

const bundles = path.join(outputFolder, 'host');
const sample = path.join(root, 'test/fixtures/sample-workspace');
/** Another extension, which brings a language model. */
const companion = path.join(root, 'test/fixtures/host/scripted-model');

/** What is open in a window, by the last part of a test file's name: `NAME.no-folder.host.ts`; most have the sample alone. */
const windows = {
  'one-folder': copySample,
  'many-folders': async (folder) => {
    const folders = ['app', 'docs'];
    for (const name of folders) await copySample(path.join(folder, name));
    const file = path.join(folder, 'both.code-workspace');
    await writeFile(file, JSON.stringify({ folders: folders.map((name) => ({ path: path.join(folder, name, 'workspace'), name })), settings: { 'axon.autoApprove': ['file_read'], 'axon.policy.writableRoots': ['/'] } }));
    return file;
  },
  'no-folder': async () => undefined,
  'two-windows': async (folder) => copySample(path.join(folder, 'first')),
};
/**
 * A second window beside the first, on one profile. The first says when: an editor in a browser reads its secrets once a
 * window, so that a window that is opened before the other made the key of the audit log would make its own.
 */
const besides = { 'two-windows': async (folder) => ({ workspace: await copySample(path.join(folder, 'second')), when: path.join(folder, 'first has begun') }) };

async function copySample(folder) {
  const workspace = path.join(folder, 'workspace');
  await cp(sample, workspace, { recursive: true });
  return workspace;
}

/**
 * Runs test/host/*.host.ts inside a real extension host, one for each kind of window. The extension is this project's
 * folder, so dist/ must be built.
 *
 * @param {NodeJS.ProcessEnv} [env] what the extension host sees on top
 * @returns {Promise<import('./vitest-layer.mjs').LayerResult>}
 */
export async function runHostTests(env) {
  const files = await bundle();
  const windowOf = (file) => /\.([a-z-]+)\.host\.cjs$/.exec(file)?.[1] ?? 'one-folder';
  const stray = files.find((file) => !(windowOf(file) in windows));
  if (stray !== undefined) throw new Error(`${path.basename(stray)} asks for a window that there is not.`);
  const results = [];
  // One after another: some tests watch the clock, and to open a window takes all the processors there are.
  for (const [name, open] of Object.entries(windows)) results.push(await runWindow(open, besides[name], files.filter((file) => windowOf(file) === name), env));
  return {
    passed: results.reduce((sum, each) => sum + each.passed, 0),
    failures: results.flatMap((each) => each.failures),
    skips: results.flatMap((each) => each.skips),
  };
}

async function runWindow(open, openBeside, files, env) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'axon-host-tests-'));
  try {
    const workspace = await open(folder);
    const beside = await openBeside?.(folder);
    const results = path.join(folder, 'results.jsonl');
    const variables = { ...env, AXON_HOST_FILES: JSON.stringify(files), AXON_HOST_RESULTS: results };
    const { code, log } = await runInHost({ extension: root, script: path.join(bundles, 'runner.cjs'), workspace, companion, env: variables, ...(beside && { beside, timeout: 480_000 }) });
    return collect(await readFile(results, 'utf8').catch(() => ''), code, log);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** @returns {Promise<string[]>} one bundle a test file */
async function bundle() {
  const { build } = await import('esbuild');
  const folder = path.join(root, 'test/host');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.host.ts')).sort();
  const entryPoints = [...names, 'runner.ts'].map((name) => path.join(folder, name));
  await rm(bundles, { recursive: true, force: true });
  await mkdir(bundles, { recursive: true });
  await build({ entryPoints, outdir: bundles, outExtension: { '.js': '.cjs' }, bundle: true, platform: 'node', format: 'cjs', target: 'node22', external: ['vscode', 'mocha'], sourcemap: 'inline', logLevel: 'warning' });
  return names.map((name) => path.join(bundles, name.replace(/\.ts$/, '.cjs')));
}

function collect(text, code, log) {
  const rows = text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const failures = rows.filter((row) => row.state === 'failed').map(({ title, message }) => ({ title, message: readable(message) }));
  const skips = rows.filter((row) => row.state === 'skipped').map(({ title }) => ({ title, reason: 'the test skips itself here' }));
  const passed = rows.filter((row) => row.state === 'passed').length;
  if (code !== 0) failures.push({ title: code === 124 ? 'the extension host did not finish in time' : `the extension host ended with ${code}`, message: log.slice(-4_000) });
  if (rows.length === 0 && code === 0) failures.push({ title: 'host has no tests', message: log.slice(-4_000) });
  return { passed, failures, skips };
}
