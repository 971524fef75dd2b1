import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { root } from './project.mjs';
import { elapsed, say } from './progress.mjs';
import { run } from './run.mjs';
import { toolchainFolder } from './toolchain.mjs';

const modules = path.join(root, 'node_modules');
const stamp = path.join(modules, '.axon-lock-hash');

/** Makes node_modules be what package-lock.json says. No package's install script is run: none of ours needs one. */
export async function ensureDependencies() {
  if (await isCurrent()) return;
  const key = createHash('sha256').update(root).digest('hex').slice(0, 16);
  await withLock(path.join(toolchainFolder(), `dependencies-${key}.lock`), async () => {
    if (await isCurrent()) return;
    const since = Date.now();
    say('installing the npm packages');
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root });
    await writeFile(stamp, await lockHash());
    say(`installed the npm packages in ${elapsed(since)}`);
  });
}

async function isCurrent() {
  const seen = await readFile(stamp, 'utf8').catch(() => '');
  return seen !== '' && seen === (await lockHash());
}

async function lockHash() {
  return createHash('sha256').update(await readFile(path.join(root, 'package-lock.json'))).digest('hex');
}
