import { AxonError } from '../errors.js';

interface Waiter {
  readonly go: () => void;
  readonly onPlace: (place: number) => void;
}

/** Lets `size` holders in at once; the others wait in the order they came. */
export class Slots {
  readonly #waiting: Waiter[] = [];
  #free: number;

  constructor(size: number) {
    this.#free = size;
  }

  /**
   * Resolves with a function that gives the slot back; calling that twice is harmless. `onPlace` hears the place in the
   * queue (from 1) when there is a wait, and each time it changes. Rejects with `AxonError` cancelled.
   */
  async take(signal: AbortSignal, onPlace: (place: number) => void = () => undefined): Promise<() => void> {
    if (signal.aborted) throw cancelled();
    if (this.#free > 0) this.#free--;
    else await this.#turn(signal, onPlace);
    let held = true;
    return () => {
      if (held) this.#give();
      held = false;
    };
  }

  #turn(signal: AbortSignal, onPlace: (place: number) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        this.#tellPlaces();
        reject(cancelled());
      };
      const waiter: Waiter = {
        onPlace,
        go: () => {
          signal.removeEventListener('abort', stop);
          resolve();
        },
      };
      signal.addEventListener('abort', stop, { once: true });
      this.#waiting.push(waiter);
      onPlace(this.#waiting.length);
    });
  }

  #give(): void {
    const next = this.#waiting.shift();
    if (!next) {
      this.#free++;
      return;
    }
    next.go();
    this.#tellPlaces();
  }

  #tellPlaces(): void {
    for (const [index, waiter] of this.#waiting.entries()) waiter.onPlace(index + 1);
  }
}

function cancelled(): AxonError {
  return new AxonError('cancelled', 'Stopped while waiting for the sandbox.');
}
