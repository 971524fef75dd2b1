import { expect, it } from 'vitest';
import { lineCounts } from '../../../src/agent/line-counts.js';

it.each([
  [undefined, 'a\nb\n', 2, 0],
  ['a\nb\n', 'a\nb\n', 0, 0],
  ['a\nb\nc\n', 'a\nx\nc\n', 1, 1],
  ['a\nb\nc\nd\n', 'b\nc\nd\na\n', 1, 1],
  ['a\nb', '', 0, 2],
  ['a\r\nb\r\n', 'a\nb\nc\n', 1, 0],
])('counts the lines of %j → %j', (before, after, added, removed) => {
  expect(lineCounts(before, after)).toEqual({ added, removed });
});

it('is quick for large files', () => {
  const lines = (seed: number): string => Array.from({ length: 50_000 }, (_, n) => `line ${n * seed}`).join('\n');
  const begun = performance.now();
  const { added, removed } = lineCounts(lines(2), lines(3));
  expect(performance.now() - begun).toBeLessThan(3_000);
  expect(added - removed).toBe(0);
});
