import { hasHidden, visible } from '../visible.js';

/** Emoji sequences of Unicode's own list: the joiners and selectors in them are part of one picture and hide nothing. */
const emoji = /\p{RGI_Emoji}/gv;

/**
 * Text for reading: hidden characters stand as escapes, whole emoji stay as they are, and Windows line ends are line ends.
 */
export function prose(text: string): string {
  const lines = text.replaceAll('\r\n', '\n');
  if (!hasHidden(lines)) return lines;
  let shown = '';
  let from = 0;
  for (const match of lines.matchAll(emoji)) {
    shown += visible(lines.slice(from, match.index)) + match[0];
    from = match.index + match[0].length;
  }
  return shown + visible(lines.slice(from));
}
