import { hasHidden } from '../../visible.js';

/** The words as a person would type them: quoted where a shell would otherwise act on them. Reading it back gives the same words. */
export function quoteWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

function quoteWord(word: string): string {
  // Some letters show nothing (U+3164).
  return !hasHidden(word) && /^[\p{L}\p{N}_%+,./:@^-][\p{L}\p{N}_%+,./:@^=-]*$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
