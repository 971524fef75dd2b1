import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuditRecord } from '../../../src/audit/record.js';
import { deadJournal, event, journalText, key, LogFolder } from '../../fixtures/audit/open-log.js';

let logs: LogFolder;
beforeEach(() => {
  logs = new LogFolder();
});
afterEach(() => logs.dispose());

const journals = (): string[] => readdirSync(logs.path('journals')).sort();
const segments = (): string[] => readdirSync(logs.path('segments')).sort();
const ids = (records: readonly AuditRecord[]): (string | undefined)[] => records.map((each) => each.callId);

describe('appending', () => {
  test('[P5] an event is on disk, as one line, when append resolves', async () => {
    const log = await logs.open();
    await log.append(event(1));
    const [file = ''] = journals();
    const text = journalText(logs.path('journals', file));
    expect(text.endsWith('\n')).toBe(true);
    expect(JSON.parse(text)).toMatchObject({ v: 1, seq: 1, type: 'tool_requested', tool: 'file_read', callId: 'c1' });
  });

  test('events that wait together keep their order and are one chain', async () => {
    const log = await logs.open();
    await Promise.all(Array.from({ length: 600 }, (_, n) => log.append(event(n))));
    const page = await log.page({ limit: 1000 });
    expect(page.records.map((each) => each.seq)).toEqual(Array.from({ length: 600 }, (_, n) => 600 - n));
    expect(await log.verify()).toMatchObject({ ok: true, events: 600, findings: [] });
  });

  test('an event with the layers of its decision is read back whole, beside events without', async () => {
    const layers = [{ layer: 'built-in', verdict: 'ask', risk: 'low', rule: 'path.reading-asks', reason: 'It asks.' }] as const;
    const log = await logs.open();
    await log.append(event(1));
    await log.append(event(2, { layers }));
    expect((await log.page()).records.map((each) => each.layers)).toEqual([layers, undefined]);
    await log.fold();
    expect((await log.page()).records.map((each) => each.layers)).toEqual([layers, undefined]);
    expect(await log.verify()).toMatchObject({ ok: true, events: 2 });
  });

  test('listeners hear of an event after it is durable, in order', async () => {
    const log = await logs.open();
    const heard: (string | undefined)[] = [];
    const listening = log.onAppended((record) => {
      expect(readFileSync(logs.path('journals', journals()[0] ?? ''), 'utf8')).toContain(`"callId":"${record.callId}"`);
      heard.push(record.callId);
    });
    await Promise.all([log.append(event(1)), log.append(event(2))]);
    listening.dispose();
    await log.append(event(3));
    expect(heard).toEqual(['c1', 'c2']);
    expect(logs.problems).toEqual([]);
  });

  test('[P5] an event that can\'t be made durable is refused, and the log recovers by itself', async () => {
    writeFileSync(logs.path('journals'), 'a file where the folder should be');
    const log = await logs.open();
    await expect(log.append(event(1))).rejects.toMatchObject({ code: 'audit-unavailable' });
    rmSync(logs.path('journals'));
    await log.append(event(2));
    expect(ids((await log.page()).records)).toEqual(['c2']);
  });

  test('[P5] after dispose nothing is taken any more', async () => {
    const log = await logs.open();
    const waiting = log.append(event(1));
    await log.dispose();
    await waiting;
    await log.dispose();
    await expect(log.append(event(2))).rejects.toMatchObject({ code: 'audit-unavailable' });
    expect(journals()).toEqual([expect.stringMatching(/^[^.]+\.jsonl$/)]);
  });

  test('a journal that is deleted under the window is noticed, and the event is written to a new one', async () => {
    const log = await logs.open();
    await log.append(event(1));
    unlinkSync(logs.path('journals', journals()[0] ?? ''));
    await log.append(event(2));
    expect(logs.problems.map((each) => each.kind)).toEqual(['disturbed']);
    expect(ids((await log.page()).records)).toEqual(['c2']);
    await log.fold();
    expect(await log.verify()).toMatchObject({ ok: false, findings: [{ fault: 'removed' }] });
  });

  test('an event whose numbers JSON cannot hold is recorded without them', async () => {
    const log = await logs.open();
    await log.append(event(1, { milliseconds: Number.NaN }));
    expect((await log.page()).records[0]).not.toHaveProperty('milliseconds');
  });

  test('where the clock goes back, time stands still in the journal, and what the clock said is kept beside it', async () => {
    let time = 5_000;
    const log = await logs.open({ now: () => time });
    for (const [n, at] of [5_000, 3_000, 4_000, 6_000].entries()) {
      time = at;
      await log.append(event(n));
    }
    await log.fold();
    const { records } = await log.page();
    expect(records.map(({ callId, at, clock }) => [callId, at, clock])).toEqual([['c3', 6_000, undefined], ['c2', 5_000, 4_000], ['c1', 5_000, 3_000], ['c0', 5_000, undefined]]);
    expect(await log.verify()).toMatchObject({ ok: true, events: 4 });
  });

  test('a key of another length is refused', async () => {
    await expect(logs.open({ key: Buffer.alloc(16) })).rejects.toMatchObject({ code: 'audit-unavailable' });
  });
});

