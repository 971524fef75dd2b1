import { describe, expect, test } from 'vitest';
import { BlockReader } from '../../../webview/markdown/blocks.js';

const source = '# Title\n\nSome *text* here.\n\n- one\n- two\n\n  more of two\n\n```ts\nconst a = 1;\n\nconst b = 2;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nLast [link][r].\n\n[r]: https://example.com\n';
const shape = (reader: BlockReader, text: string, finished: boolean): unknown => reader.read(text, finished).map(({ token }) => [token.type, token.raw]);

describe('reading a growing answer', () => {
  test('character by character it gives the same blocks as all at once', () => {
    const reader = new BlockReader();
    for (let length = 1; length <= source.length; length++) {
      const text = source.slice(0, length);
      const grown = reader.read(text, false).map(({ token }) => token.raw).join('');
      expect(grown).toBe(new BlockReader().read(text, true).map(({ token }) => token.raw).join(''));
    }
    expect(shape(reader, source, false)).toEqual(shape(new BlockReader(), source, true));
  });

  test('blocks that are done stay the same objects while the end grows', () => {
    const reader = new BlockReader();
    const [first] = reader.read('# Title\n\none\n\ntwo\n\nthree', false);
    expect(reader.read('# Title\n\none\n\ntwo\n\nthree and more', false)[0]).toBe(first);
  });

  test('the end of an answer resolves links whose address came last', () => {
    const reader = new BlockReader();
    reader.read('see [a][r]\n\nmore\n\neven more\n\nand more', false);
    const blocks = reader.read('see [a][r]\n\nmore\n\neven more\n\nand more\n\n[r]: https://example.com', true);
    expect(JSON.stringify(blocks[0]?.token)).toContain('https://example.com');
  });

  test('hidden characters are escapes before anything is read as Markdown', () => {
    const [block] = new BlockReader().read('[run](c\u0000ommand:x)', true);
    expect(block?.token.raw).toBe('[run](c\\u0000ommand:x)');
  });

  test('a text that takes the place of another is read anew', () => {
    const reader = new BlockReader();
    reader.read('# One\n\ntext\n\nmore', false);
    expect(shape(reader, 'plain', false)).toEqual([['paragraph', 'plain']]);
  });
});
