import { AxonError } from '../errors.js';
import { closestLine } from './closest-line.js';
import { lineEnding, linesOf, withLineEnding } from './text-encoding.js';

export interface Replacement {
  readonly find: string;
  readonly replace: string;
  readonly all?: boolean;
}

/**
 * Replaces an exact text. Line breaks alone are forgiven: the model sees LF, so in a file with CRLF its text is looked
 * for with CRLF, and what replaces it gets the line breaks that were there. Nothing else is guessed.
 */
export function replaceText(text: string, { find, replace, all = false }: Replacement, shown: string): string {
  if (find === '') throw new AxonError('invalid-arguments', 'The text to find is empty.', 'Use file_write for a new file.');
  if (find === replace) throw new AxonError('invalid-arguments', 'The text to find and its replacement are the same.');
  const matches = findAll(text, find);
  if (matches.length === 0) throw notThere(text, find, shown);
  if (matches.length > 1 && !all) {
    const lines = matches.slice(0, 10).map(({ index }) => text.slice(0, index).split('\n').length);
    const more = matches.length > 10 ? ', …' : '';
    throw new AxonError(
      'ambiguous',
      `The text is in ${shown} ${matches.length} times, in lines ${lines.join(', ')}${more}.`,
      'Give more of the text around the place that is meant, or set all.',
    );
  }
  let result = '';
  let end = 0;
  for (const { index, found } of matches) {
    result += text.slice(end, index) + inStyleOf(found, replace, text);
    end = index + found.length;
  }
  return result + text.slice(end);
}

interface Match {
  readonly index: number;
  readonly found: string;
}

function findAll(text: string, find: string): Match[] {
  const exact: Match[] = [];
  for (let index = text.indexOf(find); index !== -1; index = text.indexOf(find, index + find.length)) exact.push({ index, found: find });
  if (exact.length > 0 || !find.includes('\n') || !text.includes('\r\n')) return exact;
  const pattern = find
    .split(/\r?\n/)
    .map((line) => line.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('\\r?\\n');
  return [...text.matchAll(new RegExp(pattern, 'g'))].map((match) => ({ index: match.index, found: match[0] }));
}

/** The replacement with the line breaks of what it replaces, or, where that has none, of the file. */
function inStyleOf(found: string, replacement: string, text: string): string {
  const here = lineEnding(found);
  const style = here === 'none' ? lineEnding(text) : here;
  return style === 'crlf' ? withLineEnding(replacement, 'crlf') : replacement;
}

function notThere(text: string, find: string, shown: string): AxonError {
  const lines = linesOf(text);
  const wanted = linesOf(find).find((line) => line.trim() !== '') ?? '';
  const close = closestLine(lines, wanted);
  const hint = close === undefined ? '' : ` The closest is line ${close + 1}: ${(lines[close] ?? '').slice(0, 200)}`;
  return new AxonError('not-found', `The text is not in ${shown}.${hint}`, 'Read the file again and copy the text exactly, with its blanks.');
}
