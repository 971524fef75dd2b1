import { escapeOf } from '../visible.js';
import { exactLines, markText } from './exact-lines.js';
import type { ExactPart } from './exact-lines.js';

/** The brackets of our marks; in a text of somebody else's they are written as escapes, so that no mark can be forged. */
const brackets = /[\u27e8\u27e9\u2329\u232a]/gu;
/** The blocks of scripts that run from right to left: among them a plain text would be drawn in another order than it has. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]+/gu;

const mark = (text: string): string => `⟨${text}⟩`;
const escapes = (run: string): string => mark(Array.from(run, escapeOf).join(''));

function partText(part: ExactPart): string {
  if (part.kind === 'text') return part.text.replaceAll(brackets, escapes).replaceAll(rightToLeft, escapes);
  return part.kind === 'lookalike' ? `${part.text.replaceAll(rightToLeft, escapes)}${mark(markText(part))}` : mark(markText(part));
}

/**
 * `exactLines` as plain text, for places that draw nothing but text: `ls ⟨500 spaces⟩; curl x`. Marks stand in ⟨⟩. Made
 * once, from the text as it came: a second time the brackets of the marks would be escaped themselves.
 */
export function exactText(text: string): string {
  const shown = exactLines(text).map((line) => (line.kind === 'line' ? line.parts.map(partText).join('') : mark(markText(line))));
  return shown.join('\n');
}

/** The same on one line, for titles, notifications and rows of a list: a line break is `⟨\n⟩`. */
export function exactLine(text: string): string {
  return exactText(text).replaceAll('\n', mark('\\n'));
}

/** The same, of at most `most` characters: what is left out at its end is told by `…`, and no mark is cut in two. */
export function exactTitle(text: string, most: number): string {
  return cut(exactLine(text), most);
}

/** As `exactTitle`, with its line breaks, for what a program printed; of at most `lines` lines. A last line break is left out. */
export function exactPassage(text: string, most: number, lines: number): string {
  const shown = exactText(text.replace(/\n$/, '')).split('\n');
  return cut(`${shown.slice(0, lines).join('\n')}${shown.length > lines ? '…' : ''}`, most);
}

const cut = (shown: string, most: number): string => (shown.length <= most ? shown : `${shown.slice(0, most - 1).replace(/⟨[^⟩]*$|[\ud800-\udbff]$/, '')}…`);
