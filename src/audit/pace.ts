import { setImmediate as nextTurn } from 'node:timers/promises';
import { AxonError } from '../errors.js';

/** Milliseconds of work before the others on the thread have their turn: a key press must not be felt to wait. */
const slice = 8;

/**
 * Keeps long work from holding the thread: `if (pace.isDue) await pace.breathe();` between two steps. `breathe` rejects
 * with `cancelled` when the signal is aborted.
 */
export class Pace {
  #begun = performance.now();

  constructor(
    private readonly signal?: AbortSignal,
    /** What is stopped, for the message: `The export of the audit log`. */
    private readonly work = 'Looking through the audit log',
  ) {
    this.check();
  }

  get isDue(): boolean {
    return performance.now() - this.#begun >= slice;
  }

  async breathe(): Promise<void> {
    this.check();
    await nextTurn();
    this.check();
    this.#begun = performance.now();
  }

  /** Throws `cancelled` when the signal is aborted. */
  check(): void {
    if (this.signal?.aborted) throw new AxonError('cancelled', `${this.work} was stopped.`);
  }
}
