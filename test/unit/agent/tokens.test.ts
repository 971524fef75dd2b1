import { expect, it } from 'vitest';
import { estimateMessage, estimateText, TokenScale } from '../../../src/agent/tokens.js';

it('estimates other scripts higher than their number of characters suggests', () => {
  expect(estimateText('word '.repeat(700))).toBe(1_000);
  expect(estimateText('漢'.repeat(700))).toBe(600);
});

it('counts the calls of an answer too', () => {
  const plain = estimateMessage({ role: 'assistant', text: 'x', calls: [] });
  expect(estimateMessage({ role: 'assistant', text: 'x', calls: [{ id: 'i', name: 'file_read', argumentsJson: 'y'.repeat(350) }] })).toBeGreaterThan(plain + 100);
});

it('follows the counts of the provider within bounds', () => {
  const scale = new TokenScale();
  expect(scale.apply(1_000)).toBe(1_000);
  scale.learn(1_000, { input: 1_500, output: 1 });
  expect(scale.apply(1_000)).toBe(1_500);
  scale.learn(1_000, { input: 3, output: 1 });
  expect(scale.apply(1_000)).toBe(750);
  scale.learn(1_000, { input: 1_000_000, output: 1 });
  expect(scale.apply(1_000)).toBe(3_000);
  scale.learn(0, { input: 5, output: 5 });
  scale.learn(5, { input: 0, output: 5 });
  scale.learn(5, undefined);
  expect(scale.apply(1_000)).toBe(3_000);
});
