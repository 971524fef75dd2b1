import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AuditLog } from '../../../../src/audit/audit-log.js';
import { cursorFolder, newCursor, openCursor, sealCursor } from '../../../../src/audit/collector/cursor.js';
import { parseEndpoint } from '../../../../src/audit/collector/endpoint.js';
import { firstWaiting } from '../../../../src/audit/collector/first-waiting.js';
import { append, calls, CollectorRun, end, until } from '../../../fixtures/audit/collector-run.js';
import { key } from '../../../fixtures/audit/open-log.js';
import { CollectorServer } from '../../../fixtures/audit/collector-server.js';

vi.setConfig({ testTimeout: 60_000 });

let run: CollectorRun;
beforeEach(async () => {
  run = new CollectorRun();
  await run.start();
});
afterEach(() => run.dispose());

test('a cursor comes back as it was, and not with a single byte changed, added or left out', () => {
  const cursor = { ...newCursor('https://a.example/v1/logs'), folded: 7, journals: new Map([['j', { seq: 3, hash: 'ab' }]]), sentAt: 5, trouble: { at: 1, message: 'ä', next: '', needsPerson: true } };
  const bytes = Buffer.from(sealCursor(key, cursor));
  expect(openCursor(key, bytes)).toEqual(cursor);
  expect(openCursor(Buffer.alloc(32, 8), bytes)).toBeUndefined();
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    for (const spoilt of [changed, Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]), Buffer.concat([bytes.subarray(0, at), Buffer.from(' '), bytes.subarray(at)])]) {
      expect(openCursor(key, spoilt)).toBeUndefined();
    }
  }
  expect(openCursor(key, Buffer.concat([bytes, Buffer.from('\n')]))).toBeUndefined();
});

describe('its place in the log', () => {
  const cursorOf = (log: AuditLog): string => path.join(cursorFolder(log.files.layout), readdirSync(cursorFolder(log.files.layout))[0]!);
  const sentAll = async (log: AuditLog, count: number): Promise<void> => {
    const collector = run.collect(log);
    await until(() => run.server.calls.length >= count, 'all');
    await until(async () => (await collector.status()).waiting === 0, 'the cursor');
    await end(collector);
  };

  test.each([
    ['changed', (file: string) => writeFileSync(file, readFileSync(file, 'utf8').replace('"sent":', '"sent":1'))],
    ['cut', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 20))],
    ['emptied', (file: string) => writeFileSync(file, '')],
    ['deleted', (file: string) => rmSync(file)],
  ])('that was %s is not believed: all is sent again with the same ids', async (what, spoil) => {
    const log = await run.logs.open();
    await append(log, 0, 10);
    await sentAll(log, 10);
    spoil(cursorOf(log));
    await append(log, 10, 12);
    await sentAll(log, 22);
    expect(run.server.calls).toEqual([...calls(0, 10), ...calls(0, 12)]);
    expect([...new Set(run.server.ids)]).toHaveLength(run.server.ids.length - 11);
    expect(run.logs.problems.map((each) => each.kind)).toEqual(what === 'deleted' ? [] : ['corrupt']);
  });

  test('that was changed, or put in another’s place, is found by verify', async () => {
    const log = await run.logs.open();
    await append(log, 0, 5);
    await sentAll(log, 5);
    expect(await log.verify()).toMatchObject({ ok: true });
    const file = cursorOf(log);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"sent":', '"sent":1'));
    writeFileSync(path.join(path.dirname(file), '0123456789abcdef.json'), text);
    writeFileSync(path.join(path.dirname(file), 'else'), '');
    const { findings } = await log.verify();
    expect(findings.map((each) => `${each.fault} ${each.file}`).sort()).toEqual([`changed ${path.join('collector', '0123456789abcdef.json')}`, `changed ${path.join('collector', path.basename(file))}`, `foreign ${path.join('collector', 'else')}`].sort());
  });

  test('is of one address: another gets everything', async () => {
    const log = await run.logs.open();
    await append(log, 0, 5);
    await sentAll(log, 5);
    const other = new CollectorServer();
    const there = await other.start();
    const collector = run.collect(log, { endpoint: parseEndpoint(there)! });
    await until(() => other.calls.length === 5, 'all');
    await end(collector);
    await other.stop();
    expect(run.begun).toEqual([run.endpoint.url, `${there}/v1/logs`]);
  });

  test('tells retention what has to stay', async () => {
    const log = await run.logs.open();
    const { url: whole } = run.endpoint;
    await append(log, 0, 10);
    await log.fold();
    expect(await firstWaiting(log.files, undefined)).toBe(Infinity);
    expect(await firstWaiting(log.files, whole)).toBe(1);
    await sentAll(log, 10);
    expect(await firstWaiting(log.files, whole)).toBe(11);
    expect(await firstWaiting(log.files, 'https://other.example/v1/logs')).toBe(1);
    writeFileSync(cursorOf(log), '{}');
    expect(await firstWaiting(log.files, whole)).toBe(1);
  });

  test('is not written while nothing happens', async () => {
    const log = await run.logs.open();
    await append(log, 0, 3);
    const collector = run.collect(log, { limits: { takeOver: 20 } });
    await until(async () => (await collector.status()).waiting === 0, 'all');
    const before = readFileSync(cursorOf(log), 'utf8');
    await sleep(200);
    expect(readFileSync(cursorOf(log), 'utf8')).toBe(before);
  });
});
