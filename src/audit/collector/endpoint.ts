import { AxonError } from '../../errors.js';

/** Where events are sent to. */
export interface CollectorEndpoint {
  /** The whole address; its path ends in `/v1/logs`. */
  readonly url: string;
  /** Scheme, host and port: what secret headers are bound to. */
  readonly origin: string;
}

const logsPath = '/v1/logs';

/**
 * Reads the address of a collector; `undefined` for an empty one. An address that ends in `/v1/logs` is taken as it is, to
 * any other that path is added: the OpenTelemetry specification does so with its general endpoint. Only https, or http to
 * this machine. Throws `AxonError` `invalid-arguments` that says what is wrong, without repeating what could be a secret.
 */
export function parseEndpoint(text: string): CollectorEndpoint | undefined {
  if (text === '') return undefined;
  // A URL parser drops blanks and line ends silently; an address that holds them was not meant as it would be read.
  const url = /^[\x21-\x7e]{1,2000}$/.test(text) ? URL.parse(text) : null;
  if (!url) throw wrong('is no address', 'Write it like https://otel.example.com:4318.');
  if (url.username !== '' || url.password !== '') throw wrong('holds a user name or a password', 'Take them out and use “Axon: Set Audit Collector Header…”, which keeps them secret.');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw wrong('is neither https nor http', 'Write it like https://otel.example.com:4318.');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) throw wrong('is not https', 'Plain http is for a collector on this machine only.');
  if (text.includes('?') || text.includes('#')) throw wrong('has a query or a fragment', 'Take it out; secrets belong into a header (“Axon: Set Audit Collector Header…”).');
  const path = url.pathname.replace(/\/+$/, '');
  return { url: url.origin + (path.endsWith(logsPath) ? path : path + logsPath), origin: url.origin };
}

/** `hostname` as a URL has it: numbers of IPv4 in any spelling are four decimals by then. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function wrong(what: string, next: string): AxonError {
  return new AxonError('invalid-arguments', `The address of the audit collector ${what}.`, next);
}
