import { escapeOf, hasHidden, visible } from '../visible.js';
import { codePoint, lookalikes } from './lookalike.js';

/** A piece of one line as it is drawn. Only `text` shows characters as they came; the rest are marks of ours. */
export type ExactPart =
  | { readonly kind: 'text'; readonly text: string }
  /** A character that can't be seen, or not be told from another, as an escape, `count` times in a row. */
  | { readonly kind: 'hidden'; readonly text: string; readonly count: number }
  /** A long or trailing run of plain blanks. */
  | { readonly kind: 'blanks'; readonly count: number }
  /** A letter that can be taken for another one; `code` as `U+0430`. */
  | { readonly kind: 'lookalike'; readonly text: string; readonly code: string };

export type ExactLine =
  | { readonly kind: 'line'; readonly number: number; readonly parts: readonly ExactPart[] }
  /** A run of empty lines, folded. */
  | { readonly kind: 'empty-lines'; readonly number: number; readonly count: number };

const longBlanks = 8;
const longIndent = 40;
const manyEmptyLines = 4;
/**
 * Besides what `visible` escapes: a blank that isn't the plain one, a tab within a line, what has no meaning or no agreed
 * look (unassigned, private use), and marks that pile up, stand on no letter, or strike the letter out.
 */
const special = /([^\S \n]|\p{Cn}|\p{Co}|\p{Me}|[\u0334-\u0338]|(?<![\p{L}\p{M}])\p{M}|\p{M}(?<=\p{M}{4}))\1*/gu;

function pushText(text: string, parts: ExactPart[]): void {
  const last = parts.at(-1);
  if (last?.kind === 'text') parts[parts.length - 1] = { kind: 'text', text: last.text + text };
  else if (text !== '') parts.push({ kind: 'text', text });
}

function textParts(text: string, parts: ExactPart[]): void {
  const found = lookalikes(text);
  if (found.size === 0 && !hasHidden(text)) {
    pushText(text, parts);
    return;
  }
  let plain = '';
  let at = 0;
  const flush = (): void => {
    pushText(plain, parts);
    plain = '';
  };
  for (const character of text) {
    const escaped = visible(character);
    if (escaped !== character) {
      flush();
      const before = parts.at(-1);
      if (before?.kind === 'hidden' && before.text === escaped) parts[parts.length - 1] = { ...before, count: before.count + 1 };
      else parts.push({ kind: 'hidden', text: escaped, count: 1 });
    } else if (found.has(at)) {
      flush();
      parts.push({ kind: 'lookalike', text: character, code: codePoint(character) });
    } else {
      plain += character;
    }
    at += character.length;
  }
  flush();
}

function specialParts(text: string, parts: ExactPart[]): void {
  // Most text is plain: it is not looked at character by character.
  if (/^[ -~]*$/.test(text)) {
    pushText(text, parts);
    return;
  }
  let from = 0;
  for (const match of text.matchAll(special)) {
    const [run, character = ''] = match;
    textParts(text.slice(from, match.index), parts);
    parts.push({ kind: 'hidden', text: character === '\t' ? '\\t' : escapeOf(character), count: run.length / character.length });
    from = match.index + run.length;
  }
  textParts(text.slice(from), parts);
}

function partsOf(line: string): ExactPart[] {
  const parts: ExactPart[] = [];
  const indent = /^(?: +|\t+)(?=\S)/.exec(line)?.[0] ?? '';
  const keepIndent = indent.length <= longIndent;
  if (keepIndent && indent !== '') parts.push({ kind: 'text', text: indent });
  let from = keepIndent ? indent.length : 0;
  for (const match of line.slice(from).matchAll(/ {2,}| +$/g)) {
    const start = (keepIndent ? indent.length : 0) + match.index;
    const trails = start + match[0].length === line.length;
    if (!trails && match[0].length <= longBlanks) continue;
    specialParts(line.slice(from, start), parts);
    parts.push({ kind: 'blanks', count: match[0].length });
    from = start + match[0].length;
  }
  specialParts(line.slice(from), parts);
  return parts;
}

/**
 * Text that a person is asked to judge, line by line, so that nothing in it is unseen or out of sight: hidden characters
 * and odd blanks are escapes, long runs are folded with their count, doubles of Latin letters are marked.
 * Every character of `text` is in the result, as itself or counted in a mark.
 */
export function exactLines(text: string): readonly ExactLine[] {
  const lines: ExactLine[] = [];
  const raw = text.split('\n');
  for (let index = 0; index < raw.length; index++) {
    let end = index;
    while (end < raw.length && raw[end] === '') end++;
    if (end - index >= manyEmptyLines) {
      lines.push({ kind: 'empty-lines', number: index + 1, count: end - index });
      index = end - 1;
    } else {
      lines.push({ kind: 'line', number: index + 1, parts: partsOf(raw[index] ?? '') });
    }
  }
  return lines;
}

/** What a mark says: `\u202e ×3`, `37 spaces`, `U+0430`, `12 empty lines`. */
export function markText(part: Exclude<ExactPart, { kind: 'text' }> | Extract<ExactLine, { kind: 'empty-lines' }>): string {
  const counted = 'count' in part ? part.count.toLocaleString('en') : '';
  switch (part.kind) {
    case 'hidden':
      return part.count === 1 ? part.text : `${part.text} ×${counted}`;
    case 'blanks':
      return part.count === 1 ? '1 space' : `${counted} spaces`;
    case 'lookalike':
      return part.code;
    case 'empty-lines':
      return `${counted} empty lines`;
  }
}
