import { describe, expect, it } from 'vitest';
import { foldName } from '../../../../src/policy/path/fold-name.js';

describe('the folded form of a name', () => {
  it('is the same for every case and normal form of every character', () => {
    const different: string[] = [];
    for (let code = 0; code <= 0x10ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const text = String.fromCodePoint(code);
      // Most characters have neither: Hangul syllables alone would take seconds.
      if ((code >= 0xac00 && code <= 0xd7a3) || code > 0x1ffff) continue;
      if (text.toLowerCase() === text && text.toUpperCase() === text && text.normalize('NFKD') === text) continue;
      const folded = foldName(text);
      const others = [folded, text.toUpperCase(), text.toLowerCase(), text.toUpperCase().toLowerCase(), text.normalize('NFD'), text.normalize('NFKD'), text.normalize('NFKC')];
      if (others.some((each) => foldName(each) !== folded)) different.push(code.toString(16));
    }
    expect(different).toEqual([]);
  });

  it.each([
    ['.ẞh', '.ssh'], ['.ßh', '.ssh'], ['.ſſh', '.ssh'], ['.ｇｉｔ', '.git'], ['.g\u200cit', '.git'], ['.GIT', '.git'], ['e\u200d\u0301tude', 'étude'], ['ﬁle', 'file'], ['ΐ', 'Ϊ́'],
  ])('takes %j for %j', (spelling, name) => {
    expect(foldName(spelling)).toBe(foldName(name));
  });
});
