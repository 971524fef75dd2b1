import { mkdtempSync, openSync, closeSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { dataEnd, dataEndSync, roomBytes } from '../../../../src/audit/storage/data-end.js';

test.each([
  ['nothing', Buffer.alloc(0), 0],
  ['no room', Buffer.from('one\n'), 4],
  ['room', Buffer.concat([Buffer.from('one\n'), Buffer.alloc(60_000)]), 4],
  ['room alone', Buffer.alloc(roomBytes), 0],
  ['room behind much data', Buffer.concat([Buffer.alloc(500_000, 'x'), Buffer.alloc(roomBytes)]), 500_000],
  ['zeros inside the data', Buffer.concat([Buffer.from('one\n'), Buffer.alloc(9), Buffer.from('two\n'), Buffer.alloc(5)]), 17],
  // What nobody of ours left there is read as data.
  ['more zeros than room ever has', Buffer.concat([Buffer.from('one\n'), Buffer.alloc(10 * roomBytes)]), 4 + 10 * roomBytes],
])('the data of a journal ends before its room: %s', async (_name, bytes, end) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'axon-room-'));
  const file = path.join(folder, 'a');
  writeFileSync(file, bytes);
  const handle = await open(file, 'r');
  const descriptor = openSync(file, 'r');
  try {
    expect(await dataEnd(handle, bytes.length)).toBe(end);
    expect(dataEndSync(descriptor, bytes.length)).toBe(end);
  } finally {
    closeSync(descriptor);
    await handle.close();
    rmSync(folder, { recursive: true });
  }
});
