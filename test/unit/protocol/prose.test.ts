import { expect, test } from 'vitest';
import { prose } from '../../../src/protocol/prose.js';

test('hidden characters become escapes', () => {
  expect(prose('a\u200bb\u202ec')).toBe('a\\u200bb\\u202ec');
  expect(prose('x\u2800y')).toBe('x\\u2800y');
});

test('whole emoji stay, and selectors that belong to none do not', () => {
  for (const emoji of ['⚠️', '✅', '👩‍💻', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '1️⃣']) expect(prose(`a ${emoji} b`)).toBe(`a ${emoji} b`);
  expect(prose('a \ufe0f b')).toBe('a \\ufe0f b');
  expect(prose('👩\u200dx')).toBe('👩\\u200dx');
});

test('words smuggled in tag characters are shown', () => {
  expect(prose('Fine.\u{e0072}\u{e006d}')).toBe('Fine.\\u{e0072}\\u{e006d}');
});

test('Windows line ends are line ends, and a lone carriage return is shown', () => {
  expect(prose('a\r\nb')).toBe('a\nb');
  expect(prose('a\rb')).toBe('a\\u000db');
});
