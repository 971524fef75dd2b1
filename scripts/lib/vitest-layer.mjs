import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { inPackage, outputFolder, root } from './project.mjs';
import { run } from './run.mjs';

/** Milliseconds; a layer that hangs is ended and counted as failed. */
const longest = 15 * 60_000;

/**
 * @typedef {object} LayerResult
 * @property {number} passed
 * @property {{ title: string, message: string }[]} failures
 * @property {{ title: string, reason: string }[]} skips
 */

/**
 * Runs one project of vitest.config.mts to its end.
 *
 * @param {string} project
 * @param {NodeJS.ProcessEnv} [env] on top of this process's environment
 * @returns {Promise<LayerResult>}
 */
export async function runVitest(project, env) {
  const report = path.join(outputFolder, 'reports', `${project}.json`);
  await mkdir(path.dirname(report), { recursive: true });
  await rm(report, { force: true });
  const args = [inPackage('vitest', 'vitest.mjs'), 'run', '--project', project, '--reporter=json', `--outputFile=${report}`];
  const { code, output } = await run(process.execPath, args, { cwd: root, allowFailure: true, timeout: longest, env: { ...process.env, ...env } });
  const text = await readFile(report, 'utf8').catch(() => undefined);
  if (text === undefined) return { passed: 0, failures: [{ title: `${project} did not run`, message: output.trim() }], skips: [] };
  const result = readReport(JSON.parse(text));
  if (result.passed + result.failures.length + result.skips.length === 0) result.failures.push({ title: `${project} has no tests`, message: '' });
  if (code !== 0 && result.failures.length === 0) result.failures.push({ title: `${project} ended with ${code}`, message: output.trim().slice(-4_000) });
  return result;
}

/** @returns {LayerResult} */
function readReport({ testResults }) {
  /** @type {LayerResult} */
  const result = { passed: 0, failures: [], skips: [] };
  for (const file of testResults) {
    const name = path.relative(root, file.name);
    const broken = file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed');
    if (broken) result.failures.push({ title: name, message: file.message });
    for (const test of file.assertionResults) {
      const title = `${name} > ${test.fullName}`;
      if (test.status === 'passed') result.passed += 1;
      else if (test.status === 'failed') result.failures.push({ title, message: readable(test.failureMessages.join('\n')) });
      else result.skips.push({ title, reason: broken ? 'its file failed' : (test.meta?.reason ?? 'the test skips itself here') });
    }
  }
  return result;
}

/** @param {string} text @returns {string} without colours, and without the lines of a stack that aren't ours */
export function readable(text) {
  const lines = stripVTControlCharacters(text).split('\n');
  return lines.filter((line) => !/^\s+at .*(?:node_modules|node:internal|extensionHostProcess|new Promise)/.test(line)).join('\n').trim();
}
