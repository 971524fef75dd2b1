import { expect, it } from 'vitest';
import { retryDelay } from '../../../src/agent/retry-delay.js';

it('doubles from one second up to a minute, half of it by chance', () => {
  expect([1, 2, 3, 4, 10, 2000].map((attempt) => retryDelay(attempt, undefined, 0))).toEqual([500, 1000, 2000, 4000, 30_000, 30_000]);
  expect([1, 10].map((attempt) => retryDelay(attempt, undefined, 0.999999))).toEqual([1000, 60_000]);
});

it('never comes back before the server wants it, and never waits more than a minute', () => {
  expect(retryDelay(1, 10_000, 0)).toBe(10_000);
  expect(retryDelay(1, 10_000, 0.5)).toBe(10_500);
  expect(retryDelay(1, 10_000_000, 0.5)).toBe(60_000);
});

it('takes no nonsense from a header', () => {
  for (const nonsense of [Number.NaN, -5, Number.POSITIVE_INFINITY, 0]) expect(retryDelay(1, nonsense, 0)).toBe(500);
});
