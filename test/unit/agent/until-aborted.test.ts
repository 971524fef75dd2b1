import { expect, it } from 'vitest';
import { untilAborted } from '../../../src/agent/until-aborted.js';

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of source) all.push(each);
  return all;
}

it('passes everything on, in order', async () => {
  async function* three(): AsyncGenerator<number> {
    yield 1;
    await Promise.resolve();
    yield* [2, 3];
  }
  expect(await collect(untilAborted(three(), new AbortController().signal))).toEqual([1, 2, 3]);
});

it('ends at once when the source hangs, tells it to end, and does not wait for it', async () => {
  let told = false;
  const source: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => undefined),
      return: () => {
        told = true;
        return new Promise(() => undefined);
      },
    }),
  };
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 5);
  await expect(collect(untilAborted(source, stop.signal))).rejects.toMatchObject({ code: 'cancelled' });
  expect(told).toBe(true);
});

it('asks nothing of the source when the signal has fired already', async () => {
  let asked = false;
  const source: AsyncIterable<number> = { [Symbol.asyncIterator]: () => ({ next: () => { asked = true; return Promise.resolve({ done: true, value: undefined }); } }) };
  await expect(collect(untilAborted(source, AbortSignal.abort()))).rejects.toMatchObject({ code: 'cancelled' });
  expect(asked).toBe(false);
});

it('swallows what the source says about its end', async () => {
  const source: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('cut')), return: () => { throw new Error('end'); } }),
  };
  await expect(collect(untilAborted(source, new AbortController().signal))).rejects.toThrow('cut');
});
