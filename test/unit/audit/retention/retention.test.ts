import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuditLog } from '../../../../src/audit/audit-log.js';
import { sealRecord, type AuditRecord } from '../../../../src/audit/record.js';
import { canonicalJson } from '../../../../src/canonical.js';
import { segmentFileName } from '../../../../src/audit/segments/segment-name.js';
import { noAnchor } from '../../../../src/audit/storage/anchor-state.js';
import { verifyLog } from '../../../../src/audit/verify/verify.js';
import { deadJournal, event, journalText, key, LogFolder } from '../../../fixtures/audit/open-log.js';

const day = 24 * 60 * 60 * 1000;
let logs: LogFolder;
let now: number;
let keepDays: number;
let keepFrom: number;
beforeEach(() => {
  logs = new LogFolder();
  now = Date.UTC(2026, 0, 1);
  keepDays = 0;
  keepFrom = Infinity;
});
afterEach(() => logs.dispose());

const open = (): Promise<AuditLog> =>
  logs.open({ now: () => now, limits: { journalEvents: 10, segmentEvents: 10, journalsToFold: 1_000 }, retention: { keepDays: () => keepDays, keepFrom: () => Promise.resolve(keepFrom) } });

const segments = (): string[] => readdirSync(logs.path('segments')).sort();
const spans = (): string[] => segments().map((name) => name.slice(0, 21));

/** Five segments with ten events each, ten days apart; then nobody is there for a while. */
async function fiveSegments(): Promise<AuditLog> {
  const log = await open();
  for (let n = 0; n < 5; n += 1) {
    for (let m = 0; m < 10; m += 1) await log.append(event(10 * n + m));
    await log.fold();
    now += 10 * day;
  }
  expect(spans()).toHaveLength(5);
  return log;
}

test('nothing leaves a log unless somebody says how long it is to be kept', async () => {
  const log = await fiveSegments();
  now += 1_000 * day;
  expect(await log.trim()).toBe(0);
  expect(spans()).toHaveLength(5);
});

test('[P16] whole segments past their time leave, the log says so, and it still verifies', async () => {
  const log = await fiveSegments();
  keepDays = 15;
  // The newest event is of day 40, so what is older than day 25 leaves.
  expect(await log.trim()).toBe(30);
  expect(spans()).toEqual(['0000000031-0000000040', '0000000041-0000000050']);
  const [tombstone] = (await log.page({ types: ['audit_trimmed'] })).records;
  expect(tombstone).toMatchObject({ rule: 'axon.audit.keepDays', reason: expect.stringContaining('positions 1 to 30') as string });
  expect(JSON.parse(tombstone?.arguments ?? '')).toMatchObject({ through: 30, keepDays: 15, removed: [{ from: 1, to: 10 }, { from: 11, to: 20 }, { from: 21, to: 30 }] });
  expect(await log.verify()).toMatchObject({ verdict: 'whole', events: 21, findings: [], trimmed: { through: 30 } });
  await log.fold();
  expect(await log.verify()).toMatchObject({ verdict: 'whole', events: 21 });
});

test('[P16] what is remembered of journals that left is forgotten: they are not missed', async () => {
  const log = await fiveSegments();
  // A window that dies between fold and memory leaves the end of a journal remembered that a segment holds.
  const [oldest] = (await log.page({ text: 'c0' })).records.slice(-1);
  if (!oldest) throw new Error('no event');
  const remembered = JSON.parse(logs.anchor.value ?? '') as { journals: Record<string, unknown> };
  remembered.journals[oldest.journal] = { seq: oldest.seq, hash: oldest.hash };
  logs.anchor.value = canonicalJson(remembered);
  expect(await log.verify()).toMatchObject({ verdict: 'whole', findings: [] });
  keepDays = 15;
  expect(await log.trim()).toBe(30);
  expect(await log.verify()).toMatchObject({ verdict: 'whole', findings: [] });
});

