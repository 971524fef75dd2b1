import { describe, expect, it } from 'vitest';
import { kindOf } from '../../../../src/policy/command/kinds.js';
import { isQuick, longestMatched } from '../../../../src/policy/command/quick-pattern.js';
import { fakePaths } from './command-fakes.js';

describe('a pattern of a person’s own', () => {
  it.each(['a+', '[a-z]+\\d*', '(?:yes|no)', '\\d{1,3}', 'a(?:b|c)?', '\\(x\\)+', '[(*+]x', '[\\w.]+(?:,[+-]?\\d*)?', 'a{3}', 'a{90,99}'.repeat(6), 'a{1,10}'.repeat(6)])('is taken: %s', (pattern) => expect(isQuick(pattern)).toBe(true));
  it.each(['(a+)+', '(?:a|a)*', '(a)\\1', '(?=a)b', '(?<!a)b', '(?<n>a)\\k<n>', 'a*b*c*', '(?:a{1,9}){2}', 'a{1000}', 'a{1,1000}', '(', '[', '*', '(?:a+)?(?:a+)?a+', 'a?'.repeat(30), '(?:a|a)'.repeat(25), 'a{1,99}'.repeat(4), 'a{1,}a{2,}a{3,}', 'a+?a+?a+?', 'a{10,99}'.repeat(4), `${'a{1,10}'.repeat(6)}a?`, '\\-', '\\a'])('is refused: %s', (pattern) => expect(isQuick(pattern)).toBe(false));

  it('answers soon on the longest word, when it is taken', () => {
    for (const pattern of ['a*a*(?:b|c)', `${'a?'.repeat(18)}(?:b|c)`, 'a{1,99}a{1,99}a{1,20}(?:b|c)']) {
      expect(isQuick(pattern), pattern).toBe(true);
      const since = performance.now();
      expect(new RegExp(`^(?:${pattern})$`, 'su').test(`${'a'.repeat(longestMatched - 1)}d`)).toBe(false);
      expect(performance.now() - since, pattern).toBeLessThan(3_000);
    }
  });

  it('is tried on no longer word, whatever the pattern would say', async () => {
    const kind = kindOf({ pattern: 'a+', called: 'some letters' });
    expect(await kind.check('a'.repeat(longestMatched), { paths: fakePaths, base: '/w' })).not.toHaveProperty('refusal');
    expect(await kind.check('a'.repeat(longestMatched + 1), { paths: fakePaths, base: '/w' })).toHaveProperty('refusal');
  });
});
