import { expect, test } from 'vitest';
import { bytePattern, linePattern } from '../../../src/audit/text-pattern.js';

const texts = ['plain', 'Quarterly-Report', '(a|b)*[c]{2}^$.?+/\\', 'a "quoted" text', 'line\nbreak\ttab', 'Grüße an die WELT', 'ÄÖÜ', '世界', '🎈', 'x🎈y', '\ud800', 'İstanbul', 'ß'];

test('whatever the pattern of a line finds, that of its bytes finds too', () => {
  for (const text of texts) {
    for (const variant of [text, text.toUpperCase(), text.toLowerCase()]) {
      const line = JSON.stringify({ result: `before ${variant} after` });
      const isFound = linePattern(text).test(line);
      if (variant === text) expect(isFound, text).toBe(true);
      if (isFound) expect(bytePattern(text).test(Buffer.from(line).toString('latin1')), `${text} in ${line}`).toBe(true);
    }
  }
});

test('a text is found by itself only, and not as a pattern', () => {
  expect(linePattern('a.c').test('abc')).toBe(false);
  expect(bytePattern('a.c').test('abc')).toBe(false);
  expect(bytePattern('Größe').test(Buffer.from('grÜße').toString('latin1'))).toBe(true);
  expect(linePattern('Größe').test('grÜße')).toBe(false);
});
