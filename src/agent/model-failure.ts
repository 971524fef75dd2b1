import { AxonError } from '../errors.js';
import { ModelError } from '../models/model.js';

export interface ModelFailure {
  readonly text: string;
  readonly next: string;
  readonly retryable: boolean;
  readonly overflow: boolean;
  readonly retryAfter: number | undefined;
}

/**
 * What a thrown value means for the run. Only the port's own errors are quoted: the text of any other may hold what was
 * sent (Node's fetch puts a bad header, and so a key, into its message).
 */
export function modelFailure(error: unknown): ModelFailure {
  if (error instanceof ModelError) {
    return { text: error.message, next: error.next, retryable: error.retryable, overflow: error.kind === 'context-overflow', retryAfter: error.retryAfter };
  }
  if (error instanceof AxonError) return { text: error.message, next: error.next, retryable: false, overflow: false, retryAfter: undefined };
  const name = error instanceof Error && /^[A-Za-z]{1,40}$/.test(error.name) ? error.name : 'unknown error';
  return { text: `The model could not be used (${name}).`, next: 'Try again, or choose another model.', retryable: false, overflow: false, retryAfter: undefined };
}
