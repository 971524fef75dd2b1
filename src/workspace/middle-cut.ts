/** Collects text up to a limit: the first half and the last half are kept, what is between is counted. Bounded memory. */
export class MiddleCut {
  #head = '';
  #tail = '';
  #total = 0;
  readonly #half: number;

  /** `limit` in UTF-16 units. */
  constructor(limit: number) {
    this.#half = Math.floor(limit / 2);
  }

  add(chunk: string): void {
    this.#total += chunk.length;
    const room = this.#half - this.#head.length;
    this.#head += chunk.slice(0, Math.max(0, room));
    this.#tail += chunk.slice(Math.max(0, room));
    if (this.#tail.length > this.#half * 2) this.#tail = this.#tail.slice(-this.#half);
  }

  result(): { readonly text: string; readonly cut: number } {
    const tail = this.#tail.slice(-this.#half);
    const cut = this.#total - this.#head.length - tail.length;
    if (cut <= 0) return { text: this.#head + tail, cut: 0 };
    return { text: `${this.#head}\n[… ${cut} characters cut …]\n${tail}`, cut };
  }
}
