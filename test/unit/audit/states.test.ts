import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { closedFile } from '../../../src/audit/journal/journal-name.js';
import { deadJournal, event, LogFolder } from '../../fixtures/audit/open-log.js';

let logs: LogFolder;
beforeEach(() => {
  logs = new LogFolder();
});
afterEach(() => logs.dispose());

const faultsOf = (report: { readonly findings: readonly { readonly fault: string }[] }): string[] => [...new Set(report.findings.map((each) => each.fault))];

test('[P5] when the whole folder is removed under a window it is told, events go on being recorded, and what is gone is found', async () => {
  // The end is remembered when the log closes: a moment in which the lock's folder is gone may be told of as well.
  const log = await logs.open({ limits: { anchorDelay: 60_000 } });
  await log.append(event(1));
  await log.fold();
  await log.append(event(2));
  rmSync(logs.folder, { recursive: true });
  await log.append(event(3));
  expect(logs.problems.map((each) => each.kind)).toEqual(['disturbed']);
  expect((await log.page()).records.map((each) => each.callId)).toEqual(['c3']);
  expect(faultsOf(await log.verify()).sort()).toEqual(['cut', 'removed']);
});

test('a log of another key is neither touched nor called broken, and a check lists it', async () => {
  const log = await logs.open();
  await log.append(event(1));
  await log.dispose();
  const before = readdirSync(logs.path('journals')).map((name) => [name, readFileSync(logs.path('journals', name), 'utf8')]);
  const other = await logs.open({ key: Buffer.alloc(32, 8), anchor: { load: async () => undefined, save: async () => undefined } });
  await other.append(event(2));
  await other.fold();
  expect((await other.page()).records.map((each) => each.callId)).toEqual(['c2']);
  const [folder = ''] = readdirSync(logs.folder).filter((name) => logs.path().endsWith(name));
  expect(await other.others()).toEqual([folder.slice('log-'.length)]);
  expect(await other.verify()).toMatchObject({ ok: true, events: 1, otherLogs: await other.others() });
  expect(readdirSync(logs.path('journals')).map((name) => [name, readFileSync(logs.path('journals', name), 'utf8')])).toEqual(before);
  expect(logs.problems).toEqual([]);
});

test('a journal that can not be read is told of, and keeps no other from being folded', async () => {
  const unreadable = closedFile(deadJournal([event(1)]).name);
  const dead = deadJournal([event(2)], 2_000);
  mkdirSync(logs.path('journals', unreadable), { recursive: true });
  writeFileSync(logs.path('journals', dead.file), `${dead.lines.join('\n')}\n`);
  const log = await logs.open();
  await log.append(event(3));
  expect(await log.fold()).toBe(2);
  expect(logs.problems).toMatchObject([{ kind: 'unreadable', file: logs.path('journals', unreadable), next: expect.stringContaining('readable') as string }]);
  expect(faultsOf(await log.verify())).toEqual(['foreign']);
});

test('a segment that is cut short is kept aside and told of, and the log goes on without it', async () => {
  const log = await logs.open();
  await log.append(event(1));
  await log.fold();
  const [name = ''] = readdirSync(logs.path('segments'));
  truncateSync(logs.path('segments', name), 3_000);
  await log.dispose();
  const next = await logs.open();
  await next.append(event(2));
  await next.page();
  await next.fold();
  expect((await next.page()).records.map((each) => each.callId)).toEqual(['c2']);
  expect(logs.problems.map((each) => each.kind)).toContain('corrupt');
  expect(faultsOf(await next.verify()).sort()).toEqual(['removed', 'set-aside']);
});

test('a journal blown up with what nobody wrote is mended in little memory, and its own lines stay', { timeout: 60_000 }, async () => {
  const dead = deadJournal([event(1), event(2)]);
  const [first = '', second = ''] = dead.lines;
  mkdirSync(logs.path('journals'), { recursive: true });
  // One endless line, and an authentic line a hundred thousand times over.
  writeFileSync(logs.path('journals', dead.file), `${first}\n${'x'.repeat(20 * 1024 * 1024)}\n${`${first}\n`.repeat(20_000)}${second}\n`);
  const log = await logs.open();
  expect(logs.problems).toMatchObject([{ kind: 'corrupt', message: expect.stringContaining('2 authentic line(s)') as string }]);
  await log.fold();
  expect((await log.page()).records.map((each) => each.callId)).toEqual(['c2', 'c1']);
  expect(faultsOf(await log.verify())).toEqual(['set-aside']);
});

test('lines in the wrong order are put in order, and the file is kept as it was', async () => {
  const dead = deadJournal([event(1), event(2), event(3)]);
  const [first = '', second = '', third = ''] = dead.lines;
  const text = `${first}\n${third}\n${second}\n${second}\n`;
  mkdirSync(logs.path('journals'), { recursive: true });
  writeFileSync(logs.path('journals', dead.file), text);
  const log = await logs.open();
  await log.fold();
  expect((await log.page()).records.map((each) => each.callId)).toEqual(['c3', 'c2', 'c1']);
  expect(readdirSync(logs.path('aside')).map((name) => readFileSync(logs.path('aside', name), 'utf8'))).toEqual([text]);
  expect(faultsOf(await log.verify())).toEqual(['set-aside']);
});
