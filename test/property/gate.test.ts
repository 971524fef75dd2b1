import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { AnswerResult, ApprovalAnswer, ApprovalRequest } from '../../src/gate/approval.js';
import type { CallOutcome } from '../../src/gate/call.js';
import type { Decision } from '../../src/policy/decision.js';
import { defineTool } from '../../src/tools/tool.js';
import { asks, world } from '../unit/gate/fixture.js';

const event = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('call' as const), tool: fc.constantFrom('reads' as const, 'sends' as const, 'each' as const), session: fc.constantFrom('s1', 's2') }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('answer' as const), /** Counted from the newest. */ of: fc.constantFrom(0, 0, 0, 1, 2, 5), hash: fc.constantFrom('right', 'right', 'right', 'right', 'wrong', 'another'), settled: fc.boolean(), after: fc.constantFrom(500, 500, 500, 0, 499),
      answer: fc.constantFrom<ApprovalAnswer['type']>('allow-once', 'allow-session', 'deny'),
    }),
  },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.constantFrom(1, 499, 500, 500, 500, 501, 1000, 600_000) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('stop' as const), of: fc.nat(20), settled: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('revoke' as const), of: fc.nat(3), settled: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('taint' as const), session: fc.constantFrom('s1', 's2'), on: fc.constantFrom(true, false, false) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('trust' as const), on: fc.constantFrom(true, true, true, false) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('auto' as const), on: fc.constantFrom(true, false, false) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('policy' as const), to: fc.constantFrom<keyof typeof policies>('a', 'a', 'a', 'a', 'b', 'risky', 'deny') }) },
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

/** What the guards say: the same question about one of two folders, a riskier one that offers no grant, or no. */
const policies: Record<'a' | 'b' | 'risky' | 'deny', Decision> = {
  a: asks('test.a', { reason: 'It is about a.', grant: { key: 'key:a', label: 'A' } }),
  b: asks('test.b', { reason: 'It is about b.', grant: { key: 'key:b', label: 'B' } }),
  risky: asks('test.risky', { reason: 'It is risky.', risk: 'high' }),
  deny: { ...asks('test.deny'), verdict: 'deny' },
};

interface Call {
  readonly tool: 'reads' | 'sends' | 'each';
  readonly session: string;
  readonly stop: AbortController;
  readonly outcome: Promise<CallOutcome>;
  runs: number;
}

/** What was so when a question was opened; `allowed` counts the allowing answers that were taken. */
interface Asked {
  readonly request: ApprovalRequest;
  readonly policy: keyof typeof policies;
  readonly tainted: boolean;
  closed: boolean;
  allowed: number;
}

