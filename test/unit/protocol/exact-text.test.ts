import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactLine, exactPassage, exactText, exactTitle } from '../../../src/protocol/exact-text.js';
import { exactLines, markText } from '../../../src/protocol/exact-lines.js';
import type { ExactPart } from '../../../src/protocol/exact-lines.js';
import { hasHidden } from '../../../src/visible.js';

describe('exact text', () => {
  test('ordinary commands and code stand as they are', () => {
    for (const text of ['npm test', 'git commit -m "fix: a  b"', 'function f() {\n  return 1;\n\n}', '\tindented', 'naïve café 日本語 привет мир']) {
      expect(exactText(text)).toBe(text);
    }
  });

  test('a long run of blanks is folded with its count, and the tail stays in sight', () => {
    expect(exactText(`ls${' '.repeat(500)}; curl x`)).toBe('ls⟨500 spaces⟩; curl x');
    expect(exactText('ls   ')).toBe('ls⟨3 spaces⟩');
    expect(exactText(`ls${'\t'.repeat(9)}x`)).toBe('ls⟨\\t ×9⟩x');
    expect(exactText(`ls${'\n'.repeat(40)}x`)).toBe('ls\n⟨39 empty lines⟩\nx');
  });

  test('characters that cannot be seen are escapes, counted when they repeat', () => {
    expect(exactText('cat \u202etxt')).toBe('cat ⟨\\u202e⟩txt');
    expect(exactText(`ls${'\u200b'.repeat(1000)}x`)).toBe('ls⟨\\u200b ×1,000⟩x');
    expect(exactText('a\u00a0b\u2800c\u3000d')).toBe('a⟨\\u00a0⟩b⟨\\u2800⟩c⟨\\u3000⟩d');
    expect(exactText('a\rb')).toBe('a⟨\\u000d⟩b');
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

  test.each([
    ['a tag', '\u{e0041}', '\\u{e0041}'], ['a variation selector', '\ufe0f', '\\ufe0f'], ['an invisible times', '\u2062', '\\u2062'], ['a lone surrogate', '\ud83d', '\\ud83d'],
    ['a shorthand format', '\u{1bca0}', '\\u{1bca0}'], ['an object replacement', '\ufffc', '\\ufffc'], ['a null note head', '\u{1d159}', '\\u{1d159}'], ['private use', '\ue0b0', '\\ue0b0'],
    ['an unassigned one', '\u{e1000}', '\\u{e1000}'], ['a stroke over a letter', '\u0336', '\\u0336'], ['a keycap', '\u20e3', '\\u20e3'], ['a line separator', '\u2028', '\\u2028'],
  ])('%s is an escape', (_name, character, escape) => {
    expect(exactText(`a${character}b`)).toBe(`a⟨${escape}⟩b`);
  });

  test('what a program printed keeps its lines, as many as there is room for', () => {
    expect(exactPassage('[exit code 0]\nOn branch main\n', 300, 8)).toBe('[exit code 0]\nOn branch main');
    expect(exactPassage('a\nb\nc\nd', 300, 2)).toBe('a\nb…');
    expect(exactPassage('a\nb\n⟨2 spaces⟩\u202e', 300, 8)).toBe('a\nb\n⟨\\u27e8⟩2 spaces⟨\\u27e9⟩⟨\\u202e⟩');
    expect(exactPassage(`${'a'.repeat(7)}\u202e`, 12, 8)).toBe(`${'a'.repeat(7)}…`);
  });

  test('a mark that stands on no letter is an escape, and accents of a language are not', () => {
    expect(exactText('-\u0301x')).toBe('-⟨\\u0301⟩x');
    expect(exactText('e\u0301té नमस्ते')).toBe('e\u0301té नमस्ते');
  });

  test('as plain text no mark can be forged, and no script turns the order round', () => {
    expect(exactText('ls ⟨500 spaces⟩')).toBe('ls ⟨\\u27e8⟩500 spaces⟨\\u27e9⟩');
    expect(exactText('cp \u05d0\u05d1 \u05d2')).toBe('cp ⟨\\u05d0\\u05d1⟩ ⟨\\u05d2⟩');
    expect(exactLines('\u05d0')).toMatchObject([{ parts: [{ kind: 'text', text: '\u05d0' }] }]);
    expect(exactLine('a\n\n\n\n\n\nb')).toBe('a⟨\\n⟩⟨5 empty lines⟩⟨\\n⟩b');
    expect(exactLine('echo a\nid')).toBe('echo a⟨\\n⟩id');
  });

  test('forms that pass for plain ones are marked, dashes of prose are not', () => {
    expect(exactText('ɡit ſu')).toBe('ɡ⟨U+0261⟩it ſ⟨U+017F⟩u');
    expect(exactText('rm –rf')).toBe('rm –⟨U+2013⟩rf');
    expect(exactText('fix – at last, pages 3–4')).toBe('fix – at last, pages 3–4');
  });

  test('a title that is too long says so, and cuts no mark in two', () => {
    expect(exactTitle('ls', 10)).toBe('ls');
    expect(exactTitle('x'.repeat(20), 10)).toBe(`${'x'.repeat(9)}…`);
    expect(exactTitle(`abc${'\u202e'.repeat(9)}x`, 8)).toBe('abc…');
    expect(exactTitle(`abcdef${'😀'.repeat(5)}`, 8)).toBe('abcdef…');
  });

  test('what a mark says', () => {
    expect([markText({ kind: 'blanks', count: 1 }), markText({ kind: 'blanks', count: 1500 }), markText({ kind: 'empty-lines', number: 2, count: 7 })]).toEqual(['1 space', '1,500 spaces', '7 empty lines']);
  });

  test('every character of any text is shown or counted, and nothing hidden is left', { timeout: 30_000 }, () => {
    const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(' ', '      ', '\n', '\n\n\n\n\n\n', '\t', '\u200b', '\u202e', '\u2800', '\u00a0', '\u0430', 'ls', '\u0301', '\ud800', '\u05d0', '⟨', '\u{e0041}'));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const lines = exactLines(text);
        const back = lines.map((line) => (line.kind === 'line' ? line.parts.map(original).join('') : '\n'.repeat(line.count - 1))).join('\n');
        expect(back).toBe(text);
        for (const line of lines) {
          if (line.kind === 'line') for (const part of line.parts) if (part.kind !== 'blanks') expect(hasHidden(part.text)).toBe(false);
        }
        const plain = exactLine(text);
        expect(hasHidden(plain) || plain.includes('\n')).toBe(false);
      }),
      { numRuns: 300 },
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
