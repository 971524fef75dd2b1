import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { AxonError } from '../../src/errors.js';
import type { FileChange } from '../../src/ports/files.js';
import { canAnchor } from '../../src/workspace/open-folder.js';
import { makeTestFolder } from '../unit/workspace/sandbox-folder.js';

/** Swaps a folder for a link to another one and back, as fast as it can, until it is told to stop. */
const swapper = `
const { parentPort, workerData } = require('node:worker_threads');
const fs = require('node:fs');
const { folder, aside, outside, stop } = workerData;
const flag = new Int32Array(stop);
// While the name is free for an instant, the tool may make a folder of its own there.
const put = (place) => {
  for (;;) {
    try {
      return place();
    } catch {
      try { fs.rmSync(folder, { recursive: true, force: true }); } catch {}
    }
  }
};
parentPort.postMessage('ready');
let swaps = 0;
while (Atomics.load(flag, 0) === 0) {
  fs.renameSync(folder, aside);
  put(() => fs.symlinkSync(outside, folder));
  Atomics.wait(flag, 0, 0, Math.random() * 2);
  fs.unlinkSync(folder);
  put(() => fs.renameSync(aside, folder));
  Atomics.wait(flag, 0, 0, Math.random() * 6);
  swaps++;
}
parentPort.postMessage(swaps);
`;

const rounds = Number(process.env['AXON_RACE_ROUNDS'] ?? 300);

async function race(anchored: boolean, rounds: number): Promise<{ swaps: number; done: number; refused: number; read: Set<string>; outside: string[]; secret: string }> {
  const test = makeTestFolder({ anchored });
  const stop = new SharedArrayBuffer(4);
  const folder = path.join(test.workspace, 'src', 'd');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'a.txt'), 'inside');
  writeFileSync(path.join(test.outside, 'a.txt'), 'SECRET');
  writeFileSync(path.join(test.outside, 'only-outside'), '');
  const worker = new Worker(swapper, { eval: true, workerData: { folder, aside: path.join(test.workspace, 'aside'), outside: test.outside, stop } });
  try {
    await new Promise((resolve) => worker.once('message', resolve));
    const read = new Set<string>();
    let [done, refused] = [0, 0];
    for (let round = 0; round < rounds; round++) {
      const name = round % 2 === 0 ? `src/d/new-${round}.txt` : `src/d/deep/new-${round}.txt`;
      const change: FileChange = { path: name, before: undefined, after: `round ${round}`, beforeHash: undefined, encoding: 'utf-8' };
      const uses = [
        async () => void read.add((await test.files.read('src/d/a.txt')).text),
        () => test.files.apply(change),
        async () => (await test.files.list('src/d')).entries.forEach((entry) => read.add(entry.path)),
      ];
      for (const use of uses) {
        try {
          await use();
          done++;
        } catch (error) {
          if (!(error instanceof AxonError)) throw error;
          refused++;
        }
      }
    }
    Atomics.store(new Int32Array(stop), 0, 1);
    const swaps = await new Promise<number>((resolve, reject) => worker.once('message', resolve).once('error', reject));
    const outside = readdirSync(test.outside, { recursive: true, encoding: 'utf8' });
    return { swaps, done, refused, read, outside, secret: readFileSync(path.join(test.outside, 'a.txt'), 'utf8') };
  } finally {
    Atomics.store(new Int32Array(stop), 0, 1);
    await worker.terminate();
    test.dispose();
  }
}

describe('a folder that is swapped for a link while tools use it', () => {
  it.runIf(canAnchor)('lets nothing be read or written outside, not even an empty file', async () => {
    const { swaps, done, refused, read, outside, secret } = await race(true, rounds);
    console.log(`race anchored: ${swaps} swaps, ${done} uses done, ${refused} refused`);
    expect(swaps).toBeGreaterThan(100);
    expect(done).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
    expect([...read]).not.toContain('SECRET');
    expect([...read].filter((name) => name.includes('only-outside'))).toEqual([]);
    expect(outside.sort()).toEqual(['a.txt', 'only-outside']);
    expect(secret).toBe('SECRET');
  });

  it('lets no content out or in where a path can not begin at an open folder', async () => {
    const { swaps, done, refused, read, outside, secret } = await race(false, rounds);
    console.log(`race compared: ${swaps} swaps, ${done} uses done, ${refused} refused`);
    expect(swaps).toBeGreaterThan(100);
    expect(done).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
    expect([...read]).not.toContain('SECRET');
    expect(secret).toBe('SECRET');
    // Making an empty folder or an empty file of our own can land there before the comparison notices; a text can't.
    expect(outside.filter((name) => name.includes('new'))).toEqual([]);
  });
});
