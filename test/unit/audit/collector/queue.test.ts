import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newCursor, type Cursor } from '../../../../src/audit/collector/cursor.js';
import { Queue } from '../../../../src/audit/collector/queue.js';
import { newJournalName } from '../../../../src/audit/journal/journal-name.js';
import type { LogFiles } from '../../../../src/audit/log-files.js';
import { firstLink, sealRecord, type Unsealed } from '../../../../src/audit/record.js';
import { sqliteLoader } from '../../../../src/audit/segments/sqlite.js';
import { layoutOf } from '../../../../src/audit/storage/layout.js';
import { event, key, locateWasm, LogFolder } from '../../../fixtures/audit/open-log.js';

let logs: LogFolder;
let files: LogFiles;
const name = newJournalName('w', 1_000);
const limits = { events: 100, bytes: 1_000_000 };
const start = newCursor('https://a.example/v1/logs');

beforeEach(() => {
  logs = new LogFolder();
  files = { layout: layoutOf(logs.folder), key, sqlite: sqliteLoader(locateWasm) };
  mkdirSync(files.layout.journals);
});
afterEach(() => logs.dispose());

const journal = (live = true): string => path.join(files.layout.journals, `${name}${live ? '.live' : ''}.jsonl`);
const queue = (settle = 0): Queue => new Queue(files, settle, (problem) => logs.problems.push(problem));

/** Lines of one chain; each number is told by its call id. */
function lines(...callIds: readonly string[]): string[] {
  let prev = firstLink(key, name);
  return callIds.map((callId, index) => {
    const { record, line } = sealRecord(key, { ...event(0, { callId }), v: 1, at: index, window: 'w', journal: name, seq: index + 1, prev });
    prev = record.hash;
    return line;
  });
}
const text = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');
async function take(from: Queue, cursor: Cursor, given = limits): Promise<{ ids: (string | undefined)[]; after: Cursor; unsettled: boolean }> {
  const { events, after, unsettled } = await from.next(cursor, given);
  return { ids: events.map(({ record }) => record.callId), after, unsettled };
}

test('gives whole lines only, and goes on behind the last one', async () => {
  const [a = '', b = '', c = ''] = lines('a', 'b', 'c');
  const reading = queue();
  writeFileSync(journal(), text([a]) + b.slice(0, 30));
  const first = await take(reading, start);
  expect(first.ids).toEqual(['a']);
  appendFileSync(journal(), `${b.slice(30)}\n${c}\n`);
  const second = await take(reading, first.after);
  expect(second.ids).toEqual(['b', 'c']);
  // A window that starts anew finds the place, too.
  expect((await take(queue(), second.after)).ids).toEqual([]);
  expect((await take(queue(), first.after)).ids).toEqual(['b', 'c']);
});

test('gives no line of a live journal before it has stood there for a while', async () => {
  const [a = '', b = ''] = lines('a', 'b');
  const reading = queue(30);
  writeFileSync(journal(), text([a]));
  expect(await take(reading, start)).toMatchObject({ ids: [], unsettled: true });
  await sleep(40);
  appendFileSync(journal(), text([b]));
  const found = await take(reading, start);
  expect(found).toMatchObject({ ids: ['a'], unsettled: true });
  // The write of the second failed, and was taken back.
  writeFileSync(journal(), text([a]));
  await sleep(40);
  expect((await take(reading, found.after)).ids).toEqual([]);
});

test('gives lines of a closed journal at once', async () => {
  writeFileSync(journal(false), text(lines('a', 'b')));
  expect(await take(queue(1_000_000), start)).toMatchObject({ ids: ['a', 'b'], unsettled: false });
});

test('begins a journal again when what was sent of it is not what is there', async () => {
  const reading = queue();
  writeFileSync(journal(), text(lines('a', 'b', 'c')));
  const { after } = await take(reading, start);
  writeFileSync(journal(), text(lines('a', 'x', 'y', 'z')));
  for (const each of [reading, queue()]) expect((await take(each, after)).ids).toEqual(['a', 'x', 'y', 'z']);
});

test('leaves out what isn’t authentic and goes on behind it', async () => {
  const [a = '', b = '', c = ''] = lines('a', 'b', 'c');
  const foreign = sealRecord(key, { ...event(1, { callId: 'foreign' }), v: 1, at: 1, window: 'w', journal: 'another', seq: 2, prev: 'p' }).line;
  writeFileSync(journal(), Buffer.concat([Buffer.from(text([a, 'garbage', b.replace('"b"', '"B"'), foreign])), Buffer.from([0xff, 0x0a]), Buffer.from(text(['x'.repeat(3_000_000), c]))]));
  const { ids, after } = await take(queue(), start);
  expect(ids).toEqual(['a', 'c']);
  expect((await take(queue(), after)).ids).toEqual([]);
});

