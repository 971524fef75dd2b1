import { describe, expect, it } from 'vitest';
import { replaceText } from '../../../src/workspace/replace-text.js';

const replace = (text: string, find: string, by: string, all = false) => replaceText(text, { find, replace: by, all }, 'a.txt');

describe('replaceText', () => {
  it('forgives line breaks, and gives the replacement those of its place', () => {
    expect(replace('a\r\nb\r\nc\r\n', 'a\nb', 'x\ny\nz')).toBe('x\r\ny\r\nz\r\nc\r\n');
    expect(replace('a\r\nb\nc\nd\r\n', 'b\nc', 'x\ny')).toBe('a\r\nx\ny\nd\r\n');
    expect(replace('one\r\ntwo\r\n', 'two', 'x\ny')).toBe('one\r\nx\r\ny\r\n');
    expect(replace('one\ntwo\n', 'two', 'x\r\ny')).toBe('one\nx\r\ny\n');
  });

  it('takes nothing in the texts for a pattern', () => {
    expect(replace('a.*b\r\n$&\r\n', '.*b\n$&', '$1$&')).toBe('a$1$&\r\n');
    expect(() => replace('axxb', 'a.*b', 'y')).toThrow('The text is not in a.txt.');
  });

  it('counts places that do not overlap', () => {
    expect(replace('aaaa', 'aa', 'b', true)).toBe('bb');
    expect(() => replace('aaaa', 'aa', 'b')).toThrow('2 times, in lines 1, 1');
    expect(() => replace('x\n'.repeat(12), 'x', 'b')).toThrow('lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ….');
  });

  it('refuses an empty text and a change of nothing', () => {
    expect(() => replace('a', '', 'b')).toThrow('empty');
    expect(() => replace('a', 'a', 'a')).toThrow('the same');
  });

  it('names no line when none is like it', () => {
    expect(() => replace('abc\n', 'zzzzzz', 'y')).toThrow(/^The text is not in a\.txt\.$/);
  });
});
