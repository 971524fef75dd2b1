/**
 * The one error type that may cross a module's border on purpose.
 *
 * A message is written for the person who reads it in the chat; it never holds a stack, a token or a secret.
 * `next` says what the reader can do about it.
 */
export type ErrorCode =
  | 'invalid-arguments'
  | 'unknown-tool'
  | 'denied'
  | 'not-found'
  | 'not-text'
  | 'too-large'
  | 'stale'
  | 'ambiguous'
  | 'conflict'
  | 'unavailable'
  | 'timeout'
  | 'cancelled'
  | 'limit'
  | 'io'
  | 'audit-unavailable'
  | 'model';

export class AxonError extends Error {
  override readonly name = 'AxonError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    /** What to do about it, as one sentence; empty when there is nothing to do. */
    readonly next = '',
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** The system's code of a failed operation, for example `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The text of any thrown value that is fit for a person: the message alone, on one line, at most 500 characters. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 500 ? `${line.slice(0, 499)}…` : line;
}

/** True for an abort raised by an `AbortSignal`, by fetch, or by us. */
export function isCancelled(error: unknown): boolean {
  if (error instanceof AxonError) return error.code === 'cancelled';
  return error instanceof Error && error.name === 'AbortError';
}
