import { afterEach, describe, expect, it } from 'vitest';
import { startModelServer } from '../../fixtures/model-server/model-server.mjs';
import type { ModelServer } from '../../fixtures/model-server/model-server.mjs';
import type { Turn } from '../../fixtures/model-server/turn.mjs';
import { createAnthropicModel } from '../../../src/models/anthropic.js';
import { type Model, ModelError, type ModelEvent, type ModelRequest } from '../../../src/models/model.js';
import { createOpenAICompatibleModel } from '../../../src/models/openai-compatible.js';

const key = 'test-key-0123456789abcdef';
const request: ModelRequest = {
  system: 'You are a test.',
  messages: [{ role: 'user', text: 'Hello' }],
  tools: [{ name: 'file_read', description: 'Reads a file.', schema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] } }],
};

const servers: ModelServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

interface Made {
  readonly server: ModelServer;
  readonly model: Model;
}
type Make = (turns: readonly Turn[], options?: { idleMilliseconds?: number; key?: string | undefined; serverKey?: string }) => Promise<Made>;

const start = async (turns: readonly Turn[], serverKey = key): Promise<ModelServer> => {
  const server = await startModelServer({ turns, key: serverKey });
  servers.push(server);
  return server;
};

const makers: Record<string, Make> = {
  anthropic: async (turns, options = {}) => {
    const server = await start(turns, options.serverKey);
    const idle = options.idleMilliseconds === undefined ? {} : { idleMilliseconds: options.idleMilliseconds };
    return { server, model: createAnthropicModel({ model: 'claude-sonnet-5-5', baseURL: server.url, key: async () => ('key' in options ? options.key : key), ...idle }) };
  },
  'openai-compatible': async (turns, options = {}) => {
    const server = await start(turns, options.serverKey);
    const idle = options.idleMilliseconds === undefined ? {} : { idleMilliseconds: options.idleMilliseconds };
    return { server, model: createOpenAICompatibleModel({ preset: 'openai', model: 'gpt-6.1-sol', baseURL: `${server.url}/v1`, key: async () => ('key' in options ? options.key : key), ...idle }) };
  },
};

async function collect(model: Model, signal = new AbortController().signal, given = request): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of model.stream(given, signal)) events.push(event);
  return events;
}

async function failure(model: Model, signal?: AbortSignal): Promise<ModelError> {
  const error: unknown = await collect(model, signal).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ModelError);
  return error as ModelError;
}

const textOf = (events: readonly ModelEvent[]) => events.map((each) => (each.type === 'text' ? each.text : '')).join('');
const callsOf = (events: readonly ModelEvent[]) => events.flatMap((each) => (each.type === 'call' ? [each.call] : []));

