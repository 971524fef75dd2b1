/**
 * Letters that can stand in for a plain Latin one (after Unicode TS 39). Letters of another script are nothing bad in
 * themselves: a word is told on only when it mixes scripts, or when every letter in it has a Latin double.
 */
const doubles = new Set('аеорсухіјѕԁԛԝһүҽԍАВЕКМНОРСТУХІЈЅԌԚԜοανρυικχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧօսոհցզՏՕႽꓐꓑꓒꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ');
/**
 * Forms that are never needed in a command, a path or code: full width, mathematical and letter-like letters, small
 * capitals, `ı ɡ ɑ`, doubles of `/ \ : ; ! | . -`, a dash where a flag begins, and letters of scripts that nobody writes
 * any more.
 */
const always =
  /[\u0131\u017f\u01c0\u01c3\u0237\u0251\u0261\u0269\u037e\u1d00-\u1d2b\u2010\u2011\u2024\u2044\u210a-\u2115\u2118-\u211d\u2124\u2128-\u2131\u2133-\u2138\u2160-\u217f\u2212\u2215\u2223\u2758\u29f5\u29f8\ua730\ua731\ua789\ufe50-\ufe6b\uff01-\uff5e\u{1d400}-\u{1d7ff}\p{Script=Coptic}\p{Script=Deseret}\p{Script=Osage}\p{Script=Old_Italic}\p{Script=Lycian}\p{Script=Lydian}\p{Script=Carian}]/u;
const dashOfFlag = /(?<=^|\s)[\u2012-\u2015](?=[\p{L}\p{N}-])/gu;
const latin = /\p{Script=Latin}/u;
const foreign = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Lisu}\p{Script=Georgian}]/u;
const words = /[\p{L}\p{M}\p{N}_]+/gu;
const notAscii = /[^\0-\u007f]/;

/** Positions (UTF-16) of the characters in `text` that can be taken for another, in order. */
export function lookalikes(text: string): ReadonlySet<number> {
  const found = new Set<number>();
  if (!notAscii.test(text)) return found;
  const mark = (from: number, part: string, test: (character: string) => boolean): void => {
    let at = from;
    for (const character of part) {
      if (test(character)) found.add(at);
      at += character.length;
    }
  };
  mark(0, text, (character) => always.test(character));
  for (const { index } of text.matchAll(dashOfFlag)) found.add(index);
  for (const { 0: word, index } of text.matchAll(words)) {
    if (!foreign.test(word)) continue;
    const letters = Array.from(word).filter((character) => foreign.test(character));
    if (latin.test(word) || letters.every((letter) => doubles.has(letter))) mark(index, word, (character) => foreign.test(character));
  }
  return found;
}

/** `U+0430`. */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
