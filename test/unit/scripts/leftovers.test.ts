import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { leftFiles } from '../../../scripts/lib/leftovers.mjs';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'axon-leftovers-'))));
afterEach(() => rm(folder, { recursive: true }));

it('tells what tests left by the beginnings of its names, and leaves out what other programs keep', async () => {
  for (const name of ['axon-rules-a1b2c3', 'axon-rules-d4e5f6', 'node-compile-cache', 'org.chromium.Chromium.Xy12']) await mkdir(path.join(folder, name));
  await writeFile(path.join(folder, 'notes.txt'), '');
  expect(await leftFiles(folder)).toEqual(['axon-rules-… (2)', 'notes-… (1)']);
});

it('has nothing to tell of an empty folder', async () => {
  expect(await leftFiles(folder)).toEqual([]);
});