describe.each(Object.entries(makers))('a model through %s', (name, make) => {
  it('streams text, usage and the end', async () => {
    const { model, server } = await make([{ text: ['Hel', 'lo ', 'wörld 🌍'], usage: { input: 120, output: 34 } }]);
    const events = await collect(model);
    expect(events.filter((each) => each.type === 'text')).toHaveLength(3);
    expect(textOf(events)).toBe('Hello wörld 🌍');
    expect(events.slice(-2)).toEqual([{ type: 'usage', usage: { input: 120, output: 34 } }, { type: 'stop', reason: 'end' }]);
    expect(server.requests).toHaveLength(1);
  });

  it('streams parallel tool calls in their order', async () => {
    const calls = [
      { name: 'file_read', arguments: { path: 'a "quoted" name.ts' }, id: 'call_a' },
      { name: 'file_read', arguments: { path: 'b.ts', from: 1 }, id: 'call_b' },
    ];
    const { model } = await make([{ text: 'Reading.', calls }]);
    const events = await collect(model);
    expect(callsOf(events).map((each) => [each.id, each.name, JSON.parse(each.argumentsJson) as unknown])).toEqual(calls.map((each) => [each.id, each.name, each.arguments]));
    expect(events.at(-1)).toEqual({ type: 'stop', reason: 'calls' });
  });

  it('passes broken JSON of arguments on as it came', async () => {
    const { model } = await make([{ calls: [{ name: 'file_read', arguments: '{"path": "a.ts' }] }]);
    expect(callsOf(await collect(model))[0]?.argumentsJson).toBe('{"path": "a.ts');
  });

  it('gives a call without arguments an empty object', async () => {
    const { model } = await make([{ calls: [{ name: 'file_list', arguments: '' }] }]);
    expect(callsOf(await collect(model))[0]?.argumentsJson).toBe('{}');
  });

  it('takes arguments of a megabyte', async () => {
    const text = 'x'.repeat(1_000_000);
    const { model } = await make([{ calls: [{ name: 'file_write', arguments: { path: 'a', text } }] }]);
    expect(callsOf(await collect(model))[0]?.argumentsJson).toBe(JSON.stringify({ path: 'a', text }));
  });

  it('understands a stream that is cut into single bytes', async () => {
    const { model } = await make([{ text: 'naïve 🌍 ✓', bytesPerWrite: 7 }]);
    expect(textOf(await collect(model))).toBe('naïve 🌍 ✓');
  });

  it('tells an answer that was too long or refused', async () => {
    const { model } = await make([{ text: 'a', stop: 'length' }, { text: 'b', stop: 'refused' }]);
    expect((await collect(model)).at(-1)).toEqual({ type: 'stop', reason: 'length' });
    expect((await collect(model)).at(-1)).toEqual({ type: 'stop', reason: 'refused' });
  });

  it('says which command sets the key when the server refuses it, and repeats no part of it', async () => {
    const { model } = await make([], { serverKey: 'another' });
    const error = await failure(model);
    expect(error).toMatchObject({ kind: 'authentication', retryable: false });
    expect(error.next).toContain('Axon: Set API Key');
    expect(`${error.message} ${error.next}`).not.toContain('0123456789');
  });

  it('[P8] asks for a key without touching the network when there is none', async () => {
    const { model, server } = await make([{ text: 'no' }], { key: undefined });
    expect(await failure(model)).toMatchObject({ kind: 'authentication' });
    expect(server.requests).toHaveLength(0);
  });

  it.each([
    [{ status: 429, retryAfter: '7' }, { kind: 'rate-limit', retryAfter: 7_000, retryable: true }],
    [{ status: 429, headers: { 'retry-after-ms': '250', 'retry-after': '9' } }, { kind: 'rate-limit', retryAfter: 250 }],
    [{ status: 500 }, { kind: 'overloaded', retryable: true }],
    [{ status: 503, retryAfter: '2' }, { kind: 'overloaded', retryAfter: 2_000 }],
    [{ status: 529, type: 'overloaded_error' }, { kind: 'overloaded', retryable: true }],
    [{ status: 403 }, { kind: 'authentication' }],
    [{ status: 404, message: 'model: nope' }, { kind: 'unavailable', retryable: false }],
    [{ status: 408 }, { kind: 'timeout' }],
    [{ status: 400, message: 'tools.0: bad schema' }, { kind: 'invalid-request', retryable: false }],
    [{ status: 400, message: 'prompt is too long: 250000 tokens > 200000 maximum' }, { kind: 'context-overflow' }],
    [{ status: 400, code: 'context_length_exceeded', message: "This model's maximum context length is 8192 tokens." }, { kind: 'context-overflow' }],
    [{ status: 413, type: 'request_too_large' }, { kind: 'context-overflow' }],
    [{ status: 402 }, { kind: 'unavailable' }],
    [{ status: 302, headers: { location: 'http://127.0.0.1:9/' } }, { kind: 'unavailable' }],
  ])('maps the error %j', async (error, expected) => {
    const { model, server } = await make([{ error }, { text: 'a second request' }]);
    expect(await failure(model)).toMatchObject(expected);
    expect(server.requests, 'a retry is the loop’s business').toHaveLength(1);
  });

  it('[P8] never repeats the key that a server echoes', async () => {
    const { model } = await make([{ error: { status: 400, message: `bad: ${key} and sk-live-aaaabbbbccccdddd` } }]);
    const { message } = await failure(model);
    expect(message).not.toContain(key);
    expect(message).not.toContain('aaaabbbb');
  });

  it('maps an error inside the stream, after text was shown', async () => {
    const { model } = await make([{ text: 'half an ans', failMidway: 'overloaded_error' }]);
    expect(await failure(model)).toMatchObject({ kind: 'overloaded', retryable: true });
  });

  it.each([0, 1, 3, 4])('takes a stream that is cut after %i events for a broken connection', async (cutAfter) => {
    const { model } = await make([{ text: ['one ', 'two ', 'three '], cutAfter }]);
    expect(await failure(model)).toMatchObject({ kind: 'connection', retryable: true });
  });

  it('takes a stream that ends in good order but without its end for a broken connection', async () => {
    const { model } = await make([{ raw: '' }]);
    expect(await failure(model)).toMatchObject({ kind: 'connection' });
  });

  it('takes a stream that is no JSON for a broken connection', async () => {
    const { model } = await make([{ raw: 'event: message_start\ndata: {oops\n\n' }]);
    expect(await failure(model)).toMatchObject({ kind: 'connection' });
  });

  it.each([
    ['in one line', 'x'.repeat(9_000_000)],
    ['in many lines', `: ${'x'.repeat(65_000)}\n`.repeat(1_050)],
  ])('ends an answer that never stops growing, %s', async (_, raw) => {
    const { model } = await make([{ raw }]);
    expect(await failure(model)).toMatchObject({ kind: 'unavailable', retryable: false });
  }, 30_000);

  it('says so when nothing listens', async () => {
    const { model, server } = await make([]);
    await server.close();
    const error = await failure(model);
    expect(error.kind).toBe('connection');
    expect(error.next).toContain('running');
  });

  it.each(['headers', 'body'] as const)('gives up a server that hangs before its %s, and closes the connection', async (hang) => {
    const { model, server } = await make([{ hang }], { idleMilliseconds: 150 });
    expect(await failure(model)).toMatchObject({ kind: 'timeout', retryable: true });
    await expect.poll(() => server.requests[0]?.closedEarly).toBe(true);
  });

  it('waits for a slow drip that is never silent for too long', async () => {
    const { model } = await make([{ text: ['a', 'b', 'c', 'd', 'e', 'f'], delay: 100 }], { idleMilliseconds: 700 });
    expect(textOf(await collect(model))).toBe('abcdef');
  });

  it('takes keep-alives for a sign of life', async () => {
    const { model } = await make([{ text: 'late', keepAlives: 30 }], { idleMilliseconds: 600 });
    expect(textOf(await collect(model))).toBe('late');
  });

  it('ends the network stream at once when stopped', async () => {
    const { model, server } = await make([{ text: Array.from({ length: 200 }, (_, at) => `${at} `), delay: 20 }]);
    const stop = new AbortController();
    const seen: string[] = [];
    const run = (async () => {
      for await (const event of model.stream(request, stop.signal)) {
        if (event.type === 'text') seen.push(event.text);
        if (seen.length === 2) stop.abort();
      }
    })();
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => server.requests[0]?.closedEarly).toBe(true);
    expect(seen.length).toBeLessThan(20);
  });

  it('throws an abort error when it was stopped before it began, without a request', async () => {
    const { model, server } = await make([{ text: 'no' }]);
    await expect(collect(model, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
    expect(server.requests).toHaveLength(0);
  });

  it('ends the network stream when the reader walks away', async () => {
    const { model, server } = await make([{ text: ['a', 'b', 'c', 'd'], delay: 50 }]);
    for await (const event of model.stream(request, new AbortController().signal)) if (event.type === 'text') break;
    await expect.poll(() => server.requests[0]?.closedEarly).toBe(true);
  });

  it('[P8] sends nothing about this machine and nothing from the environment', async () => {
    process.env['ANTHROPIC_CUSTOM_HEADERS'] = process.env['OPENAI_CUSTOM_HEADERS'] = 'x-extra: secret\nauthorization: Bearer other\nx-api-key: other';
    process.env['OPENAI_ORG_ID'] = 'org-env';
    try {
      const { model, server } = await make([{ text: 'ok' }]);
      await collect(model);
      const { headers } = server.requests[0]!;
      expect(headers[name === 'anthropic' ? 'x-api-key' : 'authorization']).toContain(key);
      expect(Object.keys(headers).filter((each) => /stainless|x-extra|openai-|traceparent/.test(each))).toEqual([]);
    } finally {
      delete process.env['ANTHROPIC_CUSTOM_HEADERS'];
      delete process.env['OPENAI_CUSTOM_HEADERS'];
      delete process.env['OPENAI_ORG_ID'];
    }
  });
});