test('the newest tombstone speaks for all: what held the older one may leave, too', async () => {
  const log = await fiveSegments();
  keepDays = 15;
  await log.trim();
  for (let round = 0; round < 3; round += 1) {
    now += 20 * day;
    for (let m = 0; m < 9; m += 1) await log.append(event(m));
    await log.fold();
    expect(await log.trim()).toBeGreaterThan(0);
    expect(await log.verify()).toMatchObject({ verdict: 'whole', findings: [] });
  }
  expect((await log.page({ types: ['audit_trimmed'] })).records.length).toBeLessThan(4);
});

test('the last segment stays, whatever its age, and so does what a collector still waits for', async () => {
  const log = await fiveSegments();
  now += 1_000 * day;
  await log.append(event(50));
  keepDays = 1;
  keepFrom = 21;
  // No event of the newest day is folded yet, so by the log's own time the last segments are young.
  expect(await log.trim()).toBe(20);
  keepFrom = Infinity;
  await log.fold();
  expect(await log.trim()).toBe(30);
  expect(spans()).toHaveLength(1);
  expect(await log.verify()).toMatchObject({ verdict: 'whole', findings: [] });
});

test('a clock that is far ahead takes nothing away before the log has moved on with it', async () => {
  const log = await fiveSegments();
  keepDays = 45;
  now += 10_000 * day;
  expect(await log.trim()).toBe(0);
});

test('[P16] wherever a run dies, the tombstone covers what is missing, and the next run goes on', async () => {
  const log = await fiveSegments();
  const kept = segments().map((name) => [name, readFileSync(logs.path('segments', name))] as const);
  keepDays = 15;
  await log.trim();
  for (let died = 0; died <= 3; died += 1) {
    for (const [name, bytes] of kept.slice(died, 3)) writeFileSync(logs.path('segments', name), bytes);
    expect(await log.verify()).toMatchObject({ verdict: 'whole', findings: [] });
    expect((await log.page({ limit: 1_000 })).records).toHaveLength(21 + 10 * (3 - died));
    await log.trim();
    expect(spans()).toEqual(['0000000031-0000000040', '0000000041-0000000050']);
  }
  expect((await log.page({ types: ['audit_trimmed'] })).records).toHaveLength(1);
});

test('[P16] what somebody else removed is not covered by a tombstone: nothing leaves any more, and it stays found', async () => {
  const log = await fiveSegments();
  rmSync(logs.path('segments', segments()[0] ?? ''));
  keepDays = 15;
  expect(await log.trim()).toBe(0);
  expect(logs.problems.map((each) => each.kind)).toEqual(['retention']);
  expect(spans()).toHaveLength(4);
  expect(await log.verify()).toMatchObject({ verdict: 'not-whole', findings: [{ fault: 'removed', position: 1 }] });
});

test('[P16] a segment that was changed doesn\'t leave, nor one that was given an older name', async () => {
  const log = await fiveSegments();
  const [first = '', second = ''] = segments();
  const bytes = readFileSync(logs.path('segments', first));
  bytes.writeUInt8(bytes.readUInt8(5_000) ^ 1, 5_000);
  writeFileSync(logs.path('segments', first), bytes);
  keepDays = 15;
  expect(await log.trim()).toBe(0);
  bytes.writeUInt8(bytes.readUInt8(5_000) ^ 1, 5_000);
  writeFileSync(logs.path('segments', first), bytes);
  const young = segmentFileName({ from: 11, to: 20, earliest: 0, latest: 1 }, 'f'.repeat(64));
  renameSync(logs.path('segments', second), logs.path('segments', young));
  expect(await log.trim()).toBe(10);
  expect(existsSync(logs.path('segments', young))).toBe(true);
  expect((await log.verify()).verdict).toBe('not-whole');
});

