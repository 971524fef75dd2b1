import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Container } from '../../../src/sandbox/container.js';
import { containerSpec } from '../../../src/sandbox/container-spec.js';
import type { Engine } from '../../../src/sandbox/engine.js';
import { WarmPool } from '../../../src/sandbox/warm-pool.js';
import { fakeEngine, forever, type FakeEngine } from './fake-engine.js';

const never = new AbortController().signal;
const idle = 300_000;

describe('the containers that are kept ready', () => {
  let engine: FakeEngine;
  let pool: WarmPool;
  let made: number;

  const open = (parts: Partial<Engine> = {}): void => {
    engine = fakeEngine(() => ({}), { wait: () => forever, ...parts });
    pool = new WarmPool({ idle, make: (language, signal) => Container.start({ engine, name: `c${++made}`, spec: containerSpec('i:1', language, 'me'), onLeftover: () => undefined }, signal) });
  };
  const settle = async (): Promise<void> => { await vi.advanceTimersByTimeAsync(10); };

  beforeEach(() => {
    vi.useFakeTimers();
    made = 0;
    open();
  });
  afterEach(async () => {
    await pool.close();
    vi.useRealTimers();
  });

  it('are one of a language, however often it is asked for, and each is given away once', async () => {
    for (const language of ['python', 'python', 'javascript', 'python'] as const) pool.prepare(language);
    await settle();
    expect(engine.containers).toEqual(new Set(['c1', 'c2']));
    expect(engine.received).toEqual([]);
    const [first, second] = await Promise.all([pool.take('python', never), pool.take('python', never)]);
    expect(first).toBeInstanceOf(Container);
    expect(second).toBeUndefined();
    await first?.remove();
    expect(engine.containers).toEqual(new Set(['c2']));
  });

  it('are waited for while they are being made', async () => {
    const answer = Promise.withResolvers<undefined>();
    open({ start: () => answer.promise });
    pool.prepare('python');
    const taking = pool.take('python', never);
    answer.resolve(undefined);
    await (await taking)?.remove();
    expect(engine.containers.size).toBe(0);
    expect(made).toBe(1);
  });

  it('[P9] are removed when whoever waits for one gives up', async () => {
    open({ start: () => forever });
    pool.prepare('python');
    const stop = new AbortController();
    const taking = pool.take('python', stop.signal);
    await settle();
    stop.abort();
    expect(await taking).toBeUndefined();
    expect(engine.containers.size).toBe(0);
  });

  it('[P9] are replaced when nobody used them for five minutes, also when they are asked for all the time', async () => {
    for (let minutes = 0; minutes < 20; minutes++) {
      pool.prepare('python');
      await vi.advanceTimersByTimeAsync(60_000);
      expect(engine.containers.size).toBe(1);
    }
    expect(made).toBe(4);
    const taken = await pool.take('python', never);
    await taken?.remove();
    expect(engine.containers.size).toBe(0);
  });

  it('[P9] are removed after five minutes without use, and made again when they are asked for', async () => {
    pool.prepare('python');
    await vi.advanceTimersByTimeAsync(idle - 1_000);
    pool.prepare('javascript');
    await vi.advanceTimersByTimeAsync(idle - 1_000);
    expect(engine.containers.size).toBe(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(engine.containers.size).toBe(0);
    pool.prepare('python');
    await settle();
    expect(engine.containers).toEqual(new Set(['c3']));
  });

  it('[P9] are removed when they end by themselves, and when their engine is gone', async () => {
    for (const end of [(): Promise<number> => Promise.resolve(0), (): Promise<number> => Promise.reject(new Error('gone'))]) {
      open({ wait: end });
      pool.prepare('python');
      await settle();
      expect(engine.containers.size).toBe(0);
      expect(await pool.take('python', never)).toBeUndefined();
    }
  });

  it('that could not be made are nobody’s error', async () => {
    open({ create: () => Promise.reject(new Error('no room')) });
    pool.prepare('python');
    expect(await pool.take('python', never)).toBeUndefined();
    pool.prepare('python');
    await settle();
    expect(made).toBe(2);
  });

  it('[P9] are removed when the window closes, also those that are being made, and no more are made', async () => {
    pool.prepare('python');
    await settle();
    const slow = new WarmPool({ idle, make: (language, signal) => Container.start({ engine: { ...engine, start: () => forever }, name: 'slow', spec: containerSpec('i:1', language, 'me'), onLeftover: () => undefined }, signal) });
    slow.prepare('python');
    await settle();
    expect(engine.containers).toEqual(new Set(['c1', 'slow']));
    await Promise.all([pool.close(), slow.close()]);
    expect(engine.containers.size).toBe(0);
    pool.prepare('python');
    await settle();
    expect(engine.containers.size).toBe(0);
  });
});
