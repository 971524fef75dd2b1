import { describe, expect, it } from 'vitest';
import { quoteWords } from '../../../../src/policy/command/quote-words.js';
import { isRefusal } from '../../../../src/policy/command/refusal.js';
import { splitWords } from '../../../../src/policy/command/split-words.js';

describe('words as a person would type them', () => {
  it('are quoted only where a shell would act on them', () => {
    expect(quoteWords(['git', 'log', '--format=%h', 'a/b.c:1', 'ä', 'x@y,z', '+1', 'HEAD^', '٣'])).toBe('git log --format=%h a/b.c:1 ä x@y,z +1 HEAD^ ٣');
    expect(quoteWords(['a b', '', '$x', 'a;b', '*', '~/x', '#x', '=ls', '{a,b}', 'a\\b'])).toBe(String.raw`'a b' '' '$x' 'a;b' '*' '~/x' '#x' '=ls' '{a,b}' 'a\b'`);
    expect(quoteWords(["it's", "'"])).toBe(String.raw`'it'\''s' ''\'''`);
    expect(quoteWords(['a\u3164b'])).toBe("'a\u3164b'");
    expect(quoteWords([])).toBe('');
  });

  it('are the same words when they are read back', () => {
    const words = ['tool', "it's", 'a b', '', '"', '\\', '$(id)', "''", 'x=y', '-n5', 'ä👍', '`id`', '!', '&&'];
    const read = splitWords(quoteWords(words));
    expect(isRefusal(read) ? read.reason : read.map((word) => word.text)).toEqual(words);
  });
});
