import { describe, expect, it } from 'vitest';
import { decode, encode, lineEnding, linesOf, withLineEnding } from '../../../src/workspace/text-encoding.js';

describe('text encodings', () => {
  it('give every text back as it was', () => {
    for (const text of ['', 'a', '\ufeff', '\ufeffa', 'é\r\n', '日本語\n', '🚀', '\u202e\u0001', '\ufffe\uffff', 'x'.repeat(70_000)]) {
      for (const encoding of ['utf-8-bom', 'utf-16le', 'utf-16be'] as const) expect(decode(encode(text, encoding), 'a')).toEqual({ text, encoding });
    }
    expect(decode(encode('é', 'utf-8'), 'a')).toEqual({ text: 'é', encoding: 'utf-8' });
  });

  it('refuse bytes that would not come back the same', () => {
    for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xff, 0xfe, 0x00, 0xd8], [0xfe, 0xff, 0x00], [0x41, 0x00]]) {
      expect(() => decode(Buffer.from(bytes), 'a')).toThrow(/^a is /);
    }
  });

  it('tell and change line breaks', () => {
    expect(['', 'a', 'a\n', 'a\r\nb', 'a\r\nb\n'].map(lineEnding)).toEqual(['none', 'none', 'lf', 'crlf', 'mixed']);
    expect(withLineEnding('a\nb\r\n', 'crlf')).toBe('a\r\nb\r\n');
    expect(withLineEnding('a\nb\r\n', 'lf')).toBe('a\nb\n');
    expect(['', '\n', 'a', 'a\n', 'a\r\n\n'].map((text) => linesOf(text).length)).toEqual([0, 1, 1, 1, 2]);
  });
});
