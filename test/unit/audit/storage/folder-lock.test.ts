import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from '../../../../src/audit/storage/folder-lock.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'axon-lock-'));
  file = path.join(folder, 'audit', 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const deadOwner = (nonce: string): string => `${nonce} 999999999 ${os.hostname()}\n`;

test('one holder at a time; the next gets it after the release', async () => {
  const first = await lockFolder(file, 0);
  expect(await lockFolder(file, 0)).toBeUndefined();
  const waiting = lockFolder(file, 5_000);
  await first?.release();
  const second = await waiting;
  expect(await second?.isHeld()).toBe(true);
  expect(await first?.isHeld()).toBe(false);
  await first?.release();
  expect(existsSync(file)).toBe(true);
  await second?.release();
  expect(readdirSync(path.dirname(file))).toEqual([]);
});

test('the lock of a process that is gone is taken over', async () => {
  await (await lockFolder(file, 0))?.release();
  writeFileSync(file, deadOwner('a'.repeat(24)));
  const lock = await lockFolder(file, 0);
  expect(await lock?.isHeld()).toBe(true);
  await lock?.release();
});

test('a lock without a heartbeat is taken over, and its owner notices', async () => {
  const asleep = await lockFolder(file, 0);
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(file, longAgo, longAgo);
  const lock = await lockFolder(file, 0);
  expect(await lock?.isHeld()).toBe(true);
  expect(await asleep?.isHeld()).toBe(false);
  await asleep?.release();
  expect(await lock?.isHeld()).toBe(true);
  await lock?.release();
});

test('a lock that is just being written is respected', async () => {
  await (await lockFolder(file, 0))?.release();
  writeFileSync(file, '');
  expect(await lockFolder(file, 0)).toBeUndefined();
});

test('of many that find a dead owner\'s lock, one gets it at a time', async () => {
  await (await lockFolder(file, 0))?.release();
  writeFileSync(file, deadOwner('b'.repeat(24)));
  let holders = 0;
  let most = 0;
  const take = async (): Promise<void> => {
    const lock = await lockFolder(file, 20_000);
    expect(lock).toBeDefined();
    holders += 1;
    most = Math.max(most, holders);
    await new Promise((resolve) => setTimeout(resolve, 2));
    holders -= 1;
    await lock?.release();
  };
  await Promise.all(Array.from({ length: 12 }, take));
  expect(most).toBe(1);
});

const foreign: Readonly<Record<string, () => void>> = {
  'a pipe': () => void execFileSync('mkfifo', [file]),
  'a link to nothing': () => symlinkSync(path.join(folder, 'nothing'), file),
  'a link to a file': () => {
    writeFileSync(path.join(folder, 'other'), 'theirs');
    symlinkSync(path.join(folder, 'other'), file);
  },
};

test.runIf(process.platform !== 'win32').each(Object.keys(foreign))('[P15] %s in the place of the lock stops nobody', async (what) => {
  mkdirSync(path.dirname(file));
  foreign[what]?.();
  const lock = await lockFolder(file, 0);
  expect(await lock?.isHeld()).toBe(true);
  rmSync(file);
  foreign[what]?.();
  expect(await lock?.isHeld()).toBe(false);
  await lock?.release();
  expect(await (await lockFolder(file, 0))?.isHeld()).toBe(true);
  if (existsSync(path.join(folder, 'other'))) expect(readFileSync(path.join(folder, 'other'), 'utf8')).toBe('theirs');
});

test('a folder in the place of the lock is not removed, and whoever wants the lock hears of it at once', async () => {
  mkdirSync(file, { recursive: true });
  await expect(lockFolder(file, 60_000)).rejects.toMatchObject({ code: 'ERR_FS_EISDIR' });
  expect(readdirSync(path.dirname(file))).toEqual(['lock']);
});