describe('what a dead window leaves behind', () => {
  test('a torn last line is put aside and reported, and the lines before it stay', async () => {
    const dead = deadJournal([event(1), event(2)]);
    mkdirSync(logs.path('journals'));
    writeFileSync(logs.path('journals', dead.file), `${dead.lines.join('\n')}\n{"agent":"assist`);
    const log = await logs.open();
    expect(logs.problems.map((each) => each.kind)).toEqual(['torn']);
    expect(readdirSync(logs.path('aside'))).toHaveLength(1);
    expect(readFileSync(logs.path('aside', readdirSync(logs.path('aside'))[0] ?? ''), 'utf8')).toBe('{"agent":"assist');
    expect(await log.verify()).toMatchObject({ ok: true, events: 2, tornKept: 1 });
  });

  test('a last line that lacks only its newline is kept', async () => {
    const dead = deadJournal([event(1), event(2)]);
    mkdirSync(logs.path('journals'));
    writeFileSync(logs.path('journals', dead.file), dead.lines.join('\n'));
    const log = await logs.open();
    expect(await log.verify()).toMatchObject({ ok: true, events: 2 });
  });

  test('a corrupt journal is kept aside whole, its authentic lines stay, and the gap is found for good', async () => {
    const dead = deadJournal([event(1), event(2), event(3)]);
    mkdirSync(logs.path('journals'));
    const text = `${dead.lines.join('\n')}\n`.replace('a2.txt', 'b2.txt');
    writeFileSync(logs.path('journals', dead.file), text);
    const log = await logs.open();
    expect(logs.problems.map((each) => each.kind)).toEqual(['corrupt']);
    expect(readFileSync(logs.path('aside', readdirSync(logs.path('aside'))[0] ?? ''), 'utf8')).toBe(text);
    await log.fold();
    expect(ids((await log.page()).records)).toEqual(['c3', 'c1']);
    expect((await log.verify()).findings.map((each) => each.fault)).toEqual(['removed', 'set-aside']);
  });

  test('the journal of a living window is left alone', async () => {
    const other = await logs.open({ windowId: 'w2' });
    await other.append(event(1));
    const log = await logs.open();
    await log.append(event(2));
    await log.fold();
    expect(journals()).toEqual([expect.stringMatching(/-w2-.*\.live\.jsonl$/)]);
    await other.append(event(3));
    expect(ids((await log.page()).records).sort()).toEqual(['c1', 'c2', 'c3']);
    expect(logs.problems).toEqual([]);
  });
});