test('[P16] a missing start without a tombstone, or beyond one, is found', async () => {
  const log = await fiveSegments();
  const before = segments();
  rmSync(logs.path('segments', before[0] ?? ''));
  expect((await log.verify()).findings).toMatchObject([{ fault: 'removed', position: 1 }]);
  await logs.dispose();
  logs = new LogFolder();
  now = Date.UTC(2026, 0, 1);
  keepDays = 0;
  const other = await fiveSegments();
  keepDays = 15;
  await other.trim();
  rmSync(logs.path('segments', segments()[0] ?? ''));
  expect((await other.verify()).findings).toMatchObject([{ fault: 'removed', position: 31, message: expect.stringContaining('positions 31 to 40') as string }]);
});

test('a window looks by itself when it opens', async () => {
  await (await fiveSegments()).dispose();
  keepDays = 15;
  const log = await open();
  await expect.poll(() => spans().length).toBe(2);
  await expect.poll(async () => (await log.page({ types: ['audit_trimmed'] })).records.length).toBe(1);
});

test('a copy of an older segment that is put back after it left does nothing', async () => {
  const log = await fiveSegments();
  const [first = ''] = segments();
  const aside = path.join(logs.folder, 'copy.db');
  copyFileSync(logs.path('segments', first), aside);
  keepDays = 15;
  await log.trim();
  copyFileSync(aside, logs.path('segments', first));
  expect((await log.verify()).verdict).toBe('whole');
  await log.trim();
  expect(spans()).toEqual(['0000000031-0000000040', '0000000041-0000000050']);
});

/** The journal of the first segment, as it was before it was folded; and the log after it left. */
async function withoutFirst(): Promise<{ readonly log: AuditLog; readonly name: string; readonly lines: readonly string[] }> {
  const log = await open();
  for (const n of [1, 2, 3]) await log.append(event(n));
  const [live = ''] = readdirSync(logs.path('journals'));
  const lines = journalText(logs.path('journals', live)).trim().split('\n');
  for (let n = 4; n < 6; n += 1) {
    await log.fold();
    now += 40 * day;
    for (let m = 0; m < 10; m += 1) await log.append(event(n));
  }
  await log.fold();
  return { log, name: live.replace('.live', ''), lines };
}

const shown = async (log: AuditLog): Promise<unknown[]> => (await log.page({ limit: 1_000 })).records.filter((each) => ['c1', 'c2', 'c3'].includes(each.callId ?? ''));

test('[P15] [P16] a journal that left and is put back without its last event is found, isn\'t shown, and gets no seal', async () => {
  const { log, name, lines } = await withoutFirst();
  keepDays = 30;
  expect(await log.trim()).toBe(13);
  expect((await log.verify()).verdict).toBe('whole');
  for (const file of [name, name.replace('.jsonl', '.live.jsonl')]) {
    writeFileSync(logs.path('journals', file), `${lines.slice(0, 2).join('\n')}\n`);
    expect(await log.verify()).toMatchObject({ verdict: 'not-whole', findings: [{ fault: 'inserted', message: expect.stringContaining('left the log before and was put back') as string }] });
    expect(await shown(log)).toEqual([]);
    expect(await log.record(`${name.replace('.jsonl', '')}.1`)).toBeUndefined();
    rmSync(logs.path('journals', file));
  }
  writeFileSync(logs.path('journals', name), `${lines.slice(0, 2).join('\n')}\n`);
  await log.fold();
  expect(await log.verify()).toMatchObject({ verdict: 'not-whole', findings: [{ fault: 'set-aside' }] });
  expect(logs.problems.map((each) => each.message)).toEqual([expect.stringContaining('is there again. It is not shown') as string, expect.stringContaining('is not shown') as string, expect.stringContaining('is there again. It is kept aside') as string]);
});

