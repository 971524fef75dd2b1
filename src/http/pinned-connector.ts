import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { AxonError } from '../errors.js';
import { privateAddress } from '../policy/url/check-address.js';
import type { Dial } from './dial.js';
import type { ResolveHost } from './resolve-host.js';

/** Milliseconds for one address before the next is tried: a machine with a broken IPv6 shouldn't wait for the whole limit. */
const attemptMilliseconds = 5_000;

/**
 * A connector for undici that resolves the name itself, judges every address of the answer, and connects to one of those
 * addresses by number. Between check and use nothing is looked up, so a name that answers differently the next time (DNS
 * rebinding) gains nothing. One address that isn't public is enough to refuse them all.
 */
export function pinnedConnector({ resolve, dial, signal }: { resolve: ResolveHost; dial: Dial; signal: AbortSignal }): buildConnector.connector {
  return (options, callback) => {
    const name = options.hostname.replace(/^\[|\]$/g, '');
    const secure = options.protocol === 'https:';
    const port = options.port === '' ? (secure ? 443 : 80) : Number(options.port);
    let isSettled = false;
    const settle = (error: Error | null, socket: Socket | null) => {
      // What comes after the end, a look-up or a connection that took too long, is let go.
      if (isSettled) socket?.destroy();
      else if (socket) callback(null, socket);
      else callback(error ?? new Error('no connection'), null);
      isSettled = true;
    };
    const end = () => settle(new Error('the time is over'), null);
    if (signal.aborted) {
      end();
      return;
    }
    signal.addEventListener('abort', end, { once: true });
    const target = { port, tlsName: secure ? name.replace(/\.$/, '') : undefined };
    checkedAddresses(name, resolve)
      .then((addresses) => dialFirst(addresses, (address, attempt) => dial({ address, ...target }, attempt), signal))
      .then(
        (socket) => settle(null, socket),
        (error: unknown) => settle(error instanceof Error ? error : new Error(String(error)), null),
      );
  };
}

async function checkedAddresses(name: string, resolve: ResolveHost): Promise<readonly string[]> {
  const isAddress = name.includes(':') || /^[\d.]+$/.test(name);
  const addresses = isAddress ? [name] : await resolve(name).catch(() => []);
  if (addresses.length === 0) throw new AxonError('io', `The name ${name} can’t be resolved.`, 'Check the address.');
  for (const address of addresses) {
    const found = privateAddress(address);
    if (found !== undefined) throw new AxonError('denied', `${name} leads to ${address}: ${found}. Only the public Internet is fetched (rule url.private-address).`, 'Ask the person for what you need from there.');
  }
  return addresses;
}

async function dialFirst(addresses: readonly string[], open: (address: string, attempt: AbortSignal) => Promise<Socket>, signal: AbortSignal): Promise<Socket> {
  let failure: unknown;
  for (const address of addresses) {
    signal.throwIfAborted();
    const attempt = new AbortController();
    const end = () => attempt.abort();
    const timer = setTimeout(end, attemptMilliseconds);
    signal.addEventListener('abort', end, { once: true });
    try {
      return await open(address, attempt.signal);
    } catch (error) {
      failure = error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  }
  throw failure;
}
