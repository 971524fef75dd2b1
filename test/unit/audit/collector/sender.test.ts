import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cursorFolder } from '../../../../src/audit/collector/cursor.js';
import { append, calls, CollectorRun, until } from '../../../fixtures/audit/collector-run.js';
import { answer, CollectorServer, type Behaviour } from '../../../fixtures/audit/collector-server.js';

vi.setConfig({ testTimeout: 60_000 });

let run: CollectorRun;
beforeEach(async () => {
  run = new CollectorRun();
  await run.start();
});
afterEach(() => run.dispose());

describe('a collector that doesn’t take it', () => {
  const hang: Behaviour = () => 'not-taken';
  const drip: Behaviour = (_message, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => void response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
    return 'not-taken';
  };
  const reset: Behaviour = (_message, response) => {
    response.destroy();
    return 'not-taken';
  };
  const endless: Behaviour = (_message, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 32)));
    };
    response.on('drain', more);
    more();
    return 'not-taken';
  };

  test.each([
    ['is busy', answer(503)], ['wants less', answer(429, '', { 'retry-after': '1' })], ['hangs', hang], ['drips', drip], ['resets the connection', reset],
  ] as const)('and %s gets it again, and nothing is missing', async (_what, behaviour) => {
    const log = await run.logs.open();
    await append(log, 0, 5);
    run.server.next(behaviour);
    const collector = run.collect(log, { limits: { timeout: 1_500 } });
    const troubles: (string | undefined)[] = [];
    collector.onTrouble((trouble) => troubles.push(trouble?.message));
    await until(() => run.server.calls.length >= 5, 'all');
    await until(() => troubles.length === 2, 'the end of the trouble');
    expect(run.server.calls).toEqual(calls(0, 5));
    expect(troubles).toEqual([expect.any(String), undefined]);
  });

  test('and is away gets it when it is back, and meanwhile nothing grows', async () => {
    const { port } = run.server;
    await run.server.stop();
    const log = await run.logs.open();
    const collector = run.collect(log);
    await until(async () => (await collector.status()).trouble !== undefined, 'a trouble');
    await append(log, 0, 50);
    const state = await collector.status();
    // Its own first event waits, too.
    expect(state).toMatchObject({ waiting: 51, sent: 0, trouble: { message: 'Nothing listens at its address' } });
    expect(readdirSync(cursorFolder(log.files.layout))).toHaveLength(1);
    run.server = new CollectorServer();
    await run.server.start(port);
    collector.retry();
    await until(() => run.server.calls.length >= 50, 'all');
    expect(run.server.calls).toEqual(calls(0, 50));
  });

  test('because of its size gets it in smaller parts', async () => {
    const log = await run.logs.open();
    await append(log, 0, 40);
    run.server.always = (message, response) => (message.records.length > 3 ? answer(413) : answer(200, '{}'))(message, response);
    run.collect(log);
    await until(() => run.server.calls.length >= 40, 'all');
    expect(run.server.calls).toEqual(calls(0, 40));
  });

  test('but for one record that it can’t read gets all others, and the one is told of in the log', async () => {
    const log = await run.logs.open();
    await append(log, 0, 20);
    run.server.always = (message, response) => (message.text.includes('"c7"') ? answer(400, '{"message":"bad record"}') : answer(200, '{}'))(message, response);
    const collector = run.collect(log);
    await until(() => run.server.calls.length >= 19, 'the others');
    expect(run.server.calls).toEqual(calls(0, 20).filter((each) => each !== 'c7'));
    await until(async () => (await log.page({ types: ['collector_rejected'] })).records.length === 1, 'the event about it');
    const [told] = (await log.page({ types: ['collector_rejected'] })).records;
    expect(told).toMatchObject({ reason: expect.stringContaining('rejected 1 event(s)') as string });
    expect((await collector.status()).rejected).toBe(1);
  });

  test('that refuses all of it keeps all of it waiting', async () => {
    const log = await run.logs.open();
    await append(log, 0, 20);
    run.server.always = answer(400, '{"message":"not today"}');
    const collector = run.collect(log);
    await until(async () => (await collector.status()).trouble !== undefined, 'a trouble');
    expect(await collector.status()).toMatchObject({ waiting: 21, sent: 0, rejected: 0, trouble: { message: 'It answered 400: not today' } });
    const asked = run.server.messages.length;
    await sleep(200);
    expect(run.server.messages.length).toBe(asked);
  });

  test('in part is told of, and what it rejected isn’t sent again', async () => {
    const log = await run.logs.open();
    await append(log, 0, 10);
    run.server.next(answer(200, '{"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"too old"}}'));
    const collector = run.collect(log);
    await until(async () => (await log.page({ types: ['collector_rejected'] })).records.length === 1, 'the event about it');
    await until(async () => (await collector.status()).waiting === 0, 'the rest');
    expect(run.server.calls).toEqual(calls(0, 10));
    expect(await collector.status()).toMatchObject({ rejected: 2 });
    const [told] = (await log.page({ types: ['collector_rejected'] })).records;
    expect(told).toMatchObject({ error: 'It rejected 2 event(s): too old' });
  });

  test('ever is told of once in an hour, though the event about it is rejected, too', async () => {
    const log = await run.logs.open();
    await append(log, 0, 3);
    run.server.always = (message, response) => answer(200, `{"partialSuccess":{"rejectedLogRecords":${message.records.length}}}`)(message, response);
    const collector = run.collect(log);
    await until(async () => (await collector.status()).waiting === 0 && (await log.page({ types: ['collector_rejected'] })).records.length === 1, 'quiet');
    await sleep(300);
    expect((await log.page({ types: ['collector_rejected'] })).records).toHaveLength(1);
    expect(run.server.messages.length).toBeLessThan(6);
  });

  test.each([
    ['sends on elsewhere', answer(307, '', { location: 'http://127.0.0.1:1/' }), /another address/],
    ['wants a login', answer(401, '{"message":"who?"}'), /401: who\?/],
    ['is a page of the network', answer(200, '<html>', { 'content-type': 'text/html' }), /no OpenTelemetry collector/],
    ['says something else', answer(200, 'thanks'), /no OpenTelemetry collector/],
    ['never stops talking', endless, /no OpenTelemetry collector/],
    ['is not there', answer(404), /404/],
  ] as const)('because it %s keeps all waiting until a person acts', async (_what, behaviour, message) => {
    const log = await run.logs.open();
    await append(log, 0, 5);
    run.server.next(behaviour);
    const collector = run.collect(log);
    await until(async () => (await collector.status()).trouble !== undefined, 'a trouble');
    const { trouble, sent, waiting } = await collector.status();
    expect(trouble?.message).toMatch(message);
    expect(trouble?.next).not.toBe('');
    expect({ sent, waiting }).toEqual({ sent: 0, waiting: 6 });
    await sleep(100);
    expect(run.server.messages).toHaveLength(1);
    // The person has mended it.
    run.server.messages.length = 0;
    collector.retry();
    await until(async () => (await collector.status()).waiting === 0, 'all');
    expect((await collector.status()).trouble).toBeUndefined();
  });

  test('[P8] can’t get a secret of ours into a message, a record or a file', async () => {
    const log = await run.logs.open();
    await append(log, 0, 5);
    const token = 'tok-5f1c9be2a7d04433';
    run.server.next(answer(401, JSON.stringify({ message: `bad token Bearer ${token}` })), answer(200, JSON.stringify({ partialSuccess: { rejectedLogRecords: 1, errorMessage: `not with ${token}` } })));
    const collector = run.collect(log, { headers: async () => ({ authorization: `Bearer ${token}` }) });
    const troubles: unknown[] = [];
    collector.onTrouble((trouble) => troubles.push(trouble));
    await until(() => troubles.length === 1, 'the refusal');
    collector.retry();
    await until(async () => (await log.page({ types: ['collector_rejected'] })).records.length === 1, 'the rejection');
    expect(JSON.stringify([troubles, await collector.status(), (await log.page()).records])).not.toContain(token);
    for (const name of readdirSync(run.logs.folder, { recursive: true, withFileTypes: true })) {
      if (name.isFile()) expect(readFileSync(path.join(name.parentPath, name.name), 'latin1')).not.toContain(token);
    }
  });
});
