import type { Wanted } from './catalog.js';
import type { SegmentFile } from './segment-name.js';

/** Events of a segment with one word: so many are few. */
export const mostEvents = 64;
/** Characters of all lines together. */
const mostCharacters = 1024 * 1024;

/**
 * Lines of the words that few events of a segment have, as they stand there. Who asks for such a word asks again: for the
 * next page, or because there is a new event; and to find a line in each of many segments takes longer than to check it.
 */
export class FewLines {
  readonly #segments = new Map<string, Map<string, readonly string[]>>();
  #characters = 0;

  of(segment: SegmentFile, { names: [name = ''] }: Wanted): readonly string[] | undefined {
    return this.#segments.get(segment.file)?.get(name);
  }

  keep(segment: SegmentFile, { names: [name = ''] }: Wanted, lines: readonly string[]): readonly string[] {
    this.#characters += lines.reduce((sum, line) => sum + line.length, name.length);
    if (this.#characters > mostCharacters) this.clear();
    const words = this.#segments.get(segment.file) ?? new Map<string, readonly string[]>();
    this.#segments.set(segment.file, words.set(name, lines));
    return lines;
  }

  clear(): void {
    this.#segments.clear();
    this.#characters = 0;
  }
}