test('[P15] [P16] it is known by its name also where nothing is left of it but a line that was refused, younger than all that left', async () => {
  const { log, name, lines } = await withoutFirst();
  keepDays = 30;
  await log.trim();
  const { hash: _hash, ...last } = JSON.parse(lines[2] ?? '') as AuditRecord;
  writeFileSync(logs.path('journals', name), `${sealRecord(key, { ...last, at: last.at + 60 * day }).line}\n`);
  expect(await shown(log)).toEqual([]);
  expect((await log.verify()).findings.map((each) => each.fault)).toEqual(['removed', 'inserted']);
});

test('[P15] [P16] a journal that is put back while its segment is there is folded no second time, so it doesn\'t outlive the segment', async () => {
  const { log, name, lines } = await withoutFirst();
  writeFileSync(logs.path('journals', name), `${lines.slice(0, 2).join('\n')}\n`);
  expect((await log.verify()).findings).toMatchObject([{ fault: 'doubled' }]);
  expect(await shown(log)).toHaveLength(3);
  await log.fold();
  expect((await log.verify()).findings).toMatchObject([{ fault: 'set-aside' }]);
  keepDays = 30;
  expect(await log.trim()).toBe(13);
  expect(await shown(log)).toEqual([]);
});

test('[P16] a window that stood open without a word while younger events left keeps its own', async () => {
  const idle = await logs.open({ windowId: 'idle', now: () => now, limits: { anchorDelay: 1 } });
  await idle.append(event(100));
  await expect.poll(() => logs.anchor.value).toContain('-idle-');
  const log = await fiveSegments();
  keepDays = 15;
  expect(await log.trim()).toBe(30);
  const isShown = async (): Promise<boolean> => (await log.page({ limit: 1_000 })).records.some((each) => each.callId === 'c100');
  expect(await isShown()).toBe(true);
  expect(await log.verify()).toMatchObject({ verdict: 'whole', events: 22 });
  await idle.append(event(101));
  await idle.dispose();
  await log.fold();
  expect(readdirSync(logs.path('journals'))).toEqual([]);
  expect(await log.verify()).toMatchObject({ verdict: 'whole', events: 23 });
  expect(await isShown()).toBe(true);
  expect(logs.problems).toEqual([]);
});

test('positions that a fold took which died are no gap that keeps anything from leaving', async () => {
  const log = await open();
  for (const n of [1, 2, 3]) {
    await log.append(event(n));
    await log.fold();
    now += 10 * day;
    // It died before its segment had a name.
    logs.anchor.value = logs.anchor.value?.replace('{', `{"committing":${3 * n},`);
  }
  expect(spans()).toEqual(['0000000001-0000000001', '0000000004-0000000004', '0000000007-0000000007']);
  keepDays = 5;
  expect(await log.trim()).toBe(2);
  expect(await log.verify()).toMatchObject({ verdict: 'whole', trimmed: { through: 4 } });
  expect(logs.problems).toEqual([]);
});

test('[P16] an old journal that the memory doesn\'t know is kept aside and told of', async () => {
  const log = await fiveSegments();
  keepDays = 15;
  await log.trim();
  const dead = deadJournal([event(100)], Date.UTC(2026, 0, 2));
  writeFileSync(logs.path('journals', dead.file), `${dead.lines.join('\n')}\n`);
  await log.fold();
  expect(logs.problems).toMatchObject([{ kind: 'corrupt', file: expect.stringContaining(logs.path('aside')) as string }]);
  expect(readFileSync(logs.problems[0]?.file ?? '', 'utf8')).toBe(`${dead.lines.join('\n')}\n`);
});

test('without a memory nothing is taken for a journal that left, and the verdict says so', async () => {
  const { log, name, lines } = await withoutFirst();
  keepDays = 30;
  await log.trim();
  const { layout, sqlite } = log.files;
  writeFileSync(logs.path('journals', name), `${lines.join('\n')}\n`);
  const report = await verifyLog({ layout, key, sqlite, anchor: noAnchor });
  expect(report).toMatchObject({ verdict: 'whole-as-far-as-known', limits: [expect.stringContaining('left it and were put back') as string] });
});