describe('folding', () => {
  test('moves closed journals into segments of bounded size, and every event stays', async () => {
    const log = await logs.open({ limits: { journalEvents: 10, segmentEvents: 30, journalsToFold: 1_000 } });
    for (let n = 0; n < 95; n += 1) await log.append(event(n));
    expect(await log.fold()).toBe(95);
    expect(journals()).toEqual([]);
    expect(segments().map((name) => name.slice(0, 21))).toEqual(['0000000001-0000000030', '0000000031-0000000060', '0000000061-0000000090', '0000000091-0000000095']);
    expect(await log.verify()).toMatchObject({ ok: true, events: 95, segments: 4 });
    expect((await log.page({ limit: 1000 })).records.map((each) => each.callId)).toEqual(Array.from({ length: 95 }, (_, n) => `c${94 - n}`));
  });

  test('fills the last segment before it begins another, and leaves no old file', async () => {
    const log = await logs.open();
    for (let n = 0; n < 5; n += 1) {
      await log.append(event(n));
      await log.fold();
    }
    expect(segments()).toEqual([expect.stringMatching(/^0000000001-0000000005-/)]);
    expect(await log.verify()).toMatchObject({ ok: true, events: 5 });
  });

  test('starts by itself when many journals are closed', async () => {
    const log = await logs.open({ limits: { journalEvents: 2, journalsToFold: 3 } });
    for (let n = 0; n < 9; n += 1) await log.append(event(n));
    await log.dispose();
    expect(segments()).toHaveLength(1);
    expect(await (await logs.open()).verify()).toMatchObject({ ok: true, events: 9 });
  });

  test('a journal that a fold left behind when it died is neither shown nor counted twice, and goes with the next fold', async () => {
    const log = await logs.open();
    await log.append(event(1));
    const live = journals()[0] ?? '';
    const text = journalText(logs.path('journals', live));
    await log.fold();
    writeFileSync(logs.path('journals', live.replace('.live', '')), text);
    expect(ids((await log.page()).records)).toEqual(['c1']);
    expect(await log.verify()).toMatchObject({ ok: true, events: 1 });
    await log.append(event(2));
    expect(await log.fold()).toBe(1);
    expect(journals()).toEqual([]);
    expect(await log.verify()).toMatchObject({ ok: true, events: 2 });
  });

  test('an older form of a segment that a dead fold left behind is not in force, and goes with the next fold', async () => {
    const log = await logs.open();
    await log.append(event(1));
    await log.fold();
    const old = segments()[0] ?? '';
    const bytes = readFileSync(logs.path('segments', old));
    await log.append(event(2));
    await log.fold();
    writeFileSync(logs.path('segments', old), bytes);
    writeFileSync(logs.path('segments', 'abc.tmp'), 'half');
    expect(ids((await log.page()).records)).toEqual(['c2', 'c1']);
    expect(await log.verify()).toMatchObject({ ok: true, events: 2 });
    await log.append(event(3));
    await log.fold();
    expect(segments()).toEqual([expect.stringMatching(/^0000000001-0000000003-/)]);
  });

  test('a corrupt segment is kept aside and reported, work goes on, and the gap stays found', async () => {
    const log = await logs.open();
    await log.append(event(1));
    await log.fold();
    const file = logs.path('segments', segments()[0] ?? '');
    const bytes = readFileSync(file);
    const at = bytes.indexOf('a1.txt');
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    writeFileSync(file, bytes);
    await log.append(event(2));
    expect(ids((await log.page()).records)).toEqual(['c2']);
    expect(logs.problems.map((each) => each.kind)).toEqual(['corrupt']);
    await log.fold();
    expect(segments()).toEqual([expect.stringMatching(/^0000000002-0000000002-/)]);
    expect((await log.verify()).findings.map((each) => each.fault)).toEqual(['removed', 'set-aside']);
  });
});

