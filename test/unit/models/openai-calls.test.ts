import { afterEach, describe, expect, it } from 'vitest';
import type { ModelServer } from '../../fixtures/model-server/model-server.mjs';
import { startModelServer } from '../../fixtures/model-server/model-server.mjs';
import { CallExtras } from '../../../src/models/call-extras.js';
import type { ModelCall, ModelMessage } from '../../../src/models/model.js';
import { createOpenAICompatibleModel } from '../../../src/models/openai-compatible.js';
import { OpenAICalls } from '../../../src/models/openai-calls.js';

const put = (...pieces: Parameters<OpenAICalls['add']>[0][]) => {
  const calls = new OpenAICalls();
  for (const piece of pieces) calls.add(piece);
  return calls.finished().map((each) => each.call);
};

describe('streamed calls of nearly compatible servers', () => {
  it('are told apart by their index', () => {
    expect(
      put(
        { index: 0, id: 'a', function: { name: 'x', arguments: '{"p"' } },
        { index: 1, id: 'b', function: { name: 'y', arguments: '' } },
        { index: 0, function: { arguments: ':1}' } },
        { index: 1, function: { arguments: '{}' } },
      ),
    ).toEqual([
      { id: 'a', name: 'x', argumentsJson: '{"p":1}' },
      { id: 'b', name: 'y', argumentsJson: '{}' },
    ]);
  });

  it('are told apart by their id when all have the same index', () => {
    expect(put({ index: 0, id: 'a', function: { name: 'x', arguments: '{}' } }, { index: 0, id: 'b', function: { name: 'y', arguments: '{"q":2}' } }).map((each) => [each.id, each.argumentsJson])).toEqual([['a', '{}'], ['b', '{"q":2}']]);
  });

  it('are put together when id and name are repeated in each piece', () => {
    expect(put({ index: 0, id: 'a', function: { name: 'x', arguments: '{"p":' } }, { index: 0, id: 'a', function: { name: 'x', arguments: '1}' } })).toEqual([{ id: 'a', name: 'x', argumentsJson: '{"p":1}' }]);
  });

  it('are told apart by their id when there is no index', () => {
    expect(put({ id: 'a', function: { name: 'x', arguments: '{' } }, { function: { arguments: '}' } }, { id: 'b', function: { name: 'y', arguments: '{}' } }).map((each) => each.argumentsJson)).toEqual(['{}', '{}']);
  });

  it('get an id of their own when the server gives none', () => {
    const [first, second] = put({ index: 0, function: { name: 'x', arguments: '{}' } }, { index: 1, function: { name: 'x', arguments: '{}' } });
    expect(first?.id).toMatch(/^call_[0-9a-f]{32}$/);
    expect(second?.id).not.toBe(first?.id);
  });
});

describe('what Gemini attaches to a call', () => {
  const servers: ModelServer[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  it('goes back with the call, and what it can’t know gets the word for no signature', async () => {
    const extra_content = { google: { thought_signature: 'c2ln' } };
    const chunk = (choice: object) => `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'g', choices: [{ index: 0, ...choice }] })}\n\n`;
    const raw = [
      chunk({ delta: { role: 'assistant', tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'x', arguments: '{}' }, extra_content }, { index: 1, id: 'b', type: 'function', function: { name: 'x', arguments: '{}' } }] } }),
      chunk({ delta: {}, finish_reason: 'tool_calls' }),
      'data: [DONE]\n\n',
    ].join('');
    const server = await startModelServer({ turns: [{ raw }, { text: 'done' }] });
    servers.push(server);
    const model = createOpenAICompatibleModel({ preset: 'gemini', model: 'gemini-3.8-flash', baseURL: `${server.url}/v1`, key: async () => 'k' });
    const messages: ModelMessage[] = [
      { role: 'user', text: 'go' },
      { role: 'assistant', text: '', calls: [{ id: 'older', name: 'x', argumentsJson: '{}' }] },
      { role: 'tool', callId: 'older', name: 'x', text: 'ok', isError: false },
    ];
    const signal = new AbortController().signal;
    const calls: ModelCall[] = [];
    for await (const event of model.stream({ system: '', messages, tools: [] }, signal)) if (event.type === 'call') calls.push(event.call);
    expect(calls).toEqual([{ id: 'a', name: 'x', argumentsJson: '{}' }, { id: 'b', name: 'x', argumentsJson: '{}' }]);
    messages.push({ role: 'assistant', text: '', calls }, ...calls.map((call): ModelMessage => ({ role: 'tool', callId: call.id, name: 'x', text: 'ok', isError: false })));
    const answer = [];
    for await (const event of model.stream({ system: '', messages, tools: [] }, signal)) answer.push(event.type);
    expect(answer).toEqual(['text', 'usage', 'stop']);
    const sent = (server.requests[1]!.body as { messages: { tool_calls?: { id: string; extra_content?: unknown }[] }[] }).messages.flatMap((message) => message.tool_calls ?? []);
    expect(sent.map((call) => [call.id, call.extra_content])).toEqual([
      ['older', { google: { thought_signature: 'skip_thought_signature_validator' } }],
      ['a', extra_content],
      ['b', undefined],
    ]);
  });

  it('is forgotten for the oldest calls', () => {
    const extras = new CallExtras();
    for (let at = 0; at < 1_000; at++) extras.keep(`c${at}`, at);
    expect(extras.of('c0')).toBeUndefined();
    expect(extras.of('c999')).toBe(999);
  });
});
