import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { codeOf, messageOf } from '../../errors.js';
import { redact } from '../redact/redact.js';
import type { CollectorEndpoint } from './endpoint.js';
import { secretsOf } from './headers.js';
import { outcomeOf, type Answer, type Outcome } from './outcome.js';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface PostOptions {
  readonly endpoint: CollectorEndpoint;
  /** With secrets; whoever calls has made sure that they are for this endpoint. */
  readonly headers: Readonly<Record<string, string>>;
  readonly userAgent: string;
  readonly fetch: Fetch;
  /** Milliseconds for the whole exchange, however slowly bytes drip. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const compress = promisify(gzip);
/** Characters of an answer; what a collector says fits in a fraction of it. */
const longestAnswer = 256 * 1024;

/**
 * Sends one message of `count` events. Never rejects but when `signal` is aborted. Redirects are not followed: they would
 * carry the events, and the secrets in the headers, to wherever the answer says.
 */
export async function post(body: string, count: number, options: PostOptions): Promise<Outcome> {
  const { endpoint, headers, userAgent, fetch, timeout, signal, now } = options;
  const secrets = Object.values(headers).flatMap(secretsOf);
  const late = AbortSignal.timeout(timeout);
  try {
    const response = await fetch(endpoint.url, {
      method: 'POST',
      redirect: 'manual',
      credentials: 'omit',
      cache: 'no-store',
      headers: { ...headers, 'content-type': 'application/json', 'content-encoding': 'gzip', 'user-agent': userAgent },
      body: new Uint8Array(await compress(body)),
      signal: AbortSignal.any([signal, late]),
    });
    return withoutSecrets(outcomeOf(await answerOf(response), count, now()), secrets);
  } catch (error) {
    signal.throwIfAborted();
    if (late.aborted) return { kind: 'later', message: `It did not answer within ${Math.round(timeout / 1000)} seconds` };
    return withoutSecrets(failureOf(error), secrets);
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const type = (response.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  // Where `fetch` hides what a redirect says, its status is 0.
  const status = response.type === 'opaqueredirect' ? 302 : response.status;
  return { status, type, retryAfter: response.headers.get('retry-after'), body: await textOf(response) };
}

async function textOf(response: Response): Promise<string | undefined> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  // Leaving the loop early ends the connection.
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > longestAnswer) return undefined;
  }
  return text + decoder.decode();
}

/** Codes of Node and OpenSSL, and the names that Chromium's network gives in its messages. */
const certificates: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/CERT_HAS_EXPIRED|CERT_DATE_INVALID|CERT_NOT_YET_VALID/, 'Its certificate has expired, or is not valid yet'],
  [/ALTNAME_INVALID|CERT_COMMON_NAME_INVALID/, 'Its certificate is for another name'],
  [/SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)|CERT_AUTHORITY_INVALID|CERT_UNTRUSTED/, 'Its certificate is from an authority that this machine doesn’t know'],
  [/CERT_REVOKED/, 'Its certificate was revoked'],
  [/ERR_SSL|EPROTO|ERR_TLS|SSL_PROTOCOL/, 'It doesn’t speak TLS as it should'],
];

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens at its address',
  ENOTFOUND: 'Its name can’t be looked up',
  EAI_AGAIN: 'Its name can’t be looked up now',
  ECONNRESET: 'It closed the connection',
  UND_ERR_SOCKET: 'It closed the connection',
  ETIMEDOUT: 'It can’t be reached',
  EHOSTUNREACH: 'It can’t be reached',
  ENETUNREACH: 'The network can’t be reached',
  UND_ERR_CONNECT_TIMEOUT: 'It can’t be reached',
};

/** `fetch` wraps the reason: the code is in its cause. */
function failureOf(error: unknown): Outcome {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = codeOf(cause) ?? codeOf(error) ?? '';
  const words = `${code} ${messageOf(cause)}`;
  const certificate = certificates.find(([pattern]) => pattern.test(words));
  if (certificate) return { kind: 'refused', message: certificate[1], next: 'Ask whoever runs the collector, or give the editor your company’s certificate.' };
  return { kind: 'later', message: reasons[code] ?? `It can’t be reached (${code || messageOf(cause)})` };
}

function withoutSecrets<T extends Outcome>(outcome: T, secrets: readonly string[]): T {
  return { ...outcome, message: redact(outcome.message, secrets) };
}
