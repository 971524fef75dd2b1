import { describe, expect, it } from 'vitest';
import { checkCharacters, longestCommand, looksLikeNothing } from '../../../../src/policy/command/characters.js';

const ruleOf = (command: string) => checkCharacters(command)?.rule;

describe('[P12] the characters of a command', () => {
  it('are as many as a person can read', () => {
    expect(ruleOf('a'.repeat(longestCommand))).toBeUndefined();
    expect(checkCharacters('a'.repeat(longestCommand + 1))).toMatchObject({ rule: 'command.too-long', reason: expect.stringContaining('10000 characters') as string, next: expect.stringContaining('Split') as string });
  });

  it('control nothing but where words and lines end', () => {
    for (const fine of ['a\tb', 'a\nb', 'ls -la', 'ä👍', '~ !']) expect(ruleOf(fine), fine).toBeUndefined();
    for (const code of [0, 1, 8, 0x0b, 0x0c, 0x0d, 0x1b, 0x1f, 0x7f, 0x80, 0x9b, 0x9f]) expect(checkCharacters(`a${String.fromCodePoint(code)}b`), String(code)).toMatchObject({ rule: 'command.control-character', reason: expect.stringContaining('control character') as string, next: expect.stringContaining('plain text') as string });
    expect(ruleOf('a\u00a0b')).toBeUndefined();
  });

  it('show in the order and on the line that they are in', () => {
    for (const character of ['\u061c', '\u200e', '\u200f', '\u2028', '\u2029', '\u202a', '\u202e', '\u2066', '\u2069', '\ud800', '\udfff']) expect(checkCharacters(`"${character}"`), character).toMatchObject({ rule: 'command.hidden-character', reason: expect.stringContaining('changes the order') as string, next: expect.stringContaining('direction marks') as string });
    for (const character of ['\u061b', '\u200d', '\u2027', '\u202f', '\u2065', '\u206a']) expect(ruleOf(`"${character}"`), character).toBeUndefined();
  });

  it('look like nothing when they are blanks other than space, tab and line break, or hide', () => {
    for (const character of [' ', '\t', '\n', 'a', 'ä', '-']) expect(looksLikeNothing(character), character).toBe(false);
    for (const character of ['\u00a0', '\u2003', '\u3000', '\ufeff', '\u200b', '\u200d', '\u3164', '\u00ad']) expect(looksLikeNothing(character), character).toBe(true);
  });
});
