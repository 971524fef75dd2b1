import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { answer, attributeOf } from '../../../fixtures/audit/collector-server.js';
import { append, calls, CollectorRun, end, until } from '../../../fixtures/audit/collector-run.js';

vi.setConfig({ testTimeout: 60_000 });

let run: CollectorRun;
beforeEach(async () => {
  run = new CollectorRun();
  await run.start();
});
afterEach(() => run.dispose());

describe('sending', () => {
  test('takes what the log holds and what comes in, from journals and segments, each once and in order', async () => {
    const log = await run.logs.open({ limits: { journalEvents: 7, segmentEvents: 20 } });
    await append(log, 0, 45);
    await log.fold();
    await append(log, 45, 60);
    run.collect(log, { limits: { events: 10 } });
    await until(() => run.server.calls.length >= 60, 'what was there');
    await append(log, 60, 65);
    await log.fold();
    await append(log, 65, 70);
    await until(() => run.server.calls.length >= 70, 'what came in');
    expect(run.server.calls).toEqual(calls(0, 70));
    expect(new Set(run.server.ids).size).toBe(run.server.ids.length);
    expect(run.logs.problems).toEqual([]);
  });

  test('is written down in the log before the first event goes, and told', async () => {
    const log = await run.logs.open();
    await append(log, 0, 1);
    const order: string[] = [];
    log.onAppended((record) => order.push(record.type));
    run.server.next((_message, response) => {
      order.push('sent');
      response.end('{}');
      return 'taken';
    });
    run.collect(log, { onBegin: (endpoint) => order.push(`told ${endpoint.url}`) });
    await until(() => order.includes('sent'), 'the first message');
    expect(order.slice(0, 3)).toEqual(['policy_changed', `told ${run.endpoint.url}`, 'sent']);
    const [first] = (await log.page({ types: ['policy_changed'] })).records;
    expect(first?.reason).toContain(run.endpoint.url);
  });

  test('[P5] begins only when that could be written down', async () => {
    const log = await run.logs.open();
    await append(log, 0, 3);
    const collector = run.collect(log, { audit: { append: () => Promise.reject(new Error('the disk is full')) } });
    const troubles: unknown[] = [];
    collector.onTrouble((trouble) => troubles.push(trouble?.message));
    await until(() => troubles.length > 0, 'a trouble');
    expect(troubles[0]).toContain('the disk is full');
    expect(run.server.messages).toEqual([]);
  });

  test('goes on where the last window stopped, over a fold that came in between', async () => {
    const log = await run.logs.open();
    await append(log, 0, 20);
    const first = run.collect(log);
    await until(() => run.server.calls.length === 20, 'the first twenty');
    await until(async () => (await first.status()).waiting === 0, 'the cursor');
    await end(first);
    await append(log, 20, 30);
    await log.fold();
    await append(log, 30, 35);
    const second = run.collect(log);
    await until(() => run.server.calls.length >= 35, 'the rest');
    expect(run.server.calls).toEqual(calls(0, 35));
    expect(run.begun).toHaveLength(1);
    expect(await second.status()).toMatchObject({ rejected: 0, state: expect.stringMatching(/idle|sending/) as string });
  });

  test('goes to the path of the protocol, packed, with the headers and a name, and nothing of this machine', async () => {
    const log = await run.logs.open();
    await append(log, 0, 1);
    run.collect(log, { headers: async () => ({ 'x-api-key': 'k-123456' }) });
    await until(() => run.server.messages.length > 0, 'a message');
    const { path: asked, headers } = run.server.messages[0]!;
    expect(asked).toBe('/v1/logs');
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'content-encoding': 'gzip', 'user-agent': 'Axon/0', 'x-api-key': 'k-123456' });
    expect(Object.keys(headers).filter((name) => !['host', 'connection', 'accept', 'accept-language', 'accept-encoding', 'sec-fetch-mode', 'cache-control', 'pragma', 'content-length', 'transfer-encoding'].includes(name)).sort()).toEqual(['content-encoding', 'content-type', 'user-agent', 'x-api-key']);
  });

  test('lets the receiver check the chain: each record points back to the one before', async () => {
    const log = await run.logs.open();
    await append(log, 0, 12);
    run.collect(log, { limits: { events: 5 } });
    await until(() => run.server.calls.length === 12, 'all');
    const chain = run.server.taken.map((each) => [attributeOf(each, 'axon.audit.prev'), attributeOf(each, 'axon.audit.hash')]);
    for (let n = 1; n < chain.length; n += 1) expect(chain[n]?.[0]).toBe(chain[n - 1]?.[1]);
  });
});

