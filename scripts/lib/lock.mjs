import { mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const beatEvery = 5_000;
const staleAfter = 60_000;

/**
 * Runs `work` while no other process runs work under the same lock file. A holder that was killed doesn't block: its
 * lock is taken over when its process is gone (same machine), or when it hasn't been touched for a minute.
 *
 * @template T
 * @param {string} file the lock file; its folder is made
 * @param {() => Promise<T>} work
 * @param {{ onWait?: () => void }} [options] `onWait` is called once if somebody else holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(file, work, { onWait } = {}) {
  const release = await acquire(file, onWait);
  try {
    return await work();
  } finally {
    await release();
  }
}

/**
 * Takes the lock if it is free. @param {string} file
 * @returns {Promise<(() => Promise<void>) | undefined>} how to let go of it, or undefined when somebody holds it
 */
export async function tryLock(file) {
  await mkdir(path.dirname(file), { recursive: true });
  const owner = `${os.hostname()} ${process.pid} ${Date.now()}`;
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(owner);
    await handle.close();
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    await removeIfStale(file);
    return undefined;
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => clearInterval(beat));
  }, beatEvery);
  beat.unref();
  return async () => {
    clearInterval(beat);
    const holder = await readFile(file, 'utf8').catch(() => '');
    if (holder === owner) await rm(file, { force: true });
  };
}

async function acquire(file, onWait) {
  for (let tries = 0; ; tries += 1) {
    const release = await tryLock(file);
    if (release) return release;
    if (tries === 1) onWait?.();
    await sleep(Math.min(50 * 2 ** tries, 1_000));
  }
}

/** Moves a dead holder's lock away. Of two processes that try at once one wins; what the other moved by mistake is put back. */
async function removeIfStale(file) {
  const seen = await readFile(file, 'utf8').catch(() => undefined);
  if (seen === undefined || !(await isStale(file, seen))) return;
  const aside = `${file}.stale-${process.pid}`;
  try {
    await rename(file, aside);
    if ((await readFile(aside, 'utf8')) === seen) await rm(aside, { force: true });
    else await rename(aside, file);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

async function isStale(file, owner) {
  const [host, pid] = owner.split(' ');
  const age = Date.now() - ((await stat(file).catch(() => undefined))?.mtimeMs ?? Date.now());
  if (age > staleAfter) return true;
  if (host !== os.hostname() || pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
