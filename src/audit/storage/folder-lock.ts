import { randomBytes } from 'node:crypto';
import { lstat, open, rm, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hasCode, makeFolder, orMissing } from './durable-file.js';
import { openPlain } from './plain-file.js';
import { processExists } from './process-exists.js';

const heartbeatMilliseconds = 5_000;
/** Six missed heartbeats: the owner is taken for dead even if its process number lives on. */
const staleMilliseconds = 30_000;
/** More than a lock says. */
const longestLock = 512;

/** The right to fold, mend and move files in the audit folder. One holder at a time, over all windows. */
export interface FolderLock {
  /** Asked right before each change that can't be taken back: an owner that slept too long has lost its lock. */
  isHeld(): Promise<boolean>;
  /** Twice is harmless. */
  release(): Promise<void>;
}

/**
 * Takes the lock; `undefined` when another window keeps it longer than `wait` milliseconds. Rejects with the file
 * system's error where the folder can't be written to, or another folder stands in the lock's place. Settles soon after
 * `wait` whatever lies there.
 */
export async function lockFolder(file: string, wait: number, signal?: AbortSignal): Promise<FolderLock | undefined> {
  await makeFolder(path.dirname(file));
  const nonce = randomBytes(12).toString('hex');
  const until = performance.now() + wait;
  for (let isFirst = true; ; isFirst = false) {
    signal?.throwIfAborted();
    if (await create(file, nonce)) return heldLock(file, nonce);
    // What is free now is tried for at once, but only once: somebody may put something there again and again.
    if ((await removeStale(file)) && isFirst) continue;
    if (performance.now() >= until) return undefined;
    await delay(10 + Math.random() * 30);
  }
}

async function create(file: string, nonce: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(`${nonce} ${process.pid} ${hostname()}\n`);
    } catch (error) {
      // On a full disk there is room for the name and none for the line. A lock that names nobody would keep all out for a while.
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    // Windows answers EPERM or EBUSY while another process is removing the file.
    if (hasCode(error, 'EEXIST') || (process.platform === 'win32' && hasCode(error, 'EPERM', 'EBUSY'))) return false;
    throw error;
  }
}

function heldLock(file: string, nonce: string): FolderLock {
  const isHeld = async (): Promise<boolean> => (await read(file))?.text.startsWith(`${nonce} `) ?? false;
  const beat = setInterval(() => {
    const now = new Date();
    // A heartbeat that fails makes the lock stale in the end, which `isHeld` notices.
    utimes(file, now, now).catch(() => undefined);
  }, heartbeatMilliseconds);
  beat.unref();
  return {
    isHeld,
    release: async () => {
      clearInterval(beat);
      if (await isHeld()) await rm(file, { force: true });
    },
  };
}

/**
 * Removes the lock of a dead owner. Only the process that creates the claim file, whose name holds the dead owner's
 * nonce, may remove it; so of two that find the same stale lock, the slower can't remove the faster one's new lock.
 */
async function removeStale(file: string): Promise<boolean> {
  const seen = await look(file);
  if (seen === undefined) return true;
  if (!seen.stale) return false;
  const claim = `${file}.${seen.nonce}.claim`;
  if (!(await create(claim, seen.nonce))) {
    const claimed = await orMissing(lstat(claim));
    if (claimed && isSilent(claimed.mtimeMs)) await rm(claim, { force: true });
    return false;
  }
  try {
    const again = await look(file);
    if (again?.stale && again.nonce === seen.nonce) await rm(file, { force: true });
  } finally {
    await rm(claim, { force: true });
  }
  return true;
}

async function look(file: string): Promise<{ readonly nonce: string; readonly stale: boolean } | undefined> {
  const found = await read(file);
  if (!found) return undefined;
  // A link or a pipe is no window's lock.
  if (found.modifiedAt === undefined) return { nonce: 'foreign', stale: true };
  const stale = isSilent(found.modifiedAt);
  const [, nonce, pid, host] = /^([0-9a-f]{24}) (\d{1,10}) (.*)\n$/.exec(found.text) ?? [];
  // Not written yet, or garbage: only its age can tell.
  if (nonce === undefined) return { nonce: 'unwritten', stale };
  return { nonce, stale: stale || (host === hostname() && !processExists(Number(pid))) };
}

/** What is there, without a time where it is no plain file: to read a pipe that nobody writes to takes for ever. */
async function read(file: string): Promise<{ readonly text: string; readonly modifiedAt?: number } | undefined> {
  const handle = await openPlain(file);
  if (handle === 'missing') return undefined;
  if (!handle) return { text: '' };
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(longestLock), 0, longestLock, 0);
    return { text: buffer.toString('utf8', 0, bytesRead), modifiedAt: (await handle.stat()).mtimeMs };
  } finally {
    await handle.close();
  }
}

const isSilent = (modifiedAt: number): boolean => Math.abs(Date.now() - modifiedAt) > staleMilliseconds;
