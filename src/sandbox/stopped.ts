import { AxonError } from '../errors.js';

export function stopped(): AxonError {
  return new AxonError('cancelled', 'Stopped. The sandbox and all that ran in it were removed.');
}

/** Rejects with `stopped()` when the signal aborts, or has already; for a race. Nobody has to listen. */
export function rejectionOn(signal: AbortSignal): Promise<never> {
  const promise = new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(stopped());
    signal.addEventListener('abort', () => { reject(stopped()); }, { once: true });
  });
  promise.catch(() => undefined); // The race may have ended before.
  return promise;
}
