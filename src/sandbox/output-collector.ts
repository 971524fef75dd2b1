import { StringDecoder } from 'node:string_decoder';

/**
 * Keeps the first 6,000 and the last 4,000 of the characters that come (for a limit of 10,000), whatever their number:
 * the start says what a program did, the end how it failed. A character that was split between two pieces survives.
 */
export class OutputCollector {
  readonly #decoder = new StringDecoder('utf8');
  readonly #headLimit: number;
  readonly #tailLimit: number;
  #head = '';
  #tail = '';
  #characters = 0;

  /** `onOutput` hears everything, as it comes. */
  constructor(
    limit: number,
    private readonly onOutput: (chunk: string) => void = () => undefined,
  ) {
    this.#headLimit = Math.floor(limit * 0.6);
    this.#tailLimit = limit - this.#headLimit;
  }

  push(bytes: Buffer): void {
    this.#add(this.#decoder.write(bytes));
  }

  /** `cut` is the number of UTF-16 units that are missing between the two parts. */
  end(): { readonly output: string; readonly cut: number } {
    this.#add(this.#decoder.end());
    const tail = startingWhole(this.#tail.slice(-this.#tailLimit));
    const cut = this.#characters - this.#head.length - tail.length;
    return { output: this.#head + tail, cut };
  }

  #add(text: string): void {
    if (text === '') return;
    this.#characters += text.length;
    this.onOutput(text);
    const room = this.#tail === '' ? this.#headLimit - this.#head.length : 0;
    const first = endingWhole(text.slice(0, room));
    this.#head += first;
    this.#tail += text.slice(first.length);
    if (this.#tail.length > 4 * this.#tailLimit) this.#tail = this.#tail.slice(-this.#tailLimit);
  }
}

/** Without half of a surrogate pair at its end. */
function endingWhole(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text;
}

/** Without half of a surrogate pair at its start. */
function startingWhole(text: string): string {
  const first = text.charCodeAt(0);
  return first >= 0xdc00 && first <= 0xdfff ? text.slice(1) : text;
}
