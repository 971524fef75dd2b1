import { readFile } from 'node:fs/promises';
import { say } from './progress.mjs';
import { run } from './run.mjs';
import { exists, onPath, toolchainFolder } from './toolchain.mjs';
import { withLock } from './lock.mjs';
import path from 'node:path';

/** @returns {Promise<boolean>} whether we may install Debian packages here */
export async function isDebianRoot() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID=debian$/m.test(release) && (await onPath('apt-get')) !== undefined;
}

/**
 * Installs Debian packages with apt as the machine has it configured. Call it only where `isDebianRoot()`.
 * One install at a time: apt gives up at once when another one runs.
 * @param {readonly string[]} names
 * @param {NodeJS.ProcessEnv} [environment] on top of this process's
 */
export async function installSystemPackages(names, environment = {}) {
  await withLock(path.join(toolchainFolder(), 'apt.lock'), async () => {
    say(`installing ${names.join(', ')} with apt-get`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', ...environment };
    await run('apt-get', ['update', '-q'], { env });
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names], { env });
  });
}

const chromiumPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
];

/** @returns {Promise<string | undefined>} the path of a Chromium or Chrome on this machine; $CHROMIUM goes first */
export async function findChromium() {
  for (const place of [process.env.CHROMIUM, ...chromiumPlaces]) if (place && (await exists(place))) return place;
  return (await onPath('chromium')) ?? onPath('google-chrome');
}

/** @returns {Promise<string>} the path of a Chromium, installed first where that is possible */
export async function ensureChromium() {
  const found = await findChromium();
  if (found) return found;
  if (!(await isDebianRoot())) throw new Error('No Chromium or Chrome was found. Install one, or set CHROMIUM to its path.');
  await installSystemPackages(['chromium', 'fonts-dejavu-core']);
  const installed = await findChromium();
  if (!installed) throw new Error('apt-get installed chromium, but it was not found afterwards.');
  return installed;
}
