import { hasHidden, visible } from '../visible.js';

/** Emoji sequences of Unicode's own list: the joiners and selectors in them are part of one picture and hide nothing. */
const emoji = /\p{RGI_Emoji}/gv;
/** Looks like a blank, and is none for `visible`, which serves logs. */
const brailleBlank = /\u2800/g;

/**
 * Text for reading: hidden characters stand as escapes, whole emoji stay as they are, and Windows line ends are line ends.
 */
export function prose(text: string): string {
  const lines = text.replaceAll('\r\n', '\n');
  if (!hasHidden(lines) && !lines.includes('\u2800')) return lines;
  let shown = '';
  let from = 0;
  for (const match of lines.matchAll(emoji)) {
    shown += visible(lines.slice(from, match.index)) + match[0];
    from = match.index + match[0].length;
  }
  return (shown + visible(lines.slice(from))).replaceAll(brailleBlank, '\\u2800');
}
