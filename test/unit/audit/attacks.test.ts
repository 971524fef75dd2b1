import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuditLog } from '../../../src/audit/audit-log.js';
import { closedFile, liveFile, mendingFile, newJournalName } from '../../../src/audit/journal/journal-name.js';
import { firstLink, sealRecord } from '../../../src/audit/record.js';
import { deadJournal, event, key, LogFolder } from '../../fixtures/audit/open-log.js';

const day = 24 * 60 * 60 * 1000;
let logs: LogFolder;
beforeEach(() => {
  logs = new LogFolder();
});
afterEach(() => logs.dispose());

const faultsOf = (report: { readonly findings: readonly { readonly fault: string }[] }): string[] => [...new Set(report.findings.map((each) => each.fault))].sort();

/** The only journal's file, cut before its last line, or in the middle of that line. */
function cutLastLine(inTheMiddle = false): void {
  const [name = ''] = readdirSync(logs.path('journals'));
  const bytes = readFileSync(logs.path('journals', name));
  const start = bytes.lastIndexOf(10, bytes.length - 2) + 1;
  truncateSync(logs.path('journals', name), inTheMiddle ? start + 20 : start);
}

async function writeAndClose(events: number): Promise<void> {
  const log = await logs.open();
  for (let n = 1; n <= events; n += 1) await log.append(event(n));
  await log.dispose();
}

test.each([false, true])('[P15] the last event of a journal that was cut off stays missed after the rest was folded (in the middle of its line: %s)', async (inTheMiddle) => {
  await writeAndClose(3);
  cutLastLine(inTheMiddle);
  const log = await logs.open();
  await log.fold();
  for (const name of readdirSync(logs.path()).includes('aside') ? readdirSync(logs.path('aside')) : []) rmSync(logs.path('aside', name));
  expect(faultsOf(await log.verify())).toEqual(['cut']);
  await log.append(event(4));
  await log.fold();
  await log.dispose();
  expect(faultsOf(await (await logs.open()).verify())).toEqual(['cut']);
});

test('[P16] what retention takes along can\'t cover a cut end', async () => {
  let now = Date.UTC(2026, 0, 1);
  const open = (): Promise<AuditLog> => logs.open({ now: () => now, limits: { segmentEvents: 3, journalsToFold: 1_000 }, retention: { keepDays: () => 15, keepFrom: () => Promise.resolve(Infinity) } });
  await writeAndCloseAt(3, open);
  cutLastLine();
  for (let round = 0; round < 4; round += 1) {
    const log = await open();
    await log.fold();
    now += 20 * day;
    await log.append(event(10 + round));
    await log.append(event(20 + round));
    await log.trim();
    await log.dispose();
  }
  expect(faultsOf(await (await open()).verify())).toEqual(['cut']);
  expect(logs.problems.map((each) => each.kind)).toContain('retention');
});

async function writeAndCloseAt(events: number, open: () => Promise<AuditLog>): Promise<void> {
  const log = await open();
  for (let n = 1; n <= events; n += 1) await log.append(event(n));
  await log.dispose();
}

test('[P16] a forged file at a place that is gone makes nobody forget how long a journal was', async () => {
  let now = Date.UTC(2026, 0, 1);
  const open = (): Promise<AuditLog> => logs.open({ now: () => now, limits: { segmentEvents: 3, journalsToFold: 1_000 }, retention: { keepDays: () => 15, keepFrom: () => Promise.resolve(Infinity) } });
  for (let round = 0; round < 3; round += 1) {
    await writeAndCloseAt(3, open);
    await (await open()).fold();
    now += 20 * day;
  }
  const log = await open();
  const [oldest = ''] = readdirSync(logs.path('segments')).sort();
  copyFileSync(logs.path('segments', oldest), `${logs.folder}/kept`);
  expect(await log.trim()).toBeGreaterThan(0);
  await log.dispose();
  await writeAndCloseAt(3, open);
  const [journal = ''] = readdirSync(logs.path('journals')).filter((name) => readFileSync(logs.path('journals', name), 'utf8').split('\n').length === 4);
  // The name of one journal in place of another: a file that was let go comes back and says it holds what it never did.
  const kept = readFileSync(`${logs.folder}/kept`, 'latin1');
  const [held = ''] = /\d{8}T\d{9}Z-w1-[0-9]+-[0-9a-f]{8}-[0-9a-f]{8}/.exec(kept) ?? [];
  writeFileSync(logs.path('segments', oldest), kept.replaceAll(held, journal.replace('.jsonl', '')), 'latin1');
  const next = await open();
  now += day + 1;
  await next.append(event(9));
  await next.trim();
  rmSync(logs.path('journals', journal));
  expect(faultsOf(await next.verify())).toContain('removed');
});

test('a journal that a window left unfinished when it died is no fault, whoever looks first', async () => {
  const log = await logs.open();
  await log.append(event(1));
  const dead = deadJournal([event(2), event(3)]);
  mkdirSync(logs.path('journals'), { recursive: true });
  writeFileSync(logs.path('journals', dead.file), `${dead.lines.join('\n')}\n`);
  appendFileSync(logs.path('journals', dead.file), '{"agent":"half a li');
  expect(await log.verify()).toMatchObject({ verdict: 'whole', events: 3, tornKept: 1 });
});

test('[P16] a secret that looks like a number takes nothing out of what retention says', async () => {
  let now = Date.UTC(2026, 0, 1);
  const log = await logs.open({ now: () => now, secrets: () => ['"thr', '1767', 'through', 'from'], limits: { segmentEvents: 3, journalsToFold: 1_000 }, retention: { keepDays: () => 15, keepFrom: () => Promise.resolve(Infinity) } });
  for (let round = 0; round < 3; round += 1) {
    for (let n = 0; n < 3; n += 1) await log.append(event(n));
    await log.fold();
    now += 20 * day;
  }
  expect(await log.trim()).toBeGreaterThan(0);
  expect(await log.verify()).toMatchObject({ verdict: 'whole', findings: [] });
});

