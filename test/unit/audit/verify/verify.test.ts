import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reportInWords } from '../../../../src/audit/verify/report.js';
import { sealRecord, type AuditRecord } from '../../../../src/audit/record.js';
import { event, key, LogFolder } from '../../../fixtures/audit/open-log.js';

let logs: LogFolder;
beforeEach(() => {
  logs = new LogFolder();
});
afterEach(() => logs.dispose());

const journals = (): string[] => readdirSync(logs.path('journals')).sort();

function edit(folder: 'journals' | 'segments', change: (text: string) => string): void {
  for (const name of readdirSync(logs.path(folder))) {
    const file = logs.path(folder, name);
    writeFileSync(file, change(readFileSync(file, 'latin1')), 'latin1');
  }
}

test('[P15] a finding says the file, the line, the event and between which times, in words', async () => {
  let now = Date.UTC(2026, 0, 1);
  const log = await logs.open({ now: () => (now += 1_000) });
  for (let n = 1; n <= 5; n += 1) await log.append(event(n));
  edit('journals', (text) => text.replace('a3.txt', 'b3.txt'));
  const report = await log.verify();
  const [name = ''] = journals();
  const journal = name.replace('.live.jsonl', '');
  const [finding] = report.findings;
  expect(report).toMatchObject({ verdict: 'not-whole', ok: false, events: 4 });
  expect(finding).toMatchObject({ fault: 'changed', line: 3, seq: 3, journal });
  expect(finding?.before).toBe((finding?.after ?? 0) + 2_000);
  expect(finding?.message).toBe(`Line 3 of journals/${name} is not what was written (event id ${journal}.3, between ${new Date(finding?.after ?? 0).toISOString()} and ${new Date(finding?.before ?? 0).toISOString()}).`);
  expect(reportInWords(report)[0]).toBe('The audit log is NOT WHOLE: 1 finding.');
});

