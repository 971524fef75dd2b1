import { AxonError } from '../../errors.js';
import { hasCode } from './durable-file.js';
import { lockFolder, type FolderLock } from './folder-lock.js';

/** Longer than a fold takes. */
const patience = 60_000;

/**
 * Does work under a folder's lock. Gives `undefined` when another window keeps it longer than `wait` milliseconds. Rejects
 * with the file system's error where the folder can't be written to, and as the work does.
 */
export async function underLock<T>(file: string, wait: number, work: (lock: FolderLock) => Promise<T>): Promise<T | undefined> {
  const lock = await lockFolder(file, wait);
  if (!lock) return undefined;
  try {
    return await work(lock);
  } finally {
    await lock.release();
  }
}

/**
 * Does work that reads every file, while nothing folds and nothing leaves. It gets no lock where nobody can write. Rejects with `unavailable` when another window keeps
 * the folder locked for a minute, with `cancelled`, and as the work does.
 */
export async function whileNothingMoves<T>(file: string, work: (lock: FolderLock | undefined) => Promise<T>, signal?: AbortSignal): Promise<T> {
  const lock = await lockToRead(file, signal);
  try {
    return await work(lock);
  } finally {
    await lock?.release();
  }
}

/** Rejects with `unavailable` when the lock was lost meanwhile: what was read may be half old, half new. */
export async function mustBeHeld(lock: FolderLock | undefined): Promise<void> {
  if (lock && !(await lock.isHeld())) throw new AxonError('unavailable', 'Another window worked on the audit log meanwhile: this machine was asleep or very busy.', 'Try again.');
}

/** The same chunks. Ends with `unavailable` when the lock was lost on the way: not all that was read belongs together then. */
export async function* heldThroughout<T>(chunks: AsyncIterable<T>, lock: FolderLock | undefined): AsyncGenerator<T, void, undefined> {
  yield* chunks;
  await mustBeHeld(lock);
}

/** A folder that can't be written to, or is full, has nobody who folds in it, so it can be read without the lock. */
async function lockToRead(file: string, signal: AbortSignal | undefined): Promise<FolderLock | undefined> {
  try {
    const lock = await lockFolder(file, patience, signal);
    if (lock) return lock;
  } catch (error) {
    if (signal?.aborted) throw new AxonError('cancelled', 'The work on the audit log was stopped.');
    if (hasCode(error, 'EROFS', 'EACCES', 'EPERM', 'ENOSPC', 'EDQUOT')) return undefined;
    throw error;
  }
  throw new AxonError('unavailable', 'Another window is working on the audit log.', 'Try again in a minute.');
}