test('a check during which another window got the folder\'s lock says so, and blames nobody', async () => {
  const log = await logs.open();
  await log.append(event(1));
  await log.fold();
  const { load } = logs.anchor;
  // The first thing a check reads once it has the lock.
  logs.anchor.load = () => {
    writeFileSync(logs.path('lock'), `${'0'.repeat(24)} 1 elsewhere\n`);
    for (const name of readdirSync(logs.path('segments'))) rmSync(logs.path('segments', name));
    return load();
  };
  await expect(log.verify()).rejects.toMatchObject({ code: 'unavailable' });
  logs.anchor.load = load;
  rmSync(logs.path('lock'));
});

test.each(['a file of a process that lives', 'a folder', ...(process.platform === 'win32' ? [] : ['a pipe'])])('[P15] who keeps the lock, with %s in its place, keeps nobody from remembering how long the log is', async (how) => {
  const log = await logs.open();
  for (let n = 1; n <= 3; n += 1) await log.append(event(n));
  if (how === 'a folder') mkdirSync(logs.path('lock'));
  else if (how === 'a pipe') execFileSync('mkfifo', [logs.path('lock')]);
  else writeFileSync(logs.path('lock'), `${'0'.repeat(24)} ${process.pid} ${os.hostname()}\n`);
  await log.dispose();
  rmSync(logs.path('lock'), { recursive: true, force: true });
  cutLastLine();
  expect(faultsOf(await (await logs.open()).verify())).toEqual(['cut']);
});

test('a journal of a process that had this one\'s number is of a dead window', async () => {
  const name = newJournalName('gone', 1_000).replace(/[0-9a-f]{8}$/, '00000000');
  const { line } = sealRecord(key, { ...event(1), v: 1, at: 1_000, window: 'gone', journal: name, seq: 1, prev: firstLink(key, name) });
  mkdirSync(logs.path('journals'));
  writeFileSync(logs.path('journals', liveFile(name)), `${line}\n{"torn`);
  const log = await logs.open();
  expect(await log.fold()).toBe(1);
  expect(await log.verify()).toMatchObject({ ok: true, events: 1, tornKept: 1 });
});

/** What makes something of that name that is no plain file. */
const foreign: Readonly<Record<string, (file: string) => unknown>> = {
  'a pipe': (file) => execFileSync('mkfifo', [file]),
  'a link to a secret': (file) => {
    writeFileSync(`${logs.folder}/secret`, 'what a link leads to\n');
    symlinkSync(`${logs.folder}/secret`, file);
  },
  'a link to nothing': (file) => symlinkSync(`${logs.folder}/nothing`, file),
  'a folder': (file) => mkdirSync(file),
};
const made = Object.keys(foreign).filter((what) => process.platform !== 'win32' || what === 'a folder');

async function idsOf(chunks: AsyncIterable<string>): Promise<unknown[]> {
  let text = '';
  for await (const chunk of chunks) text += chunk;
  return text.split('\n').filter(Boolean).map((line) => (JSON.parse(line) as { callId?: unknown }).callId);
}

test.each(made)('[P15] %s with the name of a journal, or of a file kept aside, stops nothing, is not read, and is found', async (what) => {
  await writeAndClose(2);
  mkdirSync(logs.path('aside'));
  for (const file of [liveFile, mendingFile, closedFile]) foreign[what]?.(logs.path('journals', file(deadJournal([event(1)]).name)));
  foreign[what]?.(logs.path('aside', `a.jsonl.torn-${'0'.repeat(64)}`));
  const log = await logs.open({ windowId: 'w2' });
  await log.append(event(3));
  const check = async (): Promise<void> => {
    expect((await log.page()).records.map((each) => each.callId)).toEqual(['c3', 'c2', 'c1']);
    expect(await log.facets()).toMatchObject({ events: 3 });
    expect(await idsOf(log.exportJsonLines())).toEqual(['c1', 'c2', 'c3']);
    const { events, tornKept, findings } = await log.verify();
    expect([events, tornKept, findings.map((each) => each.fault).sort()]).toEqual([3, 0, ['changed', 'foreign', 'foreign', 'foreign']]);
  };
  await check();
  expect(await log.fold()).toBe(3);
  await check();
  expect(readdirSync(logs.path('aside'))).toHaveLength(1);
  expect(new Set(logs.problems.map((each) => each.kind))).toEqual(new Set(['unreadable', 'corrupt']));
});

test.each(made)('[P15] %s in the place of a segment stops nothing, and is found', async (what) => {
  await writeAndClose(2);
  const log = await logs.open({ windowId: 'w2' });
  await log.fold();
  const [segment = ''] = readdirSync(logs.path('segments'));
  await log.dispose();
  rmSync(logs.path('segments', segment));
  foreign[what]?.(logs.path('segments', segment));
  const next = await logs.open({ windowId: 'w3' });
  await next.append(event(3));
  expect((await next.page()).records.map((each) => each.callId)).toEqual(['c3']);
  expect(faultsOf(await next.verify())).toEqual(['foreign']);
  expect(await next.fold()).toBe(1);
  await next.append(event(4));
  expect(await next.fold()).toBe(1);
  expect((await next.page()).records.map((each) => each.callId)).toEqual(['c4', 'c3']);
  expect((await next.verify()).ok).toBe(false);
});
