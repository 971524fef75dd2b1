import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tryLock, withLock } from '../../../scripts/lib/lock.mjs';

describe('the lock of the scripts', () => {
  let folder = '';
  let file = '';

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'lock-'));
    file = path.join(folder, 'some.lock');
  });

  afterEach(async () => rm(folder, { recursive: true, force: true }));

  it('lets one work at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, (inside += 1));
      await sleep(5);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 4 }, () => withLock(file, work)));
    expect(most).toBe(1);
  });

  it('is free again after work that failed', async () => {
    await expect(withLock(file, async () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await readdir(folder)).toEqual([]);
  });

  it('is not given to a second who asks', async () => {
    const release = await tryLock(file);
    expect(await tryLock(file)).toBeUndefined();
    await release?.();
    const again = await tryLock(file);
    expect(again).toBeDefined();
    await again?.();
  });

  it('is taken over from a process that is gone', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    await writeFile(file, `${os.hostname()} ${pid} 1`);
    expect(await withLock(file, async () => 'done')).toBe('done');
  });

  it('is taken over from a machine that has not been heard of for a minute', async () => {
    await writeFile(file, 'elsewhere 1 1');
    const longAgo = new Date(Date.now() - 120_000);
    await utimes(file, longAgo, longAgo);
    expect(await withLock(file, async () => 'done')).toBe('done');
  });

  it('waits for a machine that was heard of just now', async () => {
    await writeFile(file, 'elsewhere 1 1');
    expect(await tryLock(file)).toBeUndefined();
    expect(await readdir(folder)).toEqual(['some.lock']);
  });
});
