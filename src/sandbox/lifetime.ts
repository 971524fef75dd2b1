import { AxonError } from '../errors.js';

/** What a sandbox has under way until its window closes. */
export class Lifetime {
  readonly #end = new AbortController();
  readonly #active = new Set<Promise<unknown>>();

  /** Aborts when the window closes. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** Throws `AxonError` unavailable afterwards. */
  assertAlive(): void {
    if (this.#end.signal.aborted) throw new AxonError('unavailable', 'The sandbox was shut down with its window.');
  }

  track<T>(work: Promise<T>): Promise<T> {
    this.#active.add(work);
    const forget = (): void => void this.#active.delete(work);
    work.then(forget, forget);
    return work;
  }

  /** Ends it, and waits for what is under way. Twice is harmless. */
  async close(): Promise<void> {
    this.#end.abort();
    await Promise.allSettled(this.#active);
  }
}
