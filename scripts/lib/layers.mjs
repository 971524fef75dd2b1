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
 * @property {readonly ('engine' | 'elsewhere' | 'server' | 'chromium')[]} needs
 * @property {'cores' | 'screen'} lane layers of one lane run one after another, the two lanes side by side
 * @property {readonly string[]} [after] layers of the other lane that it can't run without, or beside
 * @property {(env: NodeJS.ProcessEnv) => Promise<LayerResult & { notes?: string[] }>} run
 */

/** One check made of commands: it passes or fails as a whole. */
const check = (name, commands) => ({
  name,
  needs: [],
  lane: 'cores',
  run: async (env) => {
    const failures = [];
    for (const args of commands) {
      const { code, output } = await run(process.execPath, args, { cwd: root, allowFailure: true, env: { ...process.env, ...env } });
      if (code !== 0) failures.push({ title: `${name}: ${args.map((arg) => arg.replace(`${root}/`, '')).join(' ')}`, message: output.trim() });
    }
    return { passed: failures.length === 0 ? 1 : 0, failures: failures.slice(0, 1).map((first) => ({ ...first, message: failures.map((each) => each.message).join('\n') })), skips: [] };
  },
});

const vitest = (project) => (env) => runVitest(project, env);
const tsc = inPackage('typescript', 'bin/tsc');

/**
 * In the order in which each lane begins them. What computes is in one lane; what shows itself in a browser, and mostly
 * waits for it, in the other. A test of e2e counts the containers, so that docker has to be over.
 *
 * @type {readonly Layer[]}
 */
export const layers = [
  { name: 'package', needs: [], lane: 'screen', run: packageLayer },
  check('types', [[tsc, '-p', '.'], [tsc, '-p', 'webview']]),
  check('lint', [[inPackage('eslint', 'bin/eslint.js'), '.', '--max-warnings', '0'], ['scripts/check-promises.mjs']]),
  { name: 'docker', needs: ['engine', 'elsewhere'], lane: 'cores', run: vitest('docker') },
  { name: 'unit', needs: [], lane: 'cores', after: ['package'], run: vitest('unit') },
  { name: 'attacks', needs: [], lane: 'cores', run: attacksLayer },
  { name: 'property', needs: [], lane: 'cores', run: async (env) => runVitest('property', { ...env, AXON_TEST_SEED: await commitSeed('src', 'test/property') }) },
  { name: 'golden', needs: [], lane: 'cores', run: vitest('golden') },
  { name: 'fuzz', needs: ['engine'], lane: 'cores', run: fuzzLayer },
  { name: 'page', needs: ['chromium'], lane: 'screen', run: vitest('page') },
  { name: 'host', needs: ['server', 'chromium'], lane: 'screen', run: runHostTests },
  { name: 'e2e', needs: ['server', 'chromium'], lane: 'screen', after: ['docker'], run: vitest('e2e') },
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
  const { code, output } = await run(process.execPath, ['scripts/fuzz.mjs', '--seed', await commitSeed('src/policy', 'test/fuzz')], { cwd: root, allowFailure: true, env: { ...process.env, ...env } });
  const line = output.split('\n').find((each) => each.startsWith('fuzz seed='));
  const failures = code === 0 && line !== undefined ? [] : [{ title: 'fuzz', message: output.trim().slice(-8_000) }];
  return { passed: failures.length === 0 ? 1 : 0, failures, skips: [], notes: line === undefined ? [] : [line] };
}
