import fs, { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { journalText } from '../../../fixtures/audit/open-log.js';
import { JournalFile } from '../../../../src/audit/journal/journal-file.js';

let folder: string;
let name: string;
let file: JournalFile;
let handles: FileHandle;
beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'axon-journal-'));
  name = path.join(folder, 'journals', 'a.jsonl');
  file = await JournalFile.create(name);
  const some = await open(name, 'r');
  handles = Object.getPrototypeOf(some) as FileHandle;
  await some.close();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await file.close();
  rmSync(folder, { recursive: true, force: true });
});

const bytes = (text: string): Uint8Array => Buffer.from(text);
const failure = (code: string): Error => Object.assign(new Error(code), { code });

test('what is appended stands in the file, one after the other', async () => {
  await file.append(bytes('one\n'));
  await file.append(bytes('two\n'));
  expect([journalText(name), file.size, file.usable]).toEqual(['one\ntwo\n', 8, true]);
});

test('[P5] after a failed flush what was written is cut off, and nothing is appended to that file again', async () => {
  await file.append(bytes('one\n'));
  vi.spyOn(handles, 'datasync').mockRejectedValueOnce(failure('EIO'));
  await expect(file.append(bytes('two\n'))).rejects.toMatchObject({ code: 'EIO' });
  expect([readFileSync(name, 'utf8'), file.usable]).toEqual(['one\n', false]);
});

test('[P5] where even that fails, the file is given up', async () => {
  await file.append(bytes('one\n'));
  vi.spyOn(handles, 'datasync').mockRejectedValue(failure('EIO'));
  vi.spyOn(handles, 'truncate').mockRejectedValue(failure('EIO'));
  await expect(file.append(bytes('two\n'))).rejects.toMatchObject({ code: 'EIO' });
  expect(file.usable).toBe(false);
});

test('[P5] a file that was moved away loses what was not confirmed, and the caller hears of it', async () => {
  await file.append(bytes('one\n'));
  const moved = `${name}.moved`;
  renameSync(name, moved);
  await expect(file.append(bytes('two\n'))).rejects.toMatchObject({ name: 'JournalDisturbed' });
  expect([readFileSync(moved, 'utf8'), file.usable]).toEqual(['one\n', false]);
});

test('[P5] a file that something else wrote to is left as evidence', async () => {
  await file.append(bytes('one\n'));
  appendFileSync(name, 'garbage');
  await expect(file.append(bytes('two\n'))).rejects.toMatchObject({ name: 'JournalDisturbed' });
  expect(readFileSync(name, 'utf8')).toMatch(/^one\ntwo\n\0+garbage$/);
});

test('a file in the place of the folder counts as the journal being gone', async () => {
  rmSync(path.dirname(name), { recursive: true });
  writeFileSync(path.dirname(name), '');
  await expect(file.append(bytes('one\n'))).rejects.toMatchObject({ name: 'JournalDisturbed' });
});

test('on a disk that makes the caller wait, the rest of the file is written without blocking the thread', async () => {
  const asynchronous = vi.spyOn(handles, 'write');
  let time = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (time += 30));
  await file.append(bytes('one\n'));
  const before = asynchronous.mock.calls.length;
  await file.append(bytes('two\n'));
  // The line found the disk slow; its room was made without blocking already.
  expect([before, asynchronous.mock.calls.length]).toEqual([1, 2]);
  expect(journalText(name)).toBe('one\ntwo\n');
});

test('room is kept behind the data while it is written, and goes when the file is closed', async () => {
  await file.append(bytes('one\n'));
  expect(statSync(name).size).toBe(64 * 1024);
  await file.append(bytes(`${'x'.repeat(64 * 1024)}\n`));
  expect(statSync(name).size).toBe(128 * 1024);
  await file.close();
  expect(readFileSync(name, 'utf8')).toBe(`one\n${'x'.repeat(64 * 1024)}\n`);
});

test('[P5] a disk that has room for the line and none for more takes the line', async () => {
  const { writeSync } = fs;
  vi.spyOn(fs, 'writeSync').mockImplementation(((descriptor: number, data: Uint8Array, ...more: number[]) => {
    if (data.every((each) => each === 0)) throw failure('ENOSPC');
    return writeSync(descriptor, data, ...more);
  }) as typeof writeSync);
  syncBuiltinESMExports();
  try {
    await file.append(bytes('one\n'));
    await file.append(bytes('two\n'));
  } finally {
    vi.restoreAllMocks();
    syncBuiltinESMExports();
  }
  expect([readFileSync(name, 'utf8'), file.usable]).toEqual(['one\ntwo\n', true]);
});

test('closing twice is harmless', async () => {
  await file.close();
  await file.close();
  expect(file.usable).toBe(false);
});
