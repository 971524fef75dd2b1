import { appendFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { JournalFile } from '../../../../src/audit/journal/journal-file.js';
import { closedFile, liveFile, mendingFile } from '../../../../src/audit/journal/journal-name.js';
import { closeDeadJournals, type MendOptions } from '../../../../src/audit/journal/mend.js';
import { noAnchor } from '../../../../src/audit/storage/anchor-state.js';
import { layoutOf } from '../../../../src/audit/storage/layout.js';
import { deadJournal, event, key, LogFolder } from '../../../fixtures/audit/open-log.js';

let logs: LogFolder;
beforeEach(() => {
  logs = new LogFolder();
  mkdirSync(logs.path('journals'));
});
afterEach(() => logs.dispose());

const names = (): string[] => readdirSync(logs.path('journals')).sort();
const mending = (isHeld: () => Promise<boolean> = async () => true, isAbandoned = false): MendOptions => ({
  layout: layoutOf(logs.path()),
  key,
  lock: { isHeld, release: async () => undefined },
  own: { isAbandoned: () => isAbandoned },
  remembered: async () => noAnchor,
  now: Date.now(),
  onProblem: (problem) => logs.problems.push(problem),
});

test('[P5] who dies while mending the journal of a dead window leaves it to be found again', async () => {
  const dead = deadJournal([event(1), event(2)]);
  writeFileSync(logs.path('journals', dead.file), `${dead.lines.join('\n')}\n{"agent":"unfin`);
  await expect(closeDeadJournals(mending(async () => false))).rejects.toThrow('the lock was lost');
  expect(names()).toEqual([mendingFile(dead.name)]);
  const log = await logs.open();
  expect(names()).toEqual([closedFile(dead.name)]);
  expect(await log.verify()).toMatchObject({ verdict: 'whole-as-far-as-known', findings: [], events: 2, tornKept: 1 });
});

test('[P5] the events of a journal that is being mended are read, checked and exported as they are', async () => {
  const log = await logs.open();
  const dead = deadJournal([event(1), event(2)]);
  writeFileSync(logs.path('journals', mendingFile(dead.name)), `${dead.lines.join('\n')}\n`);
  expect((await log.page()).records.map((each) => each.callId)).toEqual(['c2', 'c1']);
  expect(await log.verify()).toMatchObject({ findings: [], events: 2 });
  expect(names()).toEqual([closedFile(dead.name)]);
});

test('[P5] a window that is wrongly taken for dead confirms nothing that mending did not read', async () => {
  const dead = deadJournal([event(1), event(2), event(3)]);
  const [first = '', second = '', third = ''] = dead.lines;
  const window = await JournalFile.create(logs.path('journals', dead.file));
  await window.append(Buffer.from(`${first}\n`));
  await window.append(Buffer.from(`${second}\n`));
  // What a reader sees of a write that isn't through yet, so that there is something to mend.
  const half = third.slice(0, 100);
  appendFileSync(window.file, half);
  let confirmed: boolean | undefined;
  const goesOn = async (): Promise<boolean> => {
    // Asked last before the mended file takes the place of the other.
    const [file = ''] = names().filter((name) => !name.endsWith('.tmp'));
    truncateSync(logs.path('journals', file), window.size);
    confirmed ??= await window.append(Buffer.from(`${third}\n`)).then(() => true, () => false);
    return true;
  };
  await closeDeadJournals(mending(goesOn));
  expect(confirmed).toBe(false);
  expect(readFileSync(logs.path('journals', closedFile(dead.name)), 'utf8')).toBe(`${first}\n${second}\n`);
  await window.close();
});

test('[P5] a window whose journal is taken from it goes on in a new one, and each event is there once', async () => {
  const log = await logs.open();
  await log.append(event(1));
  await closeDeadJournals(mending(undefined, true));
  await log.append(event(2));
  expect(names().map((name) => name.endsWith(liveFile('')))).toEqual([false, true]);
  expect((await log.page()).records.map((each) => each.callId)).toEqual(['c2', 'c1']);
  expect(await log.verify()).toMatchObject({ verdict: 'whole', events: 2 });
});

test.each([['closed', closedFile], ['being mended', mendingFile]] as const)('[P15] the journal of a dead window takes the place of no other that is %s', async (_what, other) => {
  const dead = deadJournal([event(1), event(2)]);
  const [first = '', second = ''] = dead.lines;
  writeFileSync(logs.path('journals', dead.file), `${first}\n`);
  writeFileSync(logs.path('journals', other(dead.name)), `${first}\n${second}\n`);
  const log = await logs.open();
  expect((await log.page()).records.map((each) => each.callId)).toEqual(['c2', 'c1']);
  expect((await log.verify()).findings.map((each) => each.fault)).toContain('doubled');
});
