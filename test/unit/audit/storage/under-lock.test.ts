import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from '../../../../src/audit/storage/folder-lock.js';
import { heldThroughout, mustBeHeld, underLock, whileNothingMoves } from '../../../../src/audit/storage/under-lock.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'axon-lock-'));
  file = path.join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function all<T>(chunks: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of chunks) found.push(each);
  return found;
}

async function* chunks(): AsyncGenerator<string, void, undefined> {
  yield await Promise.resolve('a');
}

const isFree = async (): Promise<boolean> => {
  const lock = await lockFolder(file, 0);
  await lock?.release();
  return lock !== undefined;
};

test('the lock is held while the work runs, and given back after it, also when it fails', async () => {
  expect(await underLock(file, 0, isFree)).toBe(false);
  await expect(underLock(file, 0, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await expect(whileNothingMoves(file, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await isFree()).toBe(true);
});

test('where another window keeps the lock, the work is not done', async () => {
  const other = await lockFolder(file, 0);
  const mustNotRun = (): Promise<string> => Promise.reject(new Error('must not run'));
  expect(await underLock(file, 20, mustNotRun)).toBeUndefined();
  const stop = new AbortController();
  const reading = whileNothingMoves(file, mustNotRun, stop.signal);
  stop.abort();
  await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  await other?.release();
});

test('what was read while the lock was lost is not taken for whole', async () => {
  const lock = await lockFolder(file, 0);
  expect(await all(heldThroughout(chunks(), lock))).toEqual(['a']);
  writeFileSync(file, 'somebody else');
  await expect(mustBeHeld(lock)).rejects.toMatchObject({ code: 'unavailable' });
  await expect(all(heldThroughout(chunks(), lock))).rejects.toMatchObject({ code: 'unavailable' });
  await lock?.release();
});

test('without a lock there is nothing to lose', async () => {
  await mustBeHeld(undefined);
  expect(await all(heldThroughout(chunks(), undefined))).toEqual(['a']);
});
