import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseAnchor } from '../../../../src/audit/storage/anchor-state.js';
import { closedFile } from '../../../../src/audit/journal/journal-name.js';
import { sealRecord, type AuditRecord } from '../../../../src/audit/record.js';
import { event, journalText, key, LogFolder } from '../../../fixtures/audit/open-log.js';

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

test('[P15] a journal that is left behind by a fold and says otherwise than its segment is kept aside, not thrown away', async () => {
  const log = await logs.open();
  for (const n of [1, 2, 3]) await log.append(event(n));
  const { records } = await log.page();
  const [name = ''] = readdirSync(logs.path('journals'));
  const lines = journalText(logs.path('journals', name)).trim().split('\n');
  await log.fold();
  const closed = name.replace('.live', '');
  // As a fold leaves it that dies before it removes the journal.
  writeFileSync(logs.path('journals', closed), `${lines.join('\n')}\n`);
  await log.fold();
  expect(readdirSync(logs.path('journals'))).toEqual([]);
  expect(logs.problems).toEqual([]);
  const [last] = records;
  if (!last) throw new Error('no event');
  const { hash: _hash, ...unsealed } = last;
  writeFileSync(logs.path('journals', closed), [lines[0], lines[1], sealRecord(key, { ...unsealed, tool: 'other' }).line, ''].join('\n'));
  await log.fold();
  expect(readdirSync(logs.path('journals'))).toEqual([]);
  expect(logs.problems).toMatchObject([{ kind: 'corrupt', message: expect.stringContaining('other events') as string }]);
  expect((await log.page()).records.map((each) => each.tool)).toEqual(['file_read', 'file_read', 'file_read']);
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
  expect((await log.verify()).findings).toMatchObject([{ fault: 'removed', seq: 1, untilSeq: 2 }]);
  await log.append(event(3));
  await log.fold();
  const [later = ''] = segments();
  expect((await log.verify()).findings).toMatchObject([{ fault: 'removed', seq: 1, untilSeq: 2 }]);
  copyFileSync(logs.path('aside-by-an-attacker'), logs.path('segments', lost));
  expect(await log.verify()).toMatchObject({ verdict: 'whole', events: 3 });
  rmSync(logs.path('segments', later));
  expect(await log.verify()).toMatchObject({ verdict: 'not-whole', findings: [expect.objectContaining({ fault: 'cut', position: 3 })] });
});

test('[P15] neither do they become free by an empty journal of the same name', async () => {
  await foldUnremembered(1);
  const [lost = ''] = segments();
  const taken = readFileSync(logs.path('segments', lost));
  const name = [...(parseAnchor(logs.anchor.value ?? '')?.journals.keys() ?? [])][0] ?? '';
  rmSync(logs.path('segments', lost));
  writeFileSync(logs.path('journals', closedFile(name)), '');
  const log = await logs.open();
  await log.append(event(3));
  await log.append(event(4));
  await log.fold();
  for (const each of segments()) rmSync(logs.path('segments', each));
  writeFileSync(logs.path('segments', lost), taken);
  expect((await log.verify()).findings.map((each) => each.fault)).toEqual(['cut']);
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

test('a fold that died before its segment had its name leaves its positions unused, and nothing is missed', async () => {
  const first = await logs.open({ windowId: 'dies' });
  await first.append(event(1));
  await first.fold();
  await first.append(event(2));
  await first.dispose();
  logs.anchor.value = logs.anchor.value?.replace('{', '{"committing":4,');
  for (const n of [3, 4]) {
    const next = await logs.open({ windowId: `next-${n}` });
    await next.append(event(n));
    await next.fold();
    expect(await next.verify()).toMatchObject({ verdict: 'whole', events: n });
    await next.dispose();
  }
  expect(logs.problems).toEqual([]);
});

test('[P15] a line that was refused does not take the place of one that was confirmed', async () => {
  const log = await logs.open();
  await log.append(event(1));
  await log.append(event(2));
  await log.dispose();
  const [file = ''] = readdirSync(logs.path('journals'));
  const [first = '', second = ''] = readFileSync(logs.path('journals', file), 'utf8').trim().split('\n');
  const { hash: _, ...confirmed } = JSON.parse(second) as AuditRecord;
  const { line } = sealRecord(key, { ...confirmed, arguments: '{"path":"refused.txt"}' });
  writeFileSync(logs.path('journals', file), `${first}\n${line}\n`);
  const next = await logs.open({ windowId: 'next' });
  expect((await next.verify()).findings.map((each) => each.fault)).toEqual(['changed']);
  await next.fold();
  expect((await next.verify()).findings.map((each) => each.fault)).toEqual(['changed']);
  expect(logs.problems.map((each) => each.message)).toEqual(['The end of an audit journal is not what was written.']);
});

test('[P15] a line that was refused is not taken for one that came after the last', async () => {
  const log = await logs.open();
  await log.append(event(1));
  await log.dispose();
  const [file = ''] = readdirSync(logs.path('journals'));
  const [first = ''] = readFileSync(logs.path('journals', file), 'utf8').trim().split('\n');
  const { hash, ...confirmed } = JSON.parse(first) as AuditRecord;
  const { line } = sealRecord(key, { ...confirmed, seq: 2, prev: hash, arguments: '{"path":"refused.txt"}' });
  writeFileSync(logs.path('journals', file), `${first}\n${line}\n`);
  const next = await logs.open({ windowId: 'next' });
  expect((await next.verify()).findings.map((each) => each.fault)).toEqual(['inserted']);
  await next.fold();
  expect((await next.page()).records.map((each) => each.seq)).toEqual([1]);
  expect((await next.verify()).findings.map((each) => each.fault)).toEqual(['set-aside']);
});
