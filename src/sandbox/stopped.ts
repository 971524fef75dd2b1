import { AxonError } from '../errors.js';

export function stopped(): AxonError {
  return new AxonError('cancelled', 'Stopped. The sandbox and all that ran in it were removed.');
}

/** A signal as a promise, for races. */
export interface StopWatch {
  /** Rejects with `stopped()` when the signal aborts, or has already. Nobody has to listen. */
  readonly fired: Promise<never>;
  /** Has to be called: a signal that may fire later holds on to whoever listens, and to all that they know. */
  release(): void;
}

export function watchStop(signal: AbortSignal): StopWatch {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined); // The race may have ended before.
  const onAbort = (): void => reject(stopped());
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  return { fired: promise, release: () => signal.removeEventListener('abort', onAbort) };
}

/** What the work resolves with, unless the signal aborts before. */
export async function unlessStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const stop = watchStop(signal);
  try {
    return await Promise.race([work, stop.fired]);
  } finally {
    stop.release();
  }
}