/** Plays events against a gate, and knows by itself what each answer must do and whether a tool may run. */
class Play {
  readonly calls: Call[] = [];
  readonly asked: Asked[] = [];
  readonly ranBy = { answer: 0, grant: 0, setting: 0 };
  #policy: keyof typeof policies = 'a';
  #granted = new Set<string>();
  /** Grants may be used until everything that was under way has come to rest. */
  #usable = new Set<string>();
  readonly #world = world(
    (['reads', 'sends', 'each'] as const).map((name) =>
      defineTool({
        name, description: '', schema: z.object({ n: z.number() }), risk: 'low', approval: name === 'each' ? 'each' : 'grantable', title: () => name,
        effect: ({ reads: 'read', sends: 'network', each: 'execute' } as const)[name],
        subjects: () => [{ kind: 'path', operation: 'read', path: 'a' }],
        run: async ({ n }) => {
          this.#mayRun(n);
          return { text: '' };
        },
      }),
    ),
  );

  constructor() {
    this.#world.pathVerdict = policies.a;
    this.#world.broker.onOpened((request) => void this.asked.push({ request, policy: this.#policy, tainted: this.#world.taint.has(request.sessionId), closed: false, allowed: 0 }));
    this.#world.broker.onClosed(({ request }) => {
      for (const each of this.asked) if (each.request === request) each.closed = true;
    });
  }

  async play(each: Event): Promise<void> {
    const w = this.#world;
    switch (each.type) {
      case 'call': {
        const stop = new AbortController();
        const outcome = w.call(each.tool, { n: this.calls.length }, { sessionId: each.session, signal: stop.signal });
        this.calls.push({ tool: each.tool, session: each.session, stop, outcome, runs: 0 });
        break;
      }
      case 'answer':
        await this.#wait(each.after);
        this.#answer(each);
        break;
      case 'wait':
        await this.#wait(each.ms);
        break;
      case 'stop':
        this.calls[each.of]?.stop.abort();
        break;
      case 'revoke': {
        const grant = w.grants.all[each.of];
        if (grant) this.#granted.delete(`${grant.sessionId} ${grant.key}`);
        if (grant) w.grants.revoke(grant);
        break;
      }
      case 'taint':
        await this.#settle();
        if (each.on) w.taint.mark(each.session, 'https://a.example/');
        else w.taint.clear(each.session);
        break;
      case 'trust':
        await this.#settle();
        w.trusted = each.on;
        break;
      case 'auto':
        await this.#settle();
        w.autoApprove = each.on ? ['reads', 'sends', 'each'] : [];
        break;
      case 'policy':
        await this.#settle();
        this.#policy = each.to;
        w.pathVerdict = policies[each.to];
        break;
    }
    if (!('settled' in each) || each.settled) await this.#settle();
  }

  async #wait(ms: number): Promise<void> {
    this.#world.clock += ms;
    await vi.advanceTimersByTimeAsync(ms);
  }

  /** Answers any question that was ever asked, with any hash, and compares what the broker made of it. */
  #answer({ of, hash, answer }: Extract<Event, { type: 'answer' }>): void {
    const { broker, clock } = this.#world;
    const asked = this.asked.at(-1 - of);
    if (!asked) return;
    const { request } = asked;
    const another = this.asked.find((each) => each !== asked)?.request.hash ?? '';
    const given = hash === 'right' ? request.hash : hash === 'another' ? another : 'f'.repeat(64);
    const expected = ((): AnswerResult => {
      if (asked.closed || given !== request.hash || clock >= request.expiresAt) return 'stale';
      if (answer !== 'deny' && clock < request.askedAt + 500) return 'too-early';
      return answer === 'allow-session' && !request.grant ? 'not-offered' : 'accepted';
    })();
    if (expected === 'accepted' && answer !== 'deny') asked.allowed++;
    if (expected === 'accepted' && answer === 'allow-session') this.#grant(`${request.sessionId} ${request.grant?.key ?? ''}`);
    expect(broker.answer(request.id, given, { type: answer })).toBe(expected);
  }

  #grant(key: string): void {
    this.#granted.add(key);
    this.#usable.add(key);
  }

  /** The property itself, at the instant a tool runs. */
  #mayRun(n: number): void {
    const w = this.#world;
    const call = this.calls[n]!;
    call.runs++;
    expect(call.runs, 'a call runs once').toBe(1);
    expect(call.stop.signal.aborted, 'a stopped call does not run').toBe(false);
    expect(this.#policy, 'what is refused does not run').not.toBe('deny');
    expect(w.trusted || call.tool !== 'each', 'nothing is executed in an untrusted workspace').toBe(true);
    const questions = this.asked.filter(({ request }) => request.callId === `c${n + 1}`);
    expect(questions.length, 'a call asks once').toBeLessThanOrEqual(1);
    const [asked] = questions;
    const suspended = call.tool !== 'reads' && w.taint.has(call.session);
    const bySetting = w.autoApprove.includes(call.tool) && this.#policy !== 'risky';
    // What a setting allows by now needs no answer: the one that was given, about something stricter, takes nothing away.
    const easier = asked?.policy === 'risky' && bySetting && w.trusted && call.tool !== 'each' && !suspended;
    if (asked?.allowed === 1 && !easier) {
      const { request } = asked;
      expect([request.tool, request.sessionId, JSON.parse(request.argumentsText)]).toEqual([call.tool, call.session, { n }]);
      expect(this.#policy, 'what runs is what was shown').toBe(asked.policy);
      expect(suspended && !asked.tainted, 'what taints a session takes its open approvals').toBe(false);
      this.ranBy.answer++;
      return;
    }
    expect(asked?.allowed ?? 0, 'an answer counts once').toBeLessThanOrEqual(easier ? 1 : 0);
    expect(w.trusted && call.tool !== 'each' && !suspended, 'this needs an answer each time').toBe(true);
    if (this.#usable.has(`${call.session} ${policies[this.#policy].grant?.key ?? ''}`)) this.ranBy.grant++;
    else if (bySetting) this.ranBy.setting++;
    else expect.fail(`${call.tool} ran and nobody had allowed it`);
  }

  /** Lets everything that is under way get as far as it can. */
  async #settle(): Promise<void> {
    for (let turn = 0; turn < 12; turn++) await new Promise((resolve) => setImmediate(resolve));
    this.#usable = new Set(this.#granted);
  }

  /** Stops what is still open, and compares every outcome with what ran. */
  async end(): Promise<void> {
    for (const { stop } of this.calls) stop.abort();
    const outcomes = await Promise.all(this.calls.map((call) => call.outcome));
    expect(outcomes.map(({ state }) => state === 'done')).toEqual(this.calls.map(({ runs }) => runs === 1));
    expect(outcomes.map(({ text }) => text).filter((text) => text.startsWith('Failed'))).toEqual([]);
    expect(this.#world.broker.pending).toEqual([]);
    expect(new Set(this.asked.map(({ request }) => request.id)).size).toBe(this.asked.length);
  }
}

describe('the gate, whatever happens in whatever order', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('[P1] [P4] runs a tool only after one valid approval of exactly what is run, or by a grant or a setting that covers it', async () => {
    const total = { answer: 0, grant: 0, setting: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 15, maxLength: 40 }), async (events) => {
        const game = new Play();
        for (const each of events) await game.play(each);
        await game.end();
        for (const by of ['answer', 'grant', 'setting'] as const) total[by] += game.ranBy[by];
      }),
      { numRuns: 400 },
    );
    console.log(`gate: ${total.answer} runs by an answer, ${total.grant} by a grant, ${total.setting} by a setting`);
    expect(Math.min(total.answer, total.grant, total.setting)).toBeGreaterThan(20);
  });
});
