/**
 * Characters that change how text looks, or hide in it, without being seen: controls, format characters with the
 * bidirectional marks and isolates (CVE-2021-42574), everything that Unicode calls default ignorable (zero width,
 * variation selectors, tags, fillers), line and paragraph separators, lone surrogates, and three that are drawn as
 * nothing: the object replacement character, the blank of Braille and the null note head. Newline and tab are left: they
 * are layout a reader sees. So are the number signs of Arabic, Syriac and Kaithi, which are format characters and drawn.
 */
const hidden =
  /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800\ufffc\u{1d159}]--[\n\t\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]]/gv;

/** Nothing of printable ASCII is hidden; most texts are no more than that, and looking at each character costs. */
const plain = /^[ -~]*$/;

/** A character as `\u202e`, beyond the first plane as `\u{e0041}`. */
export function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}

/** The text with every hidden character written as an escape such as `\u202e`; what it returns can't lie about its content. */
export function visible(text: string): string {
  return plain.test(text) ? text : text.replaceAll(hidden, escapeOf);
}

/** The same on one line: newlines and tabs are escaped too. For titles, log lines and notifications. */
export function visibleLine(text: string): string {
  return plain.test(text) ? text : visible(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}

export function hasHidden(text: string): boolean {
  return !plain.test(text) && text.search(hidden) !== -1;
}
