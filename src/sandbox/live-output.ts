/** Milliseconds between two pieces. */
const pause = 50;
/** Characters of a piece: more than anybody reads in that time. */
const most = 4_000;

/**
 * Hands on what a program prints while it runs, in pieces that a page can draw. Of what comes faster than it can be read,
 * the end of each piece is shown; the whole is in the result.
 */
export class LiveOutput {
  #waiting = '';
  #cut = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly onOutput: (piece: string) => void) {}

  push(text: string): void {
    this.#waiting += text;
    if (this.#waiting.length > most) {
      this.#waiting = this.#waiting.slice(-most);
      this.#cut = true;
    }
    this.#timer ??= setTimeout(() => this.flush(), this.#waiting === text ? 0 : pause);
  }

  /** Hands on what waits, at once. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const piece = this.#cut ? `[…]\n${this.#waiting}` : this.#waiting;
    this.#waiting = '';
    this.#cut = false;
    if (piece !== '') this.onOutput(piece);
  }
}
