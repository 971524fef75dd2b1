import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditLog } from '../../../src/audit/audit-log.js';
import { logFolderOf } from '../../../src/audit/storage/layout.js';
import { recordId } from '../../../src/audit/record.js';
import { MatchingRows } from '../../../src/vscode/audit-page-rows.js';
import { fillJournals, workOf } from '../../fixtures/audit/fill-log.js';
import { key, LogFolder } from '../../fixtures/audit/open-log.js';

const until = Date.UTC(2026, 10, 20, 18);
const work = workOf(6_000, until);
const folder = new LogFolder();
let log: AuditLog;
let reads = 0;
let all: readonly string[];

beforeAll(async () => {
  fillJournals(logFolderOf(folder.folder, key), key, work, 2_000);
  log = await folder.open();
  await log.fold();
  const ids: string[] = [];
  for (let before: Parameters<AuditLog['page']>[0] = {}; ;) {
    const { records, next } = await log.page({ ...before, limit: 1_000 });
    ids.push(...records.map(recordId));
    if (!next) break;
    before = { before: next };
  }
  all = ids;
}, 60_000);
afterAll(() => folder.dispose());

async function rowsOf(): Promise<MatchingRows> {
  const { records: [newest] } = await log.page({ limit: 1 });
  const counting = {
    page: async (...args: Parameters<AuditLog['page']>) => {
      const page = await log.page(...args);
      reads += page.records.length;
      return page;
    },
    timeline: (...args: Parameters<AuditLog['timeline']>) => log.timeline(...args),
  };
  return new MatchingRows(counting, { to: newest!.at + 1 }, newest!, new AbortController().signal);
}

describe('rows by their number', () => {
  it('are those that reading from the newest on gives, wherever one jumps', async () => {
    expect(all).toHaveLength(work.length);
    const rows = await rowsOf();
    const { buckets } = await log.timeline({}, { buckets: 7 });
    rows.counted(buckets);
    for (const from of [0, 5_900, 100, 3_500, 3_400, 5_999, 2_600]) {
      const found = await rows.read(from, 100);
      expect(found.map(recordId), `from ${from}`).toEqual(all.slice(from, from + 100));
    }
  });

  it('are found without reading all that lies before them', async () => {
    const rows = await rowsOf();
    const { buckets } = await log.timeline({}, { buckets: 3 });
    rows.counted(buckets);
    reads = 0;
    await rows.read(5_200, 100);
    expect(reads).toBeLessThan(2_200);
  });

  it('are found without any count too', async () => {
    const rows = await rowsOf();
    expect((await rows.read(2_100, 50)).map(recordId)).toEqual(all.slice(2_100, 2_150));
  });

  it('keep their numbers while more is written', async () => {
    const rows = await rowsOf();
    await log.append({ type: 'session_started', sessionId: 'later' });
    expect((await rows.read(0, 3)).map(recordId)).toEqual(all.slice(0, 3));
  });

  it('end where the log ends', async () => {
    const rows = await rowsOf();
    // One more was written since all were listed.
    expect((await rows.read(5_990, 100)).map(recordId)).toEqual(all.slice(5_989));
    rows.counted((await log.timeline({}, { buckets: 3 })).buckets);
    expect(await rows.read(20_000, 100)).toEqual([]);
  });
});
