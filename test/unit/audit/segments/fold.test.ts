import { copyFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseAnchor } from '../../../../src/audit/storage/anchor.js';
import { event, LogFolder } from '../../../fixtures/audit/open-log.js';

let logs: LogFolder;
beforeEach(() => {
  logs = new LogFolder();
});
afterEach(() => logs.dispose());

const segments = (): string[] => readdirSync(logs.path('segments')).sort();

test('a fold begins by itself when enough bytes are closed, however few files they are', { timeout: 30_000 }, async () => {
  const log = await logs.open({ limits: { journalEvents: 5, journalsToFold: 1_000, bytesToFold: 4_000 } });
  for (let n = 0; n < 16; n += 1) await log.append(event(n, { result: 'x'.repeat(500) }));
  await log.dispose();
  expect(segments().length).toBeGreaterThan(0);
  expect(await (await logs.open()).verify()).toMatchObject({ ok: true, events: 16 });
});

test('a file whose name is true but that is a view without end is told of, and nothing waits for it', { timeout: 30_000 }, async () => {
  const log = await logs.open();
  await log.append(event(1));
  await log.fold();
  const file = logs.path('segments', segments()[0] ?? '');
  const forged = logs.path('forged.db');
  const database = new DatabaseSync(forged);
  const endless = 'WITH RECURSIVE n(position) AS (SELECT 1 UNION ALL SELECT position + 1 FROM n) SELECT position, 0 AS at, 0 AS journal, 0 AS seq FROM n';
  database.exec(`CREATE VIEW facts AS ${endless}; CREATE VIEW words AS ${endless}; CREATE VIEW events AS ${endless}`);
  database.close();
  renameSync(forged, file);
  await log.append(event(2));
  const reader = await logs.open({ windowId: 'reader' });
  expect((await reader.page()).records.map((each) => each.callId)).toEqual(['c2']);
  expect((await reader.facets()).events).toBe(1);
  expect(logs.problems.map((each) => each.kind)).toEqual(['corrupt']);
});

test('a failure of the disk is told in words for a person', async () => {
  const log = await logs.open();
  await log.append(event(1));
  await log.fold();
  renameSync(logs.path('segments'), logs.path('moved'));
  writeFileSync(logs.path('segments'), 'a file where the folder should be');
  for (const look of [log.page(), log.facets(), log.timeline({}, { buckets: 1 }), log.record('x.1')]) {
    await expect(look).rejects.toMatchObject({ name: 'AxonError', code: 'io', message: 'The audit log can\'t be read: a folder of it is missing.' });
  }
  await log.append(event(2));
  await expect(log.fold()).rejects.toMatchObject({ name: 'AxonError', code: 'io' });
  await expect(log.fold()).rejects.toThrow(/^The audit journals can't be folded: /);
});

/** As a window leaves it that dies after a segment has its name, and before that is remembered outside. */
async function foldUnremembered(first: number): Promise<void> {
  let isDead = false;
  const save = async (value: string): Promise<void> => {
    if (!isDead) await logs.anchor.save(value);
    isDead ||= parseAnchor(value)?.committing !== undefined;
  };
  const log = await logs.open({ windowId: `dies-${first}`, limits: { anchorDelay: 60_000 }, anchor: { load: logs.anchor.load, save } });
  await log.append(event(first));
  await log.append(event(first + 1));
  await log.fold();
  await log.dispose();
}

test('[P15] positions of a segment that was never remembered are not given again, so it can\'t be put back in the place of another', async () => {
  await foldUnremembered(1);
  const [lost = ''] = segments();
  copyFileSync(logs.path('segments', lost), logs.path('aside-by-an-attacker'));
  rmSync(logs.path('segments', lost));
  const log = await logs.open();
  expect((await log.verify()).findings.map((each) => each.fault)).toContain('cut');
  await log.append(event(3));
  await log.fold();
  expect(logs.problems.map((each) => each.message)).toEqual([expect.stringContaining('2 event(s) are gone')]);
  const [later = ''] = segments();
  expect((await log.verify()).findings.map((each) => each.fault)).toContain('removed');
  copyFileSync(logs.path('aside-by-an-attacker'), logs.path('segments', lost));
  expect(await log.verify()).toMatchObject({ verdict: 'whole', events: 3 });
  rmSync(logs.path('segments', later));
  expect(await log.verify()).toMatchObject({ verdict: 'not-whole', findings: [expect.objectContaining({ fault: 'cut', position: 3 })] });
});

test('a fold that died after its segment had its name is not told of, and the log goes on after it', async () => {
  await foldUnremembered(1);
  const log = await logs.open();
  expect(await log.verify()).toMatchObject({ verdict: 'whole', events: 2 });
  await log.append(event(3));
  await log.fold();
  await foldUnremembered(4);
  expect(await (await logs.open({ windowId: 'next' })).verify()).toMatchObject({ verdict: 'whole', events: 5 });
  expect(logs.problems).toEqual([]);
});

test('a fold that died before its segment had its name leaves its positions to the next', async () => {
  const log = await logs.open({ windowId: 'dies', limits: { anchorDelay: 60_000 } });
  await log.append(event(1));
  await log.dispose();
  const [journal = ''] = readdirSync(logs.path('journals'));
  logs.anchor.value = logs.anchor.value?.replace('{', `{"committing":{"journals":["${journal.replace(/\.jsonl$/, '')}"],"to":1},`);
  const next = await logs.open();
  await next.fold();
  expect(segments()).toHaveLength(1);
  expect(await next.verify()).toMatchObject({ verdict: 'whole', events: 1 });
  expect(logs.problems).toEqual([]);
});
