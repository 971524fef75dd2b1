/** The words as a person would type them: quoted where a shell would otherwise act on them. Reading it back gives the same words. */
export function quoteWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

function quoteWord(word: string): string {
  return /^[\p{L}\p{N}_%+,./:@^-][\p{L}\p{N}_%+,./:@^=-]*$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
