import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { mergeTail } from '../../../../src/audit/segments/merge.js';
import { listSegments, type SegmentFile } from '../../../../src/audit/segments/segment-name.js';
import { SegmentWriter } from '../../../../src/audit/segments/segment-writer.js';
import { sqliteLoader } from '../../../../src/audit/segments/sqlite.js';
import { event, key, locateWasm, LogFolder } from '../../../fixtures/audit/open-log.js';

let logs: LogFolder;
beforeEach(() => {
  logs = new LogFolder();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await logs.dispose();
});

/** Two segments of two events each, and the second as somebody would have it: one of its events a second time in place of the other. */
async function twoSegments(): Promise<{ readonly second: string; readonly forged: Uint8Array }> {
  const log = await logs.open({ limits: { segmentEvents: 2 } });
  for (const first of [1, 3]) {
    await log.append(event(first));
    await log.append(event(first + 1));
    await log.fold();
  }
  await log.dispose();
  const [, name = ''] = readdirSync(logs.path('segments')).sort();
  const second = logs.path('segments', name);
  const copy = logs.path('forged.db');
  copyFileSync(second, copy);
  const database = new DatabaseSync(copy);
  database.exec('UPDATE events SET line = (SELECT line FROM events WHERE position = 3) WHERE position = 4');
  database.close();
  const forged = readFileSync(copy);
  rmSync(copy);
  return { second, forged };
}

/** Gives the files that were found corrupt. */
async function merge(): Promise<{ readonly merged: readonly SegmentFile[]; readonly corrupt: readonly string[] }> {
  const corrupt: string[] = [];
  const segments = (await listSegments(logs.path('segments'))).sort((a, b) => a.from - b.from);
  const merged = await mergeTail(await sqliteLoader(locateWasm)(), segments, {
    key,
    folder: logs.path('segments'),
    mayCommit: () => Promise.resolve(true),
    segmentEvents: 100,
    segmentBytes: 1024 * 1024,
    onCorrupt: async ({ file }) => void corrupt.push(file),
  });
  for (const each of merged) rmSync(each.file);
  return { merged, corrupt };
}

test('[P15] what is written into a segment while it is joined with another gets no new seal', async () => {
  const { second, forged } = await twoSegments();
  const create = SegmentWriter.create.bind(SegmentWriter);
  // By then the files were checked, and their lines are about to be copied.
  vi.spyOn(SegmentWriter, 'create').mockImplementation((...given) => {
    writeFileSync(second, forged);
    return create(...given);
  });
  expect((await merge()).merged).toHaveLength(2);
  expect(await (await logs.open()).verify()).toMatchObject({ verdict: 'whole', events: 4, segments: 1 });
});

test('[P15] a segment that isn\'t what was written is joined with none', async () => {
  const { second, forged } = await twoSegments();
  writeFileSync(second, forged);
  expect(await merge()).toEqual({ merged: [], corrupt: [second] });
  expect(readdirSync(logs.path('segments'))).toHaveLength(2);
});