describe('two windows', () => {
  test('send what both write, one at a time, and the other takes over', async () => {
    const one = await run.logs.open({ windowId: 'one' });
    const two = await run.logs.open({ windowId: 'two' });
    let inFlight = 0;
    let most = 0;
    run.server.always = (message, response) => {
      most = Math.max(most, (inFlight += 1));
      setTimeout(() => {
        inFlight -= 1;
        answer(200, '{}')(message, response);
      }, 5);
      return 'taken';
    };
    const first = run.collect(one, { limits: { events: 4 } });
    await until(async () => (await first.status()).state !== 'starting', 'the first to begin');
    const second = run.collect(two, { limits: { events: 4 } });
    await Promise.all([append(one, 0, 20), append(two, 20, 40)]);
    await until(() => run.server.calls.length >= 40, 'both');
    await until(async () => (await first.status()).waiting === 0, 'the cursor');
    expect((await second.status()).state).toBe('elsewhere');
    await end(first);
    await append(two, 40, 45);
    await until(() => run.server.calls.length >= 45, 'the rest');
    expect(most).toBe(1);
    expect([...run.server.calls].sort()).toEqual(calls(0, 45).sort());
    for (const window of ['one', 'two']) {
      const numbers = run.server.taken.filter((each) => attributeOf(each, 'axon.audit.window') === window).map((each) => Number(attributeOf(each, 'axon.audit.seq')));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }
  });
});

test('a test message tells what the collector says, and is no event of the log', async () => {
  const log = await run.logs.open();
  const collector = run.collect(log);
  await until(async () => (await collector.status()).waiting === 0, 'the first event');
  const before = (await log.page()).records.length;
  expect(await collector.test()).toEqual({ kind: 'accepted', rejected: 0, message: '' });
  expect(run.server.messages.at(-1)?.records.map((each) => each.eventName)).toEqual(['axon.collector.test']);
  run.server.next(answer(403, '{"message":"no"}'));
  expect(await collector.test()).toMatchObject({ kind: 'refused', message: 'It answered 403: no' });
  expect((await log.page()).records).toHaveLength(before);
});

test('disposing early, twice, and in the middle of a message is harmless', async () => {
  const log = await run.logs.open();
  await append(log, 0, 3);
  run.server.always = () => 'not-taken';
  const early = run.collect(log);
  early.dispose();
  early.dispose();
  await early.ended();
  const middle = run.collect(log, { limits: { timeout: 60_000 } });
  await until(() => run.server.messages.length > 0, 'a message');
  await end(middle);
  await end(middle);
});

test('the receiver hears of events that it didn’t get because a file was not itself for a moment', async () => {
  const log = await run.logs.open({ limits: { journalEvents: 3, segmentEvents: 3 } });
  await append(log, 0, 6);
  await log.fold();
  const segment = run.logs.path('segments', readdirSync(run.logs.path('segments')).sort()[0] ?? '');
  const whole = readFileSync(segment);
  writeFileSync(segment, 'not a database');
  run.collect(log);
  await until(() => run.server.calls.includes('c5'), 'what can be read');
  writeFileSync(segment, whole);
  expect((await log.verify()).verdict).toBe('whole');
  await until(async () => (await log.page({ types: ['collector_rejected'] })).records.length === 1, 'the event');
  const [told] = (await log.page({ types: ['collector_rejected'] })).records;
  expect(told?.reason).toContain(segment.slice(-40));
  const id = `${told?.journal}.${told?.seq}`;
  await until(() => run.server.ids.includes(id), 'the event at the receiver');
});