test('leaves a newer version’s lines to a window that knows them', async () => {
  const [a = '', b = ''] = lines('a', 'b');
  const newer = sealRecord(key, { ...event(2, { callId: 'newer' }), v: 2, at: 2, window: 'w', journal: name, seq: 2, prev: '' } as unknown as Unsealed).line;
  writeFileSync(journal(), text([a, newer, b]));
  expect((await take(queue(), start)).ids).toEqual(['a']);
});

test('keeps to the limits, and gives one event however long it is', async () => {
  writeFileSync(journal(), text(lines('a', 'b', 'c')));
  expect((await take(queue(), start, { events: 2, bytes: 1_000_000 })).ids).toEqual(['a', 'b']);
  expect((await take(queue(), start, { events: 100, bytes: 1 })).ids).toEqual(['a']);
});

test('forgets journals that are gone once everything folded is passed', async () => {
  const gone = { ...start, journals: new Map([['gone', { seq: 5, hash: 'x' }], [name, { seq: 0, hash: '' }]]) };
  writeFileSync(journal(), text(lines('a')));
  expect([...(await take(queue(), gone)).after.journals.keys()]).toEqual([name]);
});

test('a segment that can’t be read is told of and passed, not waited for', async () => {
  const log = await logs.open({ limits: { segmentEvents: 3, journalEvents: 3 } });
  for (let n = 0; n < 6; n += 1) await log.append(event(n));
  await log.fold();
  const { segments } = log.files.layout;
  const [first = ''] = readdirSync(segments).sort();
  writeFileSync(path.join(segments, first), 'not a database');
  const reading = new Queue(log.files, 0, (problem) => logs.problems.push(problem));
  const { ids, after } = await take(reading, start);
  expect(ids).toEqual(['c3', 'c4', 'c5']);
  expect(after.folded).toBe(6);
  expect(logs.problems.map((each) => each.kind)).toEqual(['corrupt']);
});

test('a segment whose name was made up hides nothing', async () => {
  const log = await logs.open({ limits: { segmentEvents: 3, journalEvents: 3 } });
  for (let n = 0; n < 5; n += 1) await log.append(event(n));
  await log.fold();
  const [real = ''] = readdirSync(log.files.layout.segments).sort();
  const place = (span: string): string => path.join(log.files.layout.segments, `${span}-${'ab'.repeat(32)}.db`);
  for (const span of ['0000000001-0000009999-0-9', '0000000001-0000000004-0-9']) copyFileSync(path.join(log.files.layout.segments, real), place(span));
  for (let n = 5; n < 7; n += 1) await log.append(event(n));
  const reading = new Queue(log.files, 0, (problem) => logs.problems.push(problem));
  expect(await reading.waiting(start)).toBe(7);
  const first = await take(reading, start);
  const second = await take(reading, first.after);
  expect([...first.ids, ...second.ids]).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6']);
  expect(second.after.folded).toBe(5);
});

test('a position beyond a segment’s own, written into its file, passes nothing', async () => {
  const log = await logs.open();
  for (let n = 0; n < 4; n += 1) await log.append(event(n));
  await log.fold();
  const [name = ''] = readdirSync(log.files.layout.segments);
  const file = path.join(log.files.layout.segments, name);
  const { Database } = await files.sqlite();
  const database = new Database(readFileSync(file));
  database.exec('UPDATE events SET position = 9999 WHERE position = 2');
  writeFileSync(file, database.export());
  database.close();
  const { ids, after } = await take(new Queue(log.files, 0, (problem) => logs.problems.push(problem)), start);
  expect(after.folded).toBe(4);
  expect(ids).toEqual(['c0', 'c2', 'c3']);
});

test('how many wait is told without reading all of it', async () => {
  const log = await logs.open({ limits: { segmentEvents: 4, journalEvents: 4 } });
  for (let n = 0; n < 10; n += 1) await log.append(event(n));
  const reading = new Queue(log.files, 0, () => undefined);
  expect(await reading.waiting(start)).toBe(10);
  const part = await take(reading, start, { events: 6, bytes: 1_000_000 });
  expect(await reading.waiting(part.after)).toBe(4);
  await log.fold();
  expect(await reading.waiting(part.after)).toBe(4);
  expect((await take(reading, part.after)).ids).toEqual(['c6', 'c7', 'c8', 'c9']);
});

test.runIf(process.platform !== 'win32').each(['a pipe', 'a link', 'a link to nothing'])('[P15] %s with the name of a journal is told of, and passed without waiting', async (what) => {
  writeFileSync(journal(), text(lines('a')));
  const foreign = path.join(files.layout.journals, `${newJournalName('v', 500)}.jsonl`);
  if (what === 'a pipe') execFileSync('mkfifo', [foreign]);
  else symlinkSync(what === 'a link' ? journal() : path.join(logs.folder, 'nothing'), foreign);
  const reading = queue();
  expect(await reading.waiting(start)).toBe(1);
  const first = await take(reading, start);
  expect([first.ids, first.unsettled]).toEqual([['a'], false]);
  expect(await take(reading, first.after)).toMatchObject({ ids: [], unsettled: false });
  expect(logs.problems).toMatchObject([{ kind: 'corrupt', file: foreign }]);
});
