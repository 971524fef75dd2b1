import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shapes } from '../../../../src/audit/redact/shapes.js';
import { withoutShapes } from '../../../../src/audit/redact/without-shapes.js';

/** Every pattern over the whole text, whatever its signs say. */
const searched = (text: string): string =>
  shapes.reduce((clean, { name, pattern }) => clean.replaceAll(pattern, (_match, kept: unknown) => `${typeof kept === 'string' ? kept : ''}[redacted:${name}]`), text);

/** Texts of a shape, without what only looks at its neighbours, which no generator can follow. */
const textsOf = (pattern: RegExp): fc.Arbitrary<string> => fc.stringMatching(new RegExp(pattern.source.replaceAll(/\(\?<?[!=](?:\[[^\]]*\]|\\.|[^()[\]\\])*\)|\\b/g, '')));

describe('[P8] what has the shape of a secret holds a sign of it, in capitals or not', () => {
  test.each(shapes.map(({ name, pattern }, number) => [`${number}: ${name}`, pattern] as const))('%s', (_name, pattern) => {
    let found = 0;
    fc.assert(
      fc.property(textsOf(pattern), fc.constantFrom('', ' ', 'x ', '?', '"'), fc.constantFrom('', ' ', '@host', '"'), fc.constantFrom('as-is', 'lower', 'upper'), (inner, before, after, letters) => {
        const text = `${before}${letters === 'lower' ? inner.toLowerCase() : letters === 'upper' ? inner.toUpperCase() : inner}${after}`;
        if (text.search(pattern) !== -1) found += 1;
        expect(withoutShapes(text)).toBe(searched(text));
      }),
      { numRuns: 200 },
    );
    expect(found).toBeGreaterThan(0);
  });
});

test('each sign is long enough to be looked for', () => {
  for (const { signs } of shapes) for (const sign of signs) expect(sign.length).toBeGreaterThanOrEqual(3);
});
