import type { Clock } from '../../../src/agent/clock.js';
import type { AgentEvent } from '../../../src/agent/event.js';
import type { HistoryEntry } from '../../../src/agent/history.js';
import type { LoopInput, LoopResult } from '../../../src/agent/loop.js';
import { runLoop } from '../../../src/agent/loop.js';
import { agentById } from '../../../src/agent/profiles.js';
import type { LoopTools } from '../../../src/agent/run.js';
import type { CallOutcome, CallProgress, CallRequest } from '../../../src/gate/call.js';
import type { Model, ModelEvent, ModelRequest } from '../../../src/models/model.js';

/** One request's worth: events, an error to throw, or `hang` (nothing more comes, and the signal is ignored). */
export type Step = ModelEvent | Error | 'hang';

export const say = (text: string): Step => ({ type: 'text', text });
export const ask = (name: string, args: unknown = {}, id = 'model-id'): Step => ({
  type: 'call', call: { id, name, argumentsJson: typeof args === 'string' ? args : JSON.stringify(args) },
});
export const end: Step = { type: 'stop', reason: 'end' };
export const wantsCalls: Step = { type: 'stop', reason: 'calls' };

/** A model at the port that plays what it is given, one list a request; the last list is played again when all are used. */
export class ScriptedModel implements Model {
  readonly id = 'scripted/model';
  readonly label = 'Scripted';
  readonly provider = 'this test';
  isLanguageModel = true;
  contextTokens = 200_000;
  price?: { input: number; output: number };
  readonly requests: ModelRequest[] = [];

  constructor(private readonly turns: readonly (readonly Step[])[]) {}

  async *stream(request: ModelRequest): AsyncGenerator<ModelEvent> {
    const steps = this.turns[Math.min(this.requests.length, this.turns.length - 1)] ?? [end];
    this.requests.push(request);
    for (const step of steps) {
      await Promise.resolve();
      if (step === 'hang') await new Promise(() => undefined);
      else if (step instanceof Error) throw step;
      else yield step;
    }
  }
}

export type Handler = (request: CallRequest, signal: AbortSignal, onProgress: (progress: CallProgress) => void) => Promise<CallOutcome> | CallOutcome;

/** Tools at the gate's shape. Names that begin with `read` are safe side by side. */
export class FakeTools implements LoopTools {
  readonly requests: CallRequest[] = [];
  running = 0;
  mostAtOnce = 0;

  constructor(private readonly handler: Handler = (request) => ({ state: 'done', text: `result of ${request.tool}` })) {}

  toolsFor(): { name: string; description: string; schema: Record<string, unknown> }[] {
    return [{ name: 'read_a', description: 'Reads.', schema: { type: 'object' } }];
  }

  isParallelSafe(tool: string): boolean {
    return tool.startsWith('read');
  }

  async callTool(request: CallRequest, { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: CallProgress) => void }): Promise<CallOutcome> {
    this.requests.push(request);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.running);
    try {
      const outcome = await this.handler(request, signal, onProgress);
      onProgress({ type: 'ended', outcome });
      return outcome;
    } finally {
      this.running--;
    }
  }
}

/** Time stands still; waits end at once and are written down. */
export class FakeClock implements Clock {
  readonly waits: number[] = [];
  #now = 1_000;

  now(): number {
    return this.#now++;
  }

  random(): number {
    return 0.5;
  }

  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    // A wait for the grace of a stopped call must not be over before the call had its chance.
    if (milliseconds === 5_000) return new Promise((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.waits.push(milliseconds);
    return Promise.resolve();
  }
}

export interface Played extends LoopResult {
  readonly events: readonly AgentEvent[];
  readonly model: ScriptedModel;
  readonly clock: FakeClock;
}

export async function play(turns: readonly (readonly Step[])[] | ScriptedModel, more: Partial<LoopInput> = {}): Promise<Played> {
  const model = turns instanceof ScriptedModel ? turns : new ScriptedModel(turns);
  const events: AgentEvent[] = [];
  const clock = new FakeClock();
  const result = await runLoop({
    model, agent: agentById('assistant'), sessionId: 's', source: 'chat', system: 'system', history: [], text: 'do it',
    tools: new FakeTools(), signal: new AbortController().signal, clock,
    ...more,
    listener: async (event) => {
      events.push(event);
      await more.listener?.(event);
    },
  });
  return { ...result, events, model, clock };
}

export const types = (events: readonly AgentEvent[]): string[] => events.map((each) => (each.type === 'call' ? `call:${each.progress.type}` : each.type));

export function ofType<T extends AgentEvent['type']>(events: readonly AgentEvent[], type: T): Extract<AgentEvent, { type: T }>[] {
  return events.filter((each): each is Extract<AgentEvent, { type: T }> => each.type === type);
}

/** What every provider demands of a history; returns the first fault, or undefined. */
export function faultOf(history: readonly HistoryEntry[]): string | undefined {
  const messages = history.map((each) => each.message);
  if (messages[0] && messages[0].role !== 'user') return 'does not begin with the person';
  const ids = new Set<string>();
  for (let at = 0; at < messages.length; at++) {
    const message = messages[at]!;
    if (message.role === 'user') continue;
    if (message.role === 'tool') return `stray result at ${at}`;
    if (message.text.trim() === '' && message.calls.length === 0) return `empty answer at ${at}`;
    for (const call of message.calls) {
      const result = messages[++at];
      if (result?.role !== 'tool' || result.callId !== call.id || result.name !== call.name) return `no result for call ${call.id}`;
      if (ids.has(call.id)) return `id ${call.id} twice`;
      ids.add(call.id);
      if (!/^[A-Za-z0-9_-]{1,64}$/.test(call.name)) return `name ${call.name}`;
      const args: unknown = JSON.parse(call.argumentsJson);
      if (typeof args !== 'object' || args === null || Array.isArray(args)) return 'arguments are not an object';
    }
  }
  return undefined;
}
