import { bytePattern, linePattern } from '../text-pattern.js';
import { pageBuffer } from './leaf-pages.js';
import type { Segment } from './segment.js';
import type { Way } from './selection.js';

/** Lines that are looked at one by one before it is said how frequent the text is. */
const firstLooks = 1_000;
/** With one line in so many, a page is full before a segment is through. */
const frequent = 100;
/** To read this many lines one by one takes as long as to go through all bytes of a segment. */
const linesInTimeOfBytes = 5_000;
const lookedAtOnce = 32;
const passedAtOnce = 1_024;

/**
 * Looks for one text in segment after segment: line by line in order of time, as long as so many lines have it that whoever
 * looks soon has enough, and through the bytes of whole files when few have it.
 */
export class TextSearch {
  readonly #pattern: RegExp;
  readonly #bytes: RegExp;
  readonly #buffer = pageBuffer();
  #looked = 0;
  #found = 0;

  constructor(text: string) {
    this.#pattern = linePattern(text);
    this.#bytes = bytePattern(text);
  }

  isIn(line: string): boolean {
    return this.#pattern.test(line);
  }

  /**
   * Lines on the way that have the text, in order; `undefined` where the caller may stop.
   *
   * @param events how many the way may lead to
   */
  *linesOn(segment: Segment, way: Way, events: number): Generator<string | undefined, void, undefined> {
    const isShort = events <= linesInTimeOfBytes;
    let passed = 0;
    if (!isShort && !this.#isFrequent) return yield* this.#byBytes(segment, way, events, passed);
    for (const line of segment.linesOn(way)) {
      if (!isShort && !this.#isFrequent) return yield* this.#byBytes(segment, way, events, passed);
      passed += 1;
      this.#looked += 1;
      if (this.#has(line)) yield line;
      else if (passed % lookedAtOnce === 0) yield undefined;
    }
  }

  /** The same, without the first that were `passed` already. */
  *#byBytes(segment: Segment, way: Way, events: number, passed: number): Generator<string | undefined, void, undefined> {
    this.#looked += events - passed;
    const candidates = yield* segment.positionsWith(this.#bytes, this.#buffer);
    if (!candidates.includes(1)) return;
    let place = 0;
    for (const position of segment.positionsOn(way)) {
      place += 1;
      const line = place > passed && candidates[position - segment.file.from] === 1 ? segment.lineAt(position) : undefined;
      if (line !== undefined) yield this.#has(line) ? line : undefined;
      else if (place % passedAtOnce === 0) yield undefined;
    }
  }

  get #isFrequent(): boolean {
    return this.#looked < firstLooks || this.#found * frequent >= this.#looked;
  }

  #has(line: string): boolean {
    const has = this.isIn(line);
    if (has) this.#found += 1;
    return has;
  }
}
