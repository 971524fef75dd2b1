import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryOf } from '../../src/agent/conversation/record.js';
import type { Entry } from '../../src/agent/conversation/entry.js';
import { entrySchema } from '../../src/agent/conversation/entry.js';
import { rebuild } from '../../src/agent/conversation/rebuild.js';
import type { AgentEvent } from '../../src/agent/event.js';
import { Transcript } from '../../src/agent/transcript.js';
import { toPageSchema } from '../../src/protocol/chat.js';
import type { CallOutcome } from '../../src/gate/call.js';
import type { ModelErrorKind, ModelEvent } from '../../src/models/model.js';
import { ModelError } from '../../src/models/model.js';
import type { Step } from '../unit/agent/scripted.js';
import { FakeTools, faultOf, ofType, play, ScriptedModel } from '../unit/agent/scripted.js';

const kinds: ModelErrorKind[] = ['authentication', 'rate-limit', 'overloaded', 'connection', 'timeout', 'context-overflow', 'invalid-request', 'unavailable'];

const modelEvent: fc.Arbitrary<ModelEvent> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('text' as const), text: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', ' ', '\ud800')) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('call' as const),
      call: fc.record({
        id: fc.constantFrom('', 'same', 'a b', '../x'),
        name: fc.oneof(fc.constantFrom('read_a', 'read_b', 'write', ''), fc.string({ unit: 'binary', maxLength: 80 })),
        argumentsJson: fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.constantFrom('', '{', 'null', '[]', '{}')),
      }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('usage' as const), usage: fc.record({ input: fc.nat(20_000), output: fc.nat(1_000) }) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('stop' as const), reason: fc.constantFrom('end' as const, 'calls' as const, 'length' as const, 'refused' as const) }) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 20, arbitrary: modelEvent },
  { weight: 2, arbitrary: fc.constantFrom(...kinds).map((kind) => new ModelError(kind, kind)) },
  { weight: 1, arbitrary: fc.constant(new TypeError('unexpected')) },
);

interface Scene {
  readonly turns: Step[][];
  readonly contextTokens: number;
  readonly isLanguageModel: boolean;
  /** The run is stopped when so many events were heard. */
  readonly stopAfter: number;
  readonly states: CallOutcome['state'][];
  readonly resultSize: number;
  readonly toolThrows: boolean;
  readonly listenerThrows: boolean;
}

const scene: fc.Arbitrary<Scene> = fc.record({
  turns: fc.array(fc.array(step, { maxLength: 6 }), { minLength: 1, maxLength: 8 }),
  contextTokens: fc.constantFrom(0, 500, 3_000, 200_000),
  isLanguageModel: fc.boolean(),
  stopAfter: fc.oneof(fc.nat(40), fc.constant(100_000)),
  states: fc.array(fc.constantFrom('done', 'failed', 'denied', 'rejected', 'invalid', 'stopped'), { minLength: 1, maxLength: 4 }),
  resultSize: fc.constantFrom(0, 10, 5_000),
  toolThrows: fc.boolean(),
  listenerThrows: fc.boolean(),
});

async function run(each: Scene): Promise<Awaited<ReturnType<typeof play>> & { tools: FakeTools }> {
  const model = new ScriptedModel(each.turns);
  model.contextTokens = each.contextTokens;
  model.isLanguageModel = each.isLanguageModel;
  const stop = new AbortController();
  let heard = 0;
  let calls = 0;
  const tools = new FakeTools(async (_request, _signal, onProgress) => {
    await Promise.resolve();
    onProgress({ type: 'output', chunk: 'live' });
    if (each.toolThrows && calls % 3 === 2) throw new Error('broken');
    return { state: each.states[calls++ % each.states.length] ?? 'done', text: 'r'.repeat(each.resultSize) };
  });
  const played = await play(model, {
    tools,
    signal: stop.signal,
    limits: { turns: 6 },
    listener: () => {
      if (++heard > each.stopAfter) stop.abort();
      if (each.listenerThrows && heard % 5 === 0) throw new Error('listener');
    },
  });
  return { ...played, tools };
}

