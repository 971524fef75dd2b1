import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as Times from '../../../webview/audit/times.js';

/** The module makes its formats when it is loaded, in the zone of the reader. */
const timesIn = async (zone: string): Promise<typeof Times> => {
  vi.stubEnv('TZ', zone);
  vi.resetModules();
  return import('../../../webview/audit/times.js');
};
const at = Date.UTC(2026, 10, 22, 5, 51, 2, 7);

beforeEach(() => {
  vi.useFakeTimers({ now: at + 3_600_000, toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

test('times are in the zone of the reader, which is said; the time of the world stands beside', async () => {
  const { clockTime, exactTime, worldTime, zoneWords } = await timesIn('Asia/Kolkata');
  expect(clockTime(at)).toBe('11:21:02');
  expect(exactTime(at)).toBe('22 Nov 2026, 11:21:02.007 UTC+05:30');
  expect(worldTime(at)).toBe('2026-11-22T05:51:02.007Z');
  expect(zoneWords(at)).toMatch(/^Asia\/(Kolkata|Calcutta), now UTC\+05:30$/);
});

test('a zone behind the world, with summer time, says how far it is at that moment', async () => {
  const { exactTime, zoneWords } = await timesIn('America/St_Johns');
  expect(zoneWords(at)).toBe('America/St_Johns, now UTC−03:30');
  expect(exactTime(Date.UTC(2026, 6, 1))).toContain('UTC−02:30');
});

test('where the zone is that of the world, it is said once', async () => {
  expect((await timesIn('UTC')).zoneWords(at)).toBe('UTC');
});

test('a short time has its day only when that is another', async () => {
  const { shortTime } = await timesIn('UTC');
  expect(shortTime(at)).toBe('05:51');
  expect(shortTime(at, true)).toBe('05:51:02');
  expect(shortTime(at - 86_400_000)).toBe('21 Nov 2026, 05:51');
});
