import { AxonError, messageOf } from '../errors.js';
import { visibleLine } from '../visible.js';

interface HttpFailure {
  readonly statusCode?: unknown;
  readonly code?: unknown;
  readonly json?: unknown;
}

/** The HTTP status of an engine's refusal; undefined for anything else. */
export function engineStatus(error: unknown): number | undefined {
  const status = (error as HttpFailure | null | undefined)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

/** What the engine itself said, without the client's decoration, and nothing hidden in it. */
export function engineReason(error: unknown): string {
  const json = (error as HttpFailure | null | undefined)?.json;
  const message = typeof json === 'object' && json !== null && 'message' in json ? json.message : undefined;
  return visibleLine(messageOf(typeof message === 'string' ? message : error));
}

export const startEngine = 'Start Docker (or Podman), or point DOCKER_HOST at an engine, and try again. Everything else in Axon works without it.';

/** A failed talk with the engine, as an error for a person. What already is an `AxonError` stays as it is. */
export function engineError(error: unknown, doing: string): AxonError {
  if (error instanceof AxonError) return error;
  const status = engineStatus(error);
  if (status !== undefined) return new AxonError('io', `The Docker engine refused while ${doing}: ${engineReason(error)}`, '', { cause: error });
  const timedOut = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
  const what = timedOut ? 'did not answer' : `could not be reached (${connectionReason(error)})`;
  return new AxonError('unavailable', `The Docker engine ${what} while ${doing}.`, startEngine, { cause: error });
}

/** Names the usual causes; the raw message otherwise. */
export function connectionReason(error: unknown): string {
  switch ((error as HttpFailure | null | undefined)?.code) {
    case 'ENOENT':
      return 'its socket does not exist';
    case 'ECONNREFUSED':
      return 'nothing listens there';
    case 'EACCES':
    case 'EPERM':
      return 'this user may not use its socket';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'the connection broke';
    default:
      return visibleLine(messageOf(error));
  }
}
