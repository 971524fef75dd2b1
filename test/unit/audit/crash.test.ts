import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { crashPlan, crashRounds, manyProcesses } from '../../fixtures/audit/crash-rounds.js';
import { LogFolder } from '../../fixtures/audit/open-log.js';
import { bundleChild, WindowProcess } from '../../fixtures/audit/window-process.js';

let child: string;
beforeAll(async () => {
  child = await bundleChild();
});
afterAll(() => rmSync(child, { force: true }));

/** The short form of `npm run crash -- --rounds 500`: its first folder. */
test('[P5] windows killed in the middle of appending, folding, mending and rotating lose no acknowledged event, double none, and the chain verifies', { timeout: 180_000 }, async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const report = await crashRounds(child, seed, 8);
  expect(report.kept).toBeGreaterThan(8);
  const { append, rotate, mend, fold } = report.deaths;
  console.log(`seed ${seed}: ${report.kept} events kept; died while appending ${append}, rotating ${rotate}, mending ${mend}, folding ${fold}`);
  expect(append + rotate + mend + fold).toBeGreaterThan(0);
});

test('the same seed plans the same deaths', () => {
  expect(crashPlan(5, 40)).toEqual(crashPlan(5, 40));
  expect(crashPlan(5, 40)).not.toEqual(crashPlan(6, 40));
});

test('processes that append and fold at once lose nothing', { timeout: 120_000 }, async () => {
  expect(await manyProcesses(child, 3, 3)).toBeGreaterThan(30);
});

test.runIf(process.platform === 'linux')('[P5] when a file takes no more, events are refused and nothing of them stands in the log', { timeout: 60_000 }, async () => {
  const logs = new LogFolder();
  // A limit on the size of files stands in for a full disk: the write fails halfway, as it does there.
  const limited = ['/bin/bash', '-c', `trap '' XFSZ; ulimit -f 2; exec "${process.execPath}" "${child}" "$@"`, 'limited'];
  const anchorFile = path.join(logs.folder, 'anchor');
  const window = new WindowProcess(limited, { folder: path.join(logs.folder, 'audit'), windowId: 'full', anchorFile, count: 30 });
  await window.ended;
  expect(window.refused.length).toBeGreaterThan(0);
  expect(window.refused.filter((each) => !each.endsWith(' audit-unavailable'))).toEqual([]);
  expect(window.kept.length).toBeGreaterThan(0);
  logs.anchor.value = readFileSync(anchorFile, 'utf8');
  const log = await logs.open({ folder: path.join(logs.folder, 'audit'), windowId: 'reader' });
  expect((await log.page({ limit: 1000 })).records.map((each) => each.callId).sort()).toEqual(window.kept.sort());
  expect((await log.verify()).findings).toEqual([]);
  await logs.dispose();
});
