import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { root } from './project.mjs';
import { elapsed, say } from './progress.mjs';
import { run } from './run.mjs';
import { toolchainFolder } from './toolchain.mjs';

/** Makes node_modules be what package-lock.json says. No package's install script is run: none of ours needs one. */
export async function ensureDependencies() {
  if (await isCurrent()) return;
  const key = createHash('sha256').update(root).digest('hex').slice(0, 16);
  await withLock(path.join(toolchainFolder(), `dependencies-${key}.lock`), async () => {
    if (await isCurrent()) return;
    const since = Date.now();
    say('installing the npm packages');
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root });
    say(`installed the npm packages in ${elapsed(since)}`);
  });
}

/** npm writes down what it installed, last of all; so this also holds for a developer's own `npm install`. */
async function isCurrent() {
  const [wanted, present] = await Promise.all([versions('package-lock.json'), versions('node_modules/.package-lock.json')]);
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([name, { version, optional }]) => name === '' || present[name]?.version === version || (optional && !present[name]));
}

/** @returns {Promise<Record<string, { version: string, optional?: boolean }> | undefined>} */
async function versions(file) {
  const text = await readFile(path.join(root, file), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text).packages;
}
