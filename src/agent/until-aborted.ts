import { AxonError } from '../errors.js';

/**
 * The same sequence, but it ends with a `cancelled` error the moment the signal fires, even when the source ignores the
 * signal and hangs. The source is told to end in every case; nobody waits for it.
 *
 * One listener for the whole sequence: a race against one long-lived promise at each step would keep every step in memory.
 */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let refuse: ((error: Error) => void) | undefined;
  const cancelled = (): Error => new AxonError('cancelled', 'Stopped.');
  const onAbort = (): void => refuse?.(cancelled());
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for (;;) {
      if (signal.aborted) throw cancelled();
      const step = await new Promise<IteratorResult<T, unknown>>((resolve, reject) => {
        refuse = reject;
        iterator.next().then(resolve, reject);
      });
      if (step.done) return;
      yield step.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    endQuietly(iterator);
  }
}

/** What a source that is no longer listened to says about its end interests nobody. */
function endQuietly(iterator: AsyncIterator<unknown>): void {
  try {
    iterator.return?.().catch(() => undefined);
  } catch {
    // A hand-written iterator may throw at once; it is over all the same.
  }
}
