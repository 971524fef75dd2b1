/**
 * Characters that change how text looks, or hide in it, without being seen: controls, bidirectional marks and isolates
 * (CVE-2021-42574), zero-width characters, variation selectors, tag characters (U+E0000 …), and the line and paragraph
 * separators. Newline and tab are left: they are layout a reader sees.
 */
const hidden =
  // eslint-disable-next-line no-misleading-character-class -- a class of invisible code points, each named by its number
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|[\ud800-\udfff]/gu;

const escapeOf = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
};

/** The text with every hidden character written as an escape such as `\u202e`; what it returns can't lie about its content. */
export function visible(text: string): string {
  return text.replaceAll(hidden, escapeOf);
}

/** The same on one line: newlines and tabs are escaped too. For titles, log lines and notifications. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}

export function hasHidden(text: string): boolean {
  return text.search(hidden) !== -1;
}
