import { visibleLine } from '../visible.js';
import { ModelError } from './model.js';

/** What a failure's text needs to know: where the request went, and what must never be repeated. */
export interface FailureContext {
  /** For a person: `Anthropic`, `http://127.0.0.1:11434`. */
  readonly server: string;
  /** The key that was sent, so that a server which echoes it can't put it on the screen. */
  readonly key: string | undefined;
}

/**
 * Turns whatever an SDK threw into a `ModelError`. Both official SDKs throw errors with an HTTP `status` (absent for an
 * error inside the stream), `headers` and the body's `error`; everything else is the network.
 */
export function modelFailure(error: unknown, context: FailureContext): ModelError {
  if (error instanceof ModelError) return error;
  const status = numberAt(error, 'status');
  const body = serverText(error, context);
  const type = errorType(error);
  if (status === undefined && type === undefined) return networkFailure(error, context);
  return byStatus(status ?? statusOfType(type), type, body, retryAfterOf(error), context);
}

function byStatus(status: number, type: string | undefined, body: string, retryAfter: number | undefined, { server }: FailureContext): ModelError {
  const said = body === '' ? '' : `: ${body}`;
  // What a server says about a wrong key often repeats a part of it, so it is left out.
  if (status === 401 || status === 403) return wrongKey(server);
  if (status === 402 || type === 'insufficient_quota' || type === 'billing_error') {
    return new ModelError('unavailable', `${server} refuses: the account has no credit left`, 'Check the account’s billing, or choose another model.');
  }
  if (isOverflow(status, type, body)) {
    return new ModelError('context-overflow', `The conversation is too long for this model (${server})`, 'Start a new conversation, or choose a model with a larger context.');
  }
  if (status === 429) return new ModelError('rate-limit', `${server} asks to slow down${said}`, 'Wait a little, or choose another model.', retryAfter);
  if (status === 408) return new ModelError('timeout', `${server} gave up waiting`, 'Try again.', retryAfter);
  if (status === 404) return new ModelError('unavailable', `${server} doesn’t have this model or address${said}`, 'Choose another model, or check the server’s address in the settings.');
  if (status >= 500) return new ModelError('overloaded', `${server} can’t answer now (${status})${said}`, 'Try again in a moment.', retryAfter);
  if (status >= 300 && status < 400) {
    return new ModelError('unavailable', `${server} sends requests on to another address (${status})`, 'Put the final address into the settings: keys and conversations are not sent along a redirect.');
  }
  return new ModelError('invalid-request', `${server} did not accept the request (${status})${said}`, 'Choose another model, or check that this one can use tools.');
}

export function wrongKey(server: string): ModelError {
  return new ModelError('authentication', `${server} did not accept the API key`, 'Run "Axon: Set API Key" and enter a valid key.');
}

export function missingKey(server: string): ModelError {
  return new ModelError('authentication', `There is no API key for ${server}`, 'Run "Axon: Set API Key".');
}

export function cutStream(server: string): ModelError {
  return new ModelError('connection', `The answer from ${server} broke off`, 'Try again.');
}

function networkFailure(error: unknown, { server }: FailureContext): ModelError {
  const code = causeCode(error);
  if (error instanceof SyntaxError) return new ModelError('connection', `${server} sent an answer that can’t be read`, 'Check that the address is that of a model server.');
  if (code === 'ECONNREFUSED') return new ModelError('connection', `Nothing answers at ${server}`, 'Check that the server is running.');
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return new ModelError('connection', `The name of ${server} can’t be resolved`, 'Check the network connection and the address.');
  if (code !== undefined && /CERT|TLS|SELF_SIGNED|VERIFY/.test(code)) {
    return new ModelError('unavailable', `The certificate of ${server} is not trusted (${code})`, 'Add your company’s certificate to the system’s store.');
  }
  return new ModelError('connection', `The connection to ${server} failed${code === undefined ? '' : ` (${code})`}`, 'Check the network connection, then try again.');
}

/** Milliseconds. `retry-after-ms` is what both providers add; RFC 9110 §10.2.3 allows seconds or a date. */
export function retryAfterOf(error: unknown, now = Date.now()): number | undefined {
  const headers = at(error, 'headers');
  if (!(headers instanceof Headers)) return undefined;
  const exact = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(exact) && exact >= 0) return exact;
  const text = headers.get('retry-after');
  if (text === null || text.trim() === '') return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function isOverflow(status: number, type: string | undefined, body: string): boolean {
  if (type === 'context_length_exceeded' || status === 413) return true;
  return status === 400 && /prompt is too long|context (?:length|window|size)|maximum context|too many (?:input )?tokens|exceeds? the (?:available )?context/i.test(body);
}

/** Errors inside a stream have a type and no status; these are the documented pairs. */
function statusOfType(type: string | undefined): number {
  switch (type) {
    case 'authentication_error':
      return 401;
    case 'permission_error':
      return 403;
    case 'not_found_error':
      return 404;
    case 'request_too_large':
      return 413;
    case 'rate_limit_error':
    case 'rate_limit_exceeded':
      return 429;
    case 'invalid_request_error':
      return 400;
    default:
      return 529;
  }
}

/** The server's own words, one line, without the key and without anything that looks like one. */
function serverText(error: unknown, { key }: FailureContext): string {
  const body = at(error, 'error');
  const message = at(at(body, 'error'), 'message') ?? at(body, 'message');
  if (typeof message !== 'string') return '';
  const bare = key === undefined || key === '' ? message : message.replaceAll(key, '…');
  const line = visibleLine(bare.replaceAll(/\b(?:sk|pk|key|gsk|AIza)[-_\w*]{8,}/g, '…').replaceAll(/\s+/g, ' ').trim());
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

/** The error's own name in the body: `error.code` says more than `error.type` where both are there. */
function errorType(error: unknown): string | undefined {
  const body = at(error, 'error');
  const inner = at(body, 'error') ?? body;
  const code = at(inner, 'code');
  const type = at(inner, 'type');
  return typeof code === 'string' ? code : typeof type === 'string' ? type : undefined;
}

function causeCode(error: unknown): string | undefined {
  for (let each: unknown = error, depth = 0; each !== undefined && depth < 5; each = at(each, 'cause'), depth++) {
    const code = at(each, 'code');
    if (typeof code === 'string') return code;
  }
  return undefined;
}

function numberAt(value: unknown, key: string): number | undefined {
  const found = at(value, key);
  return typeof found === 'number' ? found : undefined;
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
