import type { Agent, Dispatcher } from 'undici';
import { AxonError } from '../errors.js';
import { type Open, toConnector } from './to-connector.js';

export interface AgentOptions {
  readonly open: Open;
  readonly signal: AbortSignal;
  /** For everything: look-ups, redirects, and the last byte. */
  readonly milliseconds: number;
  /** What errors name: `The page didn’t come within 30 seconds.` */
  readonly what: 'page' | 'search';
}

/**
 * Does work over connections of its own, which are gone afterwards, and within its time. Our own undici, never the global
 * `fetch`: the editor replaces that one, and silently ignores a dispatcher given to it. Rejects with `AxonError` alone.
 */
export async function withAgent<T>({ open, signal, milliseconds, what }: AgentOptions, work: (agent: Agent, signal: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = AbortSignal.timeout(milliseconds);
  const either = AbortSignal.any([signal, deadline]);
  const undici = await import('undici');
  const agent = new undici.Agent({ connect: toConnector(open, either), connections: 1, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  try {
    return await work(agent, either);
  } catch (error) {
    if (signal.aborted) throw new AxonError('cancelled', `The ${what} was stopped.`);
    if (deadline.aborted) throw new AxonError('timeout', `The ${what} didn’t come within ${milliseconds / 1000} seconds.`, 'Try again later.');
    throw failureOf(error, what);
  } finally {
    await agent.destroy();
  }
}

/** The first value of a header; header bytes are UTF-8 where they aren't ASCII, as browsers read them. */
export function headerOf(response: Dispatcher.ResponseData, name: string): string {
  const value = response.headers[name];
  const first = Array.isArray(value) ? value[0] : value;
  return first === undefined ? '' : Buffer.from(first, 'latin1').toString('utf8');
}

/** Nobody wants this body, so the error that undici makes of leaving it is none. */
export function leaveBody(response: Dispatcher.ResponseData): void {
  response.body.once('error', () => undefined).destroy();
}

function failureOf(error: unknown, what: string): AxonError {
  if (error instanceof AxonError) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  const next = /^ \(E(?:CONN|HOST|NET|TIMEDOUT)/.test(code) ? 'Check the address. Behind a company’s proxy, the person can set axon.web.proxy.' : 'Check the address, or try another.';
  return new AxonError('io', `The ${what} could not be fetched${code}.`, next, { cause: error });
}
