import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Triples } from '../../../../src/audit/redact/triples.js';

const units = (text: string): [number, number, number] => [text.charCodeAt(0), text.charCodeAt(1), text.charCodeAt(2)];
const triple = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)), minLength: 3, maxLength: 3 });

test('each triple that was added is found with all its numbers, also where others share its slot', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(triple, fc.nat(50)), { maxLength: 300 }), (added) => {
      const triples = new Triples();
      for (const [text, number] of added) triples.add(text, number);
      for (const [text, number] of added) {
        expect(triples.has(...units(text))).toBe(true);
        expect(triples.at(...units(text))).toContain(number);
      }
    }),
    { numRuns: 50 },
  );
});

test('most other triples are not found', () => {
  const triples = new Triples();
  for (const [number, text] of ['abc', 'abd', 'xyz', '_k_'].entries()) triples.add(text, number);
  expect(triples.at(...units('abc'))).toEqual([0]);
  let found = 0;
  for (let number = 0; number < 10_000; number += 1) if (triples.has(97 + (number % 26), 48 + (number % 70), number)) found += 1;
  expect(found).toBeLessThan(20);
});

test('a text that is no triple is refused', () => {
  expect(() => new Triples().add('ab', 1)).toThrow('no triple');
});