/** Told in order: each answer and each call begins once and ends once, and nothing follows the end of the run. */
function faultInEvents(events: readonly AgentEvent[]): string | undefined {
  if (events[0]?.type !== 'user') return 'does not begin with the person';
  if (events.filter((each) => each.type === 'finished').length !== 1 || events.at(-1)?.type !== 'finished') return 'not exactly one end';
  const open = new Set<string>();
  const seen = new Set<string>();
  for (const event of events) {
    switch (event.type) {
      case 'answer-started':
      case 'call-started':
        if (seen.has(event.id)) return `${event.id} begins twice`;
        seen.add(event.id);
        open.add(event.id);
        break;
      case 'answer-text':
      case 'answer-reset':
      case 'call':
      case 'answer-ended':
        if (!open.has(event.id)) return `${event.type} of ${event.id}, which is not open`;
        if (event.type === 'answer-ended' || (event.type === 'call' && event.progress.type === 'ended')) open.delete(event.id);
        break;
      default:
    }
  }
  return open.size > 0 ? 'something never ended' : undefined;
}

const runs = { numRuns: 400 };

describe('any script of a model, stopped anywhere', () => {
  it('ends in exactly one finish, with every answer and call begun and ended once', async () => {
    await fc.assert(fc.asyncProperty(scene, async (each) => {
      expect(faultInEvents((await run(each)).events)).toBeUndefined();
    }), runs);
  });

  it('leaves a history that every provider takes', async () => {
    await fc.assert(fc.asyncProperty(scene, async (each) => {
      const { history, model } = await run(each);
      expect(faultOf(history)).toBeUndefined();
      for (const request of model.requests) expect(faultOf(request.messages.map((message, at) => ({ id: String(at), message })))).toBeUndefined();
    }), runs);
  });

  it('[P1] runs only what an answer that ended asked for, in its order, each once', async () => {
    await fc.assert(fc.asyncProperty(scene, async (each) => {
      const { events, tools } = await run(each);
      const asked = ofType(events, 'answer-ended').flatMap((answer) => answer.calls.map((call) => call.id));
      const begun = ofType(events, 'call-started').map((call) => call.id);
      expect(begun).toEqual(asked);
      const ran = tools.requests.map((request) => request.callId);
      expect(new Set(ran).size).toBe(ran.length);
      expect(asked.filter((id) => ran.includes(id))).toEqual(ran);
    }), runs);
  });

  it('is the same for page and model after a restart, wherever the file was cut', async () => {
    await fc.assert(fc.asyncProperty(scene, fc.double({ min: 0, max: 1, noNaN: true }), async (each, share) => {
      const { events, history } = await run(each);
      const transcript = new Transcript();
      const entries: Entry[] = [];
      for (const event of events) {
        const increments = transcript.apply(event);
        for (const increment of increments) expect(toPageSchema.safeParse(increment).success).toBe(true);
        const entry = entryOf(event, increments.flatMap((increment) => (increment.type === 'appended' ? [] : [increment.item])).at(0));
        if (entry) entries.push(entrySchema.parse(JSON.parse(JSON.stringify(entry))));
      }
      const whole = rebuild(entries);
      expect(whole.history.map((entry) => entry.message)).toEqual(history.map((entry) => entry.message));
      const lasting = transcript.items.filter((item) => !item.id.startsWith('retry_'));
      const sortedIds = (items: readonly { id: string }[]): string[] => items.map((item) => item.id).sort();
      expect(sortedIds(whole.items)).toEqual(sortedIds(lasting));
      const cut = rebuild(entries.slice(0, Math.floor(entries.length * share)));
      expect(faultOf(cut.history)).toBeUndefined();
    }), runs);
  });
});
