import { describe, expect, it, vi } from 'vitest';
import type { ApprovalRequest } from '../../../src/gate/approval.js';
import { ApprovalBroker } from '../../../src/gate/broker.js';

const request = (more: Partial<ApprovalRequest> = {}): ApprovalRequest => ({
  id: 'a', callId: 'c', sessionId: 's', agent: 'assistant', tool: 't', title: 'T', argumentsText: '{}', hash: 'h', risk: 'low', rule: 'r', reason: '', warnings: [],
  askedAt: 0, expiresAt: 600_000, answerableAt: 500, ...more,
});
const setup = (at = 1000) => {
  const clock = { now: at };
  return { clock, broker: new ApprovalBroker(() => clock.now), signal: new AbortController().signal };
};

describe('ApprovalBroker', () => {
  it('[P4] takes the first answer and makes every later one stale', async () => {
    const { broker, signal } = setup();
    const asked = broker.ask(request(), signal);
    expect(broker.answer('a', 'h', { type: 'deny', note: 'no' })).toBe('accepted');
    expect(broker.answer('a', 'h', { type: 'allow-once' })).toBe('stale');
    expect(await asked).toEqual({ type: 'deny', note: 'no' });
  });

  it('[P4] refuses an answer whose hash is not that of what was asked', () => {
    const { broker, signal } = setup();
    void broker.ask(request(), signal);
    expect(broker.answer('a', 'other', { type: 'allow-once' })).toBe('stale');
    expect(broker.answer('b', 'h', { type: 'allow-once' })).toBe('stale');
    expect(broker.pending).toHaveLength(1);
  });

  it('takes no allowance in the first half second, but a denial', () => {
    const { broker, signal, clock } = setup(499);
    void broker.ask(request(), signal);
    expect(broker.answer('a', 'h', { type: 'allow-once' })).toBe('too-early');
    clock.now = 500;
    expect(broker.answer('a', 'h', { type: 'allow-once' })).toBe('accepted');
    clock.now = 0;
    void broker.ask(request({ id: 'b' }), signal);
    expect(broker.answer('b', 'h', { type: 'deny' })).toBe('accepted');
  });

  it('denies what nobody answered in time, and takes no answer at that instant', async () => {
    vi.useFakeTimers();
    const { broker, signal, clock } = setup(0);
    const asked = broker.ask(request(), signal);
    clock.now = 600_000;
    expect(broker.answer('a', 'h', { type: 'allow-once' })).toBe('stale');
    await vi.advanceTimersByTimeAsync(600_000);
    expect(await asked).toEqual({ type: 'timeout' });
    vi.useRealTimers();
  });

  it('closes everything when disposed, and takes nothing afterwards', async () => {
    const { broker, signal } = setup();
    const asked = broker.ask(request(), signal);
    broker.dispose();
    broker.dispose();
    expect(await asked).toEqual({ type: 'stopped' });
    expect(await broker.ask(request({ id: 'b' }), signal)).toEqual({ type: 'stopped' });
  });

  it('tells every surface that a request is closed, also when one of them throws', () => {
    const { broker, signal } = setup();
    const heard: string[] = [];
    broker.onClosed(() => { throw new Error('surface'); });
    broker.onClosed(({ resolution }) => void heard.push(resolution.type));
    void broker.ask(request(), signal);
    void broker.ask(request({ id: 'b' }), signal);
    expect(broker.denyAll()).toBe(2);
    expect(heard).toEqual(['deny', 'deny']);
  });

  it('tells every surface of a new request, while it is open already', () => {
    const { broker, signal } = setup();
    const heard: (readonly string[])[] = [];
    const listening = broker.onOpened((opened) => void heard.push([opened.id, ...broker.pending.map((each) => each.id)]));
    void broker.ask(request(), signal);
    expect(heard).toEqual([['a', 'a']]);
    listening.dispose();
    void broker.ask(request({ id: 'b' }), signal);
    expect(heard).toHaveLength(1);
  });

  it('closes as stopped with its call, once, and as covered when a grant covers it', async () => {
    const { broker } = setup();
    const stop = new AbortController();
    const heard: string[] = [];
    broker.onClosed(({ request: { id }, resolution }) => void heard.push(`${id} ${resolution.type}`));
    const stopped = broker.ask(request(), stop.signal);
    const covered = broker.ask(request({ id: 'b' }), stop.signal);
    broker.cover('b');
    broker.cover('b');
    broker.cover('unknown');
    stop.abort();
    expect([await stopped, await covered]).toEqual([{ type: 'stopped' }, { type: 'covered' }]);
    expect(heard).toEqual(['b covered', 'a stopped']);
    expect(broker.pending).toEqual([]);
  });

  it('[P4] opens nothing for a call that was stopped before it asked', async () => {
    const { broker } = setup();
    expect(await broker.ask(request(), AbortSignal.abort())).toEqual({ type: 'stopped' });
    expect(broker.pending).toEqual([]);
    expect(broker.answer('a', 'h', { type: 'allow-once' })).toBe('stale');
  });

  it('leaves nothing behind once a request is answered: no timer, no listener', () => {
    vi.useFakeTimers();
    const { broker, signal } = setup();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    void broker.ask(request(), signal);
    expect([vi.getTimerCount(), added.mock.calls.length, removed.mock.calls.length]).toEqual([1, 1, 0]);
    broker.answer('a', 'h', { type: 'deny' });
    expect(vi.getTimerCount()).toBe(0);
    expect(removed.mock.calls[0]).toEqual(added.mock.calls[0]?.slice(0, 2));
    vi.useRealTimers();
  });

  it('waits from now until the request expires, and no longer', async () => {
    vi.useFakeTimers();
    const { broker, signal } = setup(400_000);
    const asked = broker.ask(request(), signal);
    await vi.advanceTimersByTimeAsync(199_999);
    expect(broker.pending).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await asked).toEqual({ type: 'timeout' });
    const late = broker.ask(request({ id: 'b', expiresAt: 0 }), signal);
    await vi.advanceTimersByTimeAsync(0);
    expect(await late).toEqual({ type: 'timeout' });
    vi.useRealTimers();
  });
});
