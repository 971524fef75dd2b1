import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AuditPage } from '../../../src/audit/query.js';
import type { AuditLog } from '../../../src/audit/audit-log.js';
import { LogFolder } from '../../fixtures/audit/open-log.js';
import { bundleChild, WindowProcess } from '../../fixtures/audit/window-process.js';

let child: string;
let logs: LogFolder;
beforeAll(async () => {
  child = await bundleChild();
});
afterAll(() => rmSync(child, { force: true }));
beforeEach(() => {
  logs = new LogFolder();
});
afterEach(() => logs.dispose());

const start = (windowId: string, count?: number): WindowProcess =>
  new WindowProcess([process.execPath, child], { folder: path.join(logs.folder, 'audit'), windowId, anchorFile: path.join(logs.folder, 'anchor'), ...(count !== undefined && { count }) });

/** Opens the log as the next window does, with what the anchor file remembers. */
async function reopen(): Promise<AuditLog> {
  logs.anchor.value = readFileSync(path.join(logs.folder, 'anchor'), 'utf8');
  return logs.open({ folder: path.join(logs.folder, 'audit'), windowId: 'reader' });
}

async function allCallIds(log: AuditLog): Promise<string[]> {
  const ids: string[] = [];
  for (let page: AuditPage | undefined = await log.page({ limit: 1000 }); page; page = page.next && (await log.page({ limit: 1000, before: page.next }))) {
    ids.push(...page.records.map((each) => each.callId ?? ''));
  }
  return ids;
}

test('[P5] kill -9 at random instants loses no acknowledged event, doubles none, and the chain verifies', { timeout: 120_000 }, async () => {
  const kept: string[] = [];
  const wait = [0, 15, 40, 90, 160, 250, 5, 120];
  for (const milliseconds of wait) {
    const window = start('crashing');
    await window.ready();
    await delay(milliseconds + Math.random() * 30);
    await window.kill();
    expect(window.errors).toBe('');
    expect(window.refused).toEqual([]);
    expect(window.problems.filter((each) => !each.startsWith('problem torn'))).toEqual([]);
    kept.push(...window.kept);
  }
  expect(kept.length).toBeGreaterThan(wait.length);
  for (const folded of [false, true]) {
    const log = await reopen();
    if (folded) await log.fold();
    const ids = await allCallIds(log);
    expect(new Set(ids).size).toBe(ids.length);
    expect(kept.filter((each) => !ids.includes(each))).toEqual([]);
    const report = await log.verify();
    expect(report.findings).toEqual([]);
    expect(report.events).toBe(ids.length);
    await log.dispose();
  }
});

test('processes that append and fold at once lose nothing', { timeout: 120_000 }, async () => {
  const windows = [start('one', 240), start('two', 240), start('three', 240)];
  expect(await Promise.all(windows.map((each) => each.ended))).toEqual([0, 0, 0]);
  for (const each of windows) expect([...each.problems, ...each.refused, each.errors]).toEqual(['']);
  const kept = windows.flatMap((each) => each.kept);
  expect(kept).toHaveLength(720);
  const log = await reopen();
  expect((await allCallIds(log)).sort()).toEqual(kept.sort());
  expect(await log.verify()).toMatchObject({ ok: true, events: 720 });
});

test.runIf(process.platform === 'linux')('[P5] when the disk takes no more, events are refused and nothing of them stands in the log', { timeout: 60_000 }, async () => {
  // A limit on the size of files stands in for a full disk: the write fails halfway, as it does there.
  const limited = ['/bin/bash', '-c', `trap '' XFSZ; ulimit -f 2; exec "${process.execPath}" "${child}" "$@"`, 'limited'];
  const window = new WindowProcess(limited, { folder: path.join(logs.folder, 'audit'), windowId: 'full', anchorFile: path.join(logs.folder, 'anchor'), count: 30 });
  await window.ended;
  expect(window.refused.length).toBeGreaterThan(0);
  expect(window.refused.filter((each) => !each.endsWith(' audit-unavailable'))).toEqual([]);
  expect(window.kept.length).toBeGreaterThan(0);
  const log = await reopen();
  expect((await allCallIds(log)).sort()).toEqual(window.kept.sort());
  expect((await log.verify()).findings).toEqual([]);
});
