import fc from 'fast-check';
import { expect, it } from 'vitest';
import { textPages } from '../../../src/tools/text-pages.js';

it('pages are the text again when joined, none is too long, and no character is torn', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '\n', '😀', 'é'), maxLength: 300 }), fc.integer({ min: 5, max: 50 }), (text, most) => {
      const pages = textPages(text, most);
      expect(pages.join('')).toBe(text);
      for (const page of pages) {
        expect(page.length).toBeLessThanOrEqual(most);
        expect(page.isWellFormed()).toBe(true);
      }
      expect(pages.slice(0, -1).every((page) => page.length >= most * 0.8 - 1)).toBe(true);
    }),
  );
});

it('a page ends with a line where one ends near by', () => {
  expect(textPages('123456789\nabcdefgh', 11)).toEqual(['123456789\n', 'abcdefgh']);
  expect(textPages('1\nabcdefghijklmn', 10)).toEqual(['1\nabcdefgh', 'ijklmn']);
});

it('an empty text is one empty page', () => {
  expect(textPages('', 10)).toEqual(['']);
});

it('a long text without any line takes no longer than one with lines', () => {
  const started = performance.now();
  expect(textPages('x'.repeat(12_000_000), 10_000)).toHaveLength(1_200);
  expect(performance.now() - started).toBeLessThan(1_000);
});
