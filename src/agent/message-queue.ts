/** Messages that were sent while the agent was busy, in order. */
export class MessageQueue {
  readonly #waiting: { readonly id: string; readonly text: string }[] = [];

  constructor(readonly most: number) {}

  get length(): number {
    return this.#waiting.length;
  }

  /** False when it is full. */
  add(id: string, text: string): boolean {
    if (this.#waiting.length >= this.most) return false;
    this.#waiting.push({ id, text });
    return true;
  }

  next(): { readonly id: string; readonly text: string } | undefined {
    return this.#waiting.shift();
  }

  /** Takes all of them out. */
  clear(): readonly { readonly id: string; readonly text: string }[] {
    return this.#waiting.splice(0);
  }
}
