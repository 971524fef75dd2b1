import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { unlessStopped, watchStop } from '../../../src/sandbox/stopped.js';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

test('a stop rejects, also one that came before', async () => {
  const stop = new AbortController();
  const watch = watchStop(stop.signal);
  stop.abort();
  await expect(watch.fired).rejects.toMatchObject({ code: 'cancelled' });
  await expect(unlessStopped(stop.signal, new Promise(() => undefined))).rejects.toMatchObject({ code: 'cancelled' });
});

test('nothing hangs on a signal any more once the work is done, whatever came of it', async () => {
  const { signal } = new AbortController();
  expect(await unlessStopped(signal, Promise.resolve(1))).toBe(1);
  await expect(unlessStopped(signal, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  const watch = watchStop(signal);
  expect(listeners(signal)).toBe(1);
  watch.release();
  watch.release();
  expect(listeners(signal)).toBe(0);
});