test('[P15] events that are missing together are told as one span', async () => {
  const log = await logs.open();
  for (let n = 1; n <= 9; n += 1) await log.append(event(n));
  edit('journals', (text) => text.replace(/\0+$/, '').split('\n').filter((_line, index) => index < 2 || index > 5).join('\n'));
  expect((await log.verify()).findings).toMatchObject([{ fault: 'removed', seq: 3, untilSeq: 6, message: expect.stringMatching(/^Events 3 to 6 of .* are missing \(event id .*between/) as string }]);
});

test('[P15] a segment whose events are untouched but whose other bytes are not is found, and said so', async () => {
  const log = await logs.open();
  for (let n = 1; n <= 9; n += 1) await log.append(event(n));
  await log.fold();
  const file = logs.path('segments', readdirSync(logs.path('segments'))[0] ?? '');
  const bytes = readFileSync(file);
  // The version of the program that wrote it, in the header of SQLite's file format.
  bytes.writeUInt8(bytes.readUInt8(97) ^ 1, 97);
  writeFileSync(file, bytes);
  const report = await log.verify();
  expect(report).toMatchObject({ verdict: 'not-whole', events: 9 });
  expect(report.findings.map((each) => each.message).join('\n')).toContain('All events in segments/');
});

test('[P15] without what remembers the end, a log is whole only as far as can be known, and from then on', async () => {
  const first = await logs.open();
  for (let n = 1; n <= 3; n += 1) await first.append(event(n));
  expect(await first.verify()).toMatchObject({ verdict: 'whole', limits: [] });
  await first.dispose();
  logs.anchor.value = undefined;
  const log = await logs.open();
  const report = await log.verify();
  expect(report).toMatchObject({ ok: true, verdict: 'whole-as-far-as-known' });
  expect(report.limits[0]).toMatch(/^What remembers how long the log was began only at \d{4}-/);
  expect(reportInWords(report)[0]).toContain('AS FAR AS CAN BE KNOWN');
  await log.append(event(4));
  await log.fold();
  await log.dispose();
  const later = await logs.open();
  expect((await later.verify()).verdict).toBe('whole-as-far-as-known');
});

test('a memory that can\'t be read counts as none', async () => {
  await (await logs.open()).append(event(1));
  logs.anchor.value = '{"folded":"many"}';
  const log = await logs.open({ windowId: 'w2' });
  expect((await log.verify()).verdict).toBe('whole-as-far-as-known');
  expect(logs.problems.map((each) => each.kind)).toContain('anchor');
});

test('[P15] a new log is whole from its first event on, whichever of two windows was first', async () => {
  const [one, two] = await Promise.all([logs.open({ windowId: 'one' }), logs.open({ windowId: 'two' })]);
  await Promise.all([one.append(event(1)), two.append(event(2))]);
  expect(await one.verify()).toMatchObject({ verdict: 'whole', events: 2 });
  expect(await two.verify()).toMatchObject({ verdict: 'whole', events: 2 });
});

test('a line as long as a file is one finding and takes no memory', async () => {
  const log = await logs.open();
  await log.append(event(1));
  await log.dispose();
  const [name = ''] = journals();
  const junk = 'x'.repeat(1024 * 1024);
  for (let n = 0; n < 40; n += 1) appendFileSync(logs.path('journals', name), junk);
  appendFileSync(logs.path('journals', name), '\n');
  const before = process.memoryUsage().rss;
  const { findings } = await (await logs.open({ windowId: 'w2', folder: logs.folder })).verify();
  expect(findings.length).toBeGreaterThan(0);
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
});

test('findings are bounded, and the rest is counted', async () => {
  const log = await logs.open();
  await log.append(event(1));
  const [name = ''] = journals();
  appendFileSync(logs.path('journals', name), 'nothing\n'.repeat(2_500));
  const report = await log.verify();
  expect(report.findings).toHaveLength(1_000);
  expect(report.findings.length + report.more).toBe(2_500);
});

test('links in place of files are found and not followed', async () => {
  const log = await logs.open();
  await log.append(event(1));
  await log.fold();
  const [segment = ''] = readdirSync(logs.path('segments'));
  rmSync(logs.path('segments', segment));
  symlinkSync('/dev/zero', logs.path('segments', segment));
  expect((await log.verify()).findings.map((each) => each.fault)).toContain('foreign');
});

test('logs of other keys beside it are listed and not checked', async () => {
  const log = await logs.open();
  await log.append(event(1));
  mkdirSync(`${logs.folder}/log-0123456789abcdef/journals`, { recursive: true });
  const report = await log.verify();
  expect(report).toMatchObject({ verdict: 'whole', otherLogs: ['0123456789abcdef'] });
  expect(reportInWords(report).at(-1)).toContain('0123456789abcdef');
});

test('the check tells how far it is', async () => {
  const log = await logs.open();
  await Promise.all(Array.from({ length: 4_000 }, (_, n) => log.append(event(n))));
  const told: number[] = [];
  await log.verify(undefined, ({ bytes, totalBytes }) => told.push(bytes / totalBytes));
  for (const part of told) expect(part).toBeLessThanOrEqual(1);
  expect([...told].sort((a, b) => a - b)).toEqual(told);
});

test('[P15] a journal that a fold left behind is found where it says otherwise than the segment, which is what everybody is shown', async () => {
  const log = await logs.open();
  for (const n of [1, 2, 3]) await log.append(event(n));
  const [name = ''] = journals();
  const [one = '', two = '', three = ''] = readFileSync(logs.path('journals', name), 'utf8').trim().split('\n');
  /** The same event, as a write that was refused could have had it. */
  const refused = (line: string, more: object = {}): string => {
    const { hash: _hash, ...record } = JSON.parse(line) as AuditRecord;
    return sealRecord(key, { ...record, tool: 'other', ...more }).line;
  };
  await log.fold();
  const leave = (...lines: readonly string[]): void => writeFileSync(logs.path('journals', name.replace('.live', '')), lines.map((each) => `${each}\n`).join(''));
  const faults = async (): Promise<string[]> => (await log.verify()).findings.map((each) => `${each.fault} ${each.seq ?? ''}`);
  leave(one, two, three);
  expect(await log.verify()).toMatchObject({ verdict: 'whole', events: 3 });
  leave(one, two, refused(three));
  expect(await faults()).toEqual(['changed 3']);
  const { records } = await log.page();
  expect(records.map((each) => each.tool)).toEqual(['file_read', 'file_read', 'file_read']);
  expect((await log.record(`${records[0]?.journal}.3`))?.tool).toBe('file_read');
  expect((await log.facets()).tools).toEqual([{ value: 'file_read', events: 3 }]);
  let exported = '';
  for await (const chunk of log.exportJsonLines()) exported += chunk;
  expect(exported).not.toContain('other');
  leave(one, refused(two), three);
  expect(await faults()).toContain('changed 2');
  leave(one, two);
  expect(await faults()).toEqual(['cut 3']);
  const { hash } = JSON.parse(three) as AuditRecord;
  leave(one, two, three, refused(three, { seq: 4, prev: hash }));
  expect(await faults()).toEqual([expect.stringContaining('inserted')]);
  leave(refused(three, { seq: 4, prev: hash }));
  expect((await log.page()).records).toEqual(records);
});
