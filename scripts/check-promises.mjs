/**
 * Holds SECURITY.md and the tests together: each promise (a heading or a bullet that starts with `P7` in bold or as a
 * heading) has a test with `[P7]` in its title, and no test names a promise that isn't there.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './lib/project.mjs';

const promiseLine = /^\s*(?:#+\s+|[-*]\s+|\|\s*)?\*{0,2}(P\d+)\b/gm;
const testTitle = /\b(?:it|test|describe|suite)(?:\.\w+(?:\([^)]*\))?)*\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/gs;

/**
 * @param {string} security the text of SECURITY.md
 * @param {readonly string[]} tests the texts of the test files
 * @returns {{ promises: string[], problems: string[] }}
 */
export function checkPromises(security, tests) {
  const promises = [...new Set([...security.matchAll(promiseLine)].map((match) => match[1]))];
  const tested = new Set();
  for (const text of tests) {
    for (const [, , title] of text.matchAll(testTitle)) for (const [, id] of title.matchAll(/\[(P\d+)\]/g)) tested.add(id);
  }
  const problems = [
    ...promises.filter((id) => !tested.has(id)).map((id) => `${id} in SECURITY.md has no test with [${id}] in its title.`),
    ...[...tested].filter((id) => !promises.includes(id)).map((id) => `A test names [${id}], which SECURITY.md doesn't promise.`),
  ];
  if (promises.length === 0) problems.push('SECURITY.md promises nothing: no line starts with P1, P2 ….');
  return { promises, problems };
}

async function testTexts() {
  const entries = await readdir(path.join(root, 'test'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.(test|host)\.tsx?$/.test(entry.name));
  return Promise.all(files.map((entry) => readFile(path.join(entry.parentPath, entry.name), 'utf8')));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const security = await readFile(path.join(root, 'SECURITY.md'), 'utf8').catch(() => '');
  const { promises, problems } = checkPromises(security, await testTexts());
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(`${promises.length} promises, each with a test`);
}
