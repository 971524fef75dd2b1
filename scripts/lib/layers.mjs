/** The layers of `npm test`. Each tells what it needs and how it runs; test.mjs decides what to do when a need isn't met. */
import { attackLines, clearAttackLines } from '../attacks.mjs';
import { buildPackage } from '../package.mjs';
import { commitSeed } from './commit-seed.mjs';
import { runHostTests } from './host-layer.mjs';
import { inPackage, root } from './project.mjs';
import { run } from './run.mjs';
import { runVitest } from './vitest-layer.mjs';

/**
 * @typedef {import('./vitest-layer.mjs').LayerResult} LayerResult
 * @typedef {object} Layer
 * @property {string} name
 * @property {readonly ('engine' | 'server' | 'chromium')[]} needs
 * @property {(env: NodeJS.ProcessEnv) => Promise<LayerResult & { notes?: string[] }>} run
 */

/** One check made of commands: it passes or fails as a whole. */
const check = (name, commands) => ({
  name,
  needs: [],
  run: async (env) => {
    const failures = [];
    for (const args of commands) {
      const { code, output } = await run(process.execPath, args, { cwd: root, allowFailure: true, env: { ...process.env, ...env } });
      if (code !== 0) failures.push({ title: `${name}: ${args.map((arg) => arg.replace(`${root}/`, '')).join(' ')}`, message: output.trim() });
    }
    return { passed: failures.length === 0 ? 1 : 0, failures: failures.slice(0, 1).map((first) => ({ ...first, message: failures.map((each) => each.message).join('\n') })), skips: [] };
  },
});

const vitest = (name, needs = []) => ({ name, needs, run: (env) => runVitest(name, env) });
const tsc = inPackage('typescript', 'bin/tsc');

/** @type {readonly Layer[]} in the order of the report */
export const layers = [
  check('lint', [[inPackage('eslint', 'bin/eslint.js'), '.', '--max-warnings', '0'], ['scripts/check-promises.mjs']]),
  check('types', [[tsc, '-p', '.'], [tsc, '-p', 'webview']]),
  { name: 'package', needs: [], run: packageLayer },
  vitest('unit'),
  vitest('page', ['chromium']),
  { name: 'attacks', needs: [], run: attacksLayer },
  { name: 'property', needs: [], run: async (env) => runVitest('property', { ...env, AXON_TEST_SEED: await commitSeed() }) },
  vitest('golden'),
  vitest('docker', ['engine']),
  { name: 'fuzz', needs: ['engine'], run: fuzzLayer },
  { name: 'host', needs: ['server', 'chromium'], run: runHostTests },
  vitest('e2e', ['server', 'chromium']),
];

async function packageLayer() {
  try {
    await buildPackage();
    return { passed: 1, failures: [], skips: [] };
  } catch (error) {
    return { passed: 0, failures: [{ title: 'package', message: error.message }], skips: [] };
  }
}

async function attacksLayer(env) {
  await clearAttackLines();
  const result = await runVitest('attacks', env);
  return { ...result, notes: await attackLines() };
}

/** The seed is in the note, so that a failure can be had again. */
async function fuzzLayer(env) {
  const { code, output } = await run(process.execPath, ['scripts/fuzz.mjs', '--seed', await commitSeed()], { cwd: root, allowFailure: true, env: { ...process.env, ...env } });
  const line = output.split('\n').find((each) => each.startsWith('fuzz seed='));
  const failures = code === 0 && line !== undefined ? [] : [{ title: 'fuzz', message: output.trim().slice(-8_000) }];
  return { passed: failures.length === 0 ? 1 : 0, failures, skips: [], notes: line === undefined ? [] : [line] };
}