describe('looking for events', () => {
  test('pages come newest first over segments and journals, without gap or repetition', async () => {
    const log = await logs.open({ limits: { journalEvents: 7, segmentEvents: 14 } });
    for (let n = 0; n < 60; n += 1) await log.append(event(n));
    await log.fold();
    for (let n = 60; n < 70; n += 1) await log.append(event(n));
    const seen: (string | undefined)[] = [];
    let page = await log.page({ limit: 9 });
    for (;;) {
      seen.push(...ids(page.records));
      if (!page.next) break;
      page = await log.page({ limit: 9, before: page.next });
    }
    expect(seen).toEqual(Array.from({ length: 70 }, (_, n) => `c${69 - n}`));
  });

  test('filters hold in segments and journals alike', async () => {
    let time = 0;
    const log = await logs.open({ now: () => (time += 1) });
    const write = async (): Promise<void> => {
      await log.append(event(1, { sessionId: 'a', tool: 'shell_execute', agent: 'researcher' }));
      await log.append(event(2, { sessionId: 'b', type: 'tool_rejected', decision: 'deny', reason: 'Écrit en français' }));
    };
    await write();
    await log.fold();
    await write();
    const count = async (query: Parameters<typeof log.page>[0]): Promise<number> => (await log.page(query)).records.length;
    expect(await count({ sessionId: 'a' })).toBe(2);
    expect(await count({ tool: 'shell_execute' })).toBe(2);
    expect(await count({ agent: 'researcher' })).toBe(2);
    expect(await count({ types: ['tool_rejected'] })).toBe(2);
    expect(await count({ types: [] })).toBe(0);
    expect(await count({ decision: 'deny' })).toBe(2);
    expect(await count({ text: 'ÉCRIT EN' })).toBe(2);
    expect(await count({ text: '"s1"' })).toBe(0);
    const times = (await log.page()).records.map((each) => each.at).reverse();
    expect(await count({ from: times[1]!, to: times[3]! })).toBe(2);
  });
});

describe('two windows', () => {
  test('fold and append at once and lose nothing', async () => {
    const one = await logs.open({ windowId: 'one', limits: { journalEvents: 5, segmentEvents: 40 } });
    const two = await logs.open({ windowId: 'two', limits: { journalEvents: 5, segmentEvents: 40 } });
    const work = async (log: typeof one, name: string): Promise<void> => {
      for (let n = 0; n < 60; n += 1) {
        await log.append(event(n, { callId: `${name}${n}` }));
        if (n % 20 === 19) await log.fold();
        if (n % 15 === 7) await log.page({ limit: 5 });
      }
    };
    await Promise.all([work(one, 'one'), work(two, 'two')]);
    expect(new Set(ids((await one.page({ limit: 1000 })).records)).size).toBe(120);
    expect(await two.verify()).toMatchObject({ ok: true, events: 120 });
    expect(logs.problems).toEqual([]);
  });
});

test('a journal of a newer version is reported and left as it is', async () => {
  const { sealRecord } = await import('../../../src/audit/record.js');
  const dead = deadJournal([event(1)]);
  const { v: _v, hash: _hash, ...rest } = JSON.parse(dead.lines[0] ?? '') as AuditRecord;
  const { line } = sealRecord(key, { ...rest, v: 2 } as unknown as AuditRecord);
  mkdirSync(logs.path('journals'));
  writeFileSync(logs.path('journals', dead.file), `${line}\n`);
  const log = await logs.open();
  expect(await log.fold()).toBe(0);
  expect(logs.problems.map((each) => each.kind)).toContain('newer');
  expect(readFileSync(logs.path('journals', journals()[0] ?? ''), 'utf8')).toBe(`${line}\n`);
  expect((await log.page()).records).toEqual([]);
});

test('the folder may be moved as a whole and still verifies', async () => {
  const log = await logs.open();
  await log.append(event(1));
  await log.dispose();
  const folder = path.join(logs.folder, 'copy');
  mkdirSync(folder);
  renameSync(logs.path(), path.join(folder, path.basename(logs.path())));
  const copy = await logs.open({ folder });
  expect(await copy.verify()).toMatchObject({ ok: true, events: 1 });
});

test('a forged segment that claims to hold everything hides no event and moves no position', async () => {
  const log = await logs.open();
  await log.append(event(1));
  await log.fold();
  const forged = `0000000001-9999999999-0-999999999999999-${'0'.repeat(64)}.db`;
  for (const look of ['page', 'fold'] as const) {
    writeFileSync(logs.path('segments', forged), 'forged');
    await log.append(event(2));
    if (look === 'fold') await log.fold();
    expect(ids((await log.page()).records)).toContain('c1');
  }
  expect(segments()).toEqual([expect.stringMatching(/^0000000001-0000000003-/)]);
  expect((await log.verify()).findings.map((each) => each.fault)).toEqual(['set-aside']);
});
