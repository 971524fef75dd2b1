import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../../errors.js';

/** True for a Node error of this code, for example `ENOENT`. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(codeOf(error) ?? '');
}

/** A missing file becomes `undefined`; any other failure stays one. */
export async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Makes a folder, with those above it, that only its owner can look into. Its name is durable when this resolves. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = path.resolve(folder); made.length >= first.length; made = path.dirname(made)) await syncFolder(path.dirname(made));
}

/** Names in a folder in sorted order; a missing folder is an empty one. */
export async function namesIn(folder: string): Promise<string[]> {
  const names = await orMissing(readdir(folder));
  return (names ?? []).sort();
}

/** Makes new, renamed and removed names in a folder durable. Windows keeps its own journal of names and can't do this. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes a file so that a crash leaves either the old one or the new one, whole. `mayCommit` is asked just before the
 * rename; when it says no, nothing has changed and this rejects.
 */
export async function writeAtomically(file: string, data: string | Uint8Array, mayCommit: () => Promise<boolean> = () => Promise.resolve(true)): Promise<void> {
  const folder = path.dirname(file);
  await makeFolder(folder);
  const temporary = path.join(folder, `${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (!(await mayCommit())) throw new Error('the lock was lost');
    await rename(temporary, file);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
