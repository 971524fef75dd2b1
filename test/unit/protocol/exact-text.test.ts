import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactLines, exactText } from '../../../src/protocol/exact-text.js';
import type { ExactPart } from '../../../src/protocol/exact-text.js';
import { hasHidden } from '../../../src/visible.js';

describe('exact text', () => {
  test('ordinary commands and code stand as they are', () => {
    for (const text of ['npm test', 'git commit -m "fix: a  b"', 'function f() {\n  return 1;\n\n}', '\tindented', 'naïve café 日本語 привет мир']) {
      expect(exactText(text)).toBe(text);
    }
  });

  test('a long run of blanks is folded with its count, and the tail stays in sight', () => {
    expect(exactText(`ls${' '.repeat(500)}; curl x`)).toBe('ls⟨␣ ×500⟩; curl x');
    expect(exactText('ls   ')).toBe('ls⟨␣ ×3⟩');
    expect(exactText(`ls${'\t'.repeat(9)}x`)).toBe('ls⟨\\t ×9⟩x');
    expect(exactText(`ls${'\n'.repeat(40)}x`)).toBe('ls\n⟨39 empty lines⟩\nx');
  });

  test('characters that cannot be seen are escapes, counted when they repeat', () => {
    expect(exactText('cat \u202etxt')).toBe('cat \\u202etxt');
    expect(exactText(`ls${'\u200b'.repeat(1000)}x`)).toBe('ls⟨\\u200b ×1000⟩x');
    expect(exactText('a\u00a0b\u2800c\u3000d')).toBe('a\\u00a0b\\u2800c\\u3000d');
    expect(exactText('a\rb')).toBe('a\\u000db');
  });

  test('an escape written by the model is told from a mark of ours', () => {
    expect(exactLines('\\u202e')).toEqual([{ kind: 'line', number: 1, parts: [{ kind: 'text', text: '\\u202e' }] }]);
    expect(exactLines('\u202e')).toEqual([{ kind: 'line', number: 1, parts: [{ kind: 'hidden', text: '\\u202e', count: 1 }] }]);
  });

  test('letters that can be taken for Latin ones are marked, and words of another script are not', () => {
    expect(exactText('cat \u0430.txt')).toBe('cat \u0430⟨U+0430⟩.txt');
    expect(exactText('p\u0430ypal')).toBe('p\u0430⟨U+0430⟩ypal');
    expect(exactText('ｌｓ')).toBe('ｌ⟨U+FF4C⟩ｓ⟨U+FF53⟩');
    expect(exactText('привет')).toBe('привет');
  });

  test('every character of any text is shown or counted, and nothing hidden is left', () => {
    const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(' ', '      ', '\n', '\n\n\n\n\n\n', '\t', '\u200b', '\u202e', '\u2800', '\u00a0', '\u0430', 'ls', '\u0301'));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('').toWellFormed();
        const lines = exactLines(text);
        const back = lines.map((line) => (line.kind === 'line' ? line.parts.map(original).join('') : '\n'.repeat(line.count - 1))).join('\n');
        expect(back).toBe(text);
        for (const line of lines) {
          if (line.kind === 'line') for (const part of line.parts) if (part.kind !== 'blanks') expect(hasHidden(part.text)).toBe(false);
        }
      }),
      { numRuns: 400 },
    );
  });
});

function original(part: ExactPart): string {
  switch (part.kind) {
    case 'text':
    case 'lookalike':
      return part.text;
    case 'blanks':
      return ' '.repeat(part.count);
    case 'hidden': {
      const character = part.text === '\\t' ? '\t' : String.fromCodePoint(Number.parseInt(/[\da-f]{4,6}/.exec(part.text)![0], 16));
      return character.repeat(part.count);
    }
  }
}
