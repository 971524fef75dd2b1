import { expect, test } from 'vitest';
import { ago, bytes, clock, count, dollars, duration, tokens } from '../../../webview/format.js';

test('durations read as a person says them', () => {
  expect([duration(400, true), duration(9_960, true), duration(400), duration(12_900), duration(185_000), duration(7_500_000), duration(-5)])
    .toEqual(['0.4 s', '9 s', '0 s', '12 s', '3 min 05 s', '2 h 05 min', '0 s']);
});

test('a time that runs out is shown as a clock', () => {
  expect([clock(598_900), clock(7_000), clock(-1)]).toEqual(['9:58', '0:07', '0:00']);
});

test('sizes of files are in the unit that keeps them short', () => {
  expect([bytes(0), bytes(1), bytes(1023), bytes(1024), bytes(12_345), bytes(1_048_575), bytes(10_485_760)]).toEqual(['0 bytes', '1 byte', '1,023 bytes', '1 KB', '12.1 KB', '1 MB', '10 MB']);
});

test('tokens and dollars are short and never round to nothing', () => {
  expect([tokens(950), tokens(12_345), tokens(2_000), tokens(999_990), tokens(1_250_000)]).toEqual(['950', '12.3k', '2k', '1M', '1.3M']);
  expect([dollars(0), dollars(0.0042), dollars(1.374)]).toEqual(['$0.00', '$0.0042', '$1.37']);
});

test('times long ago are dates', () => {
  const now = Date.UTC(2026, 5, 15, 12);
  const minute = 60_000;
  expect([ago(now, now), ago(now - 5 * minute, now), ago(now - 180 * minute, now), ago(now - 30 * 60 * minute, now)]).toEqual(['just now', '5 min ago', '3 h ago', 'yesterday']);
  expect(ago(now - 90 * 24 * 60 * minute, now)).toMatch(/2026/);
});

test('counts agree with their noun', () => {
  expect([count(1, 'line'), count(1234, 'line')]).toEqual(['1 line', '1,234 lines']);
});
