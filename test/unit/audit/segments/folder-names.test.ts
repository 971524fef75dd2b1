import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FolderNames } from '../../../../src/audit/segments/folder-names.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'axon-names-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const later = 10_000;

test('a name that came, went or changed is known with the next look, however soon', () => {
  const names = new FolderNames(folder);
  for (let n = 0; n < 200; n += 1) {
    writeFileSync(path.join(folder, `${n}`), '');
    expect(names.read()).toContain(`${n}`);
    renameSync(path.join(folder, `${n}`), path.join(folder, `${n}.new`));
    expect(names.read()).toEqual([`${n}.new`]);
    rmSync(path.join(folder, `${n}.new`));
    expect(names.read()).toEqual([]);
  }
});

test('a change is known as soon in a folder that has kept its names for long', async () => {
  const names = new FolderNames(folder, () => Date.now() + later);
  writeFileSync(path.join(folder, 'a'), '');
  expect(names.read()).toEqual(['a']);
  expect(names.read()).toBe(names.read());
  // Longer than a step of the clock by which the folder notes it.
  await sleep(20);
  writeFileSync(path.join(folder, 'b'), '');
  expect([...names.read()].sort()).toEqual(['a', 'b']);
});

test('names are the same array for as long as they are the same', () => {
  let time = Date.now();
  const names = new FolderNames(folder, () => time);
  writeFileSync(path.join(folder, 'a'), '');
  const first = names.read();
  for (let look = 0; look < 5; look += 1) {
    time += later;
    expect(names.read()).toBe(first);
  }
});

test('a folder that is not there has no names, and has them once it is there', () => {
  const inside = path.join(folder, 'inside');
  const names = new FolderNames(inside);
  expect(names.read()).toEqual([]);
  mkdirSync(inside);
  writeFileSync(path.join(inside, 'a'), '');
  expect(names.read()).toEqual(['a']);
  rmSync(inside, { recursive: true });
  expect(names.read()).toEqual([]);
});
