import { build } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { recordId } from '../../../../src/audit/record.js';
import { CollectorRun, until } from '../../../fixtures/audit/collector-run.js';
import { attributeOf } from '../../../fixtures/audit/collector-server.js';
import { locateWasm } from '../../../fixtures/audit/open-log.js';

const root = path.join(import.meta.dirname, '..', '..', '..', '..');
const child = path.join(root, 'test-output', 'audit', `collector-child-${process.pid}.mjs`);
beforeAll(async () => {
  mkdirSync(path.dirname(child), { recursive: true });
  await build({ entryPoints: [path.join(root, 'test/fixtures/audit/collector-child.ts')], outfile: child, bundle: true, platform: 'node', format: 'esm', packages: 'external', target: 'node22', logLevel: 'error' });
});
afterAll(() => rmSync(child, { force: true }));

let run: CollectorRun;
const windows: ChildProcess[] = [];
beforeEach(async () => {
  run = new CollectorRun();
  await run.start();
});
afterEach(async () => {
  for (const each of windows) each.kill('SIGKILL');
  await run.dispose();
});

test('[P5] windows killed in the middle of sending lose no event, and doubles are the same to the last byte', { timeout: 400_000 }, async () => {
  const kept = new Set<string>();
  const problems: string[] = [];
  const open = async (name: string): Promise<ChildProcess> => {
    const window = spawn(process.execPath, [child, run.logs.folder, name, locateWasm(), run.endpoint.url], { stdio: ['ignore', 'pipe', 'inherit'] });
    windows.push(window);
    let rest = '';
    let ready = (): void => undefined;
    const opened = new Promise<void>((resolve) => (ready = resolve));
    window.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === 'ready') ready();
        else if (line.startsWith('kept ')) kept.add(line.slice(5));
        else problems.push(line);
      }
    });
    await Promise.race([opened, once(window, 'exit')]);
    return window;
  };
  const rounds = 3;
  for (let round = 0; round < rounds; round += 1) {
    const pair = await Promise.all([open(`a${round}`), open(`b${round}`)]);
    const before = run.server.messages.length;
    // A window killed between the lock's making and its writing keeps the others out for the half minute that such a lock counts.
    await until(() => run.server.messages.length > before + 1, 'some messages', 100_000);
    for (const window of pair) {
      await sleep(Math.random() * 60);
      window.kill('SIGKILL');
      await once(window, 'close');
    }
  }

  const log = await run.logs.open({ windowId: 'last' });
  const collector = run.collect(log, { limits: { settle: 5 } });
  await log.fold();
  await until(async () => (await collector.status()).waiting === 0, 'the rest', 100_000);

  const received = new Map<string, string>();
  for (const each of run.server.taken) {
    const id = String(attributeOf(each, 'log.record.uid'));
    const text = JSON.stringify(each);
    expect(received.get(id) ?? text).toBe(text);
    received.set(id, text);
  }
  const arrived = new Set(run.server.calls);
  expect([...kept].filter((each) => !arrived.has(each))).toEqual([]);
  expect(kept.size).toBeGreaterThan(rounds * 10);

  // Nothing is there that the log doesn't hold, and in each journal the order is that of the log.
  const held = new Map<string, string>();
  let page = await log.page({ limit: 1000 });
  for (;;) {
    for (const each of page.records) held.set(recordId(each), each.hash);
    if (!page.next) break;
    page = await log.page({ limit: 1000, before: page.next });
  }
  expect([...received.keys()].filter((id) => !held.has(id))).toEqual([]);
  expect([...held.keys()].filter((id) => !received.has(id))).toEqual([]);
  const last = new Map<unknown, number>();
  for (const id of received.keys()) {
    const record = JSON.parse(received.get(id) ?? '') as (typeof run.server.taken)[number];
    const seq = Number(attributeOf(record, 'axon.audit.seq'));
    const journal = attributeOf(record, 'axon.audit.journal');
    expect(seq).toBe((last.get(journal) ?? 0) + 1);
    last.set(journal, seq);
  }
  console.log(`${kept.size} kept, ${run.server.ids.length - received.size} of ${run.server.ids.length} received were doubles`);
  // A child's own memory of the log's end dies with it here, so only what is about sending counts.
  expect(problems.filter((each) => each.includes('collector'))).toEqual([]);
});
