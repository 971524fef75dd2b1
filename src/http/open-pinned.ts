import { isIP, type Socket } from 'node:net';
import { AxonError } from '../errors.js';
import { privateAddress } from '../policy/url/check-address.js';
import type { Dial } from './dial.js';
import { isInOwnNetwork } from './own-networks.js';
import type { ResolveHost } from './resolve-host.js';
import type { Open } from './to-connector.js';

/** Milliseconds for one address before the next is tried: a machine with a broken IPv6 shouldn't wait for the whole limit. */
const attemptMilliseconds = 5_000;

export interface PinnedOptions {
  readonly resolve: ResolveHost;
  readonly dial: Dial;
  /** The networks that this machine is part of, as `ADDRESS/BITS`. Asked at every connection. */
  readonly ownNetworks: () => readonly string[];
}

/**
 * Opens connections to the public Internet: resolves the name itself, judges every address of the answer, and connects to
 * one of those addresses by number. Between check and use nothing is looked up, so a name that answers differently the next
 * time (DNS rebinding) gains nothing. One address that isn't public is enough to refuse them all.
 */
export function openPinned({ resolve, dial, ownNetworks }: PinnedOptions): Open {
  return async ({ host, port, isSecure }, signal) => {
    const addresses = await addressesOf(host, resolve);
    for (const address of addresses) {
      const found = privateAddress(address) ?? (isInOwnNetwork(address, ownNetworks()) ? 'this machine or a neighbour in its network' : undefined);
      if (found !== undefined) throw new AxonError('denied', `${host} leads to ${address}: ${found}. Only the public Internet is fetched (rule url.private-address).`, 'Ask the person for what you need from there.');
    }
    const tlsName = isSecure ? host.replace(/\.$/, '') : undefined;
    return await dialFirst(addresses, (address, attempt) => dial({ address, port, tlsName }, attempt), signal);
  };
}

/** Opens connections to a server that the person named in their settings, wherever it is. */
export function openAnywhere({ resolve, dial }: Pick<PinnedOptions, 'resolve' | 'dial'>): Open {
  return async ({ host, port, isSecure }, signal) => {
    const tlsName = isSecure ? host.replace(/\.$/, '') : undefined;
    return await dialFirst(await addressesOf(host, resolve), (address, attempt) => dial({ address, port, tlsName }, attempt), signal);
  };
}

async function addressesOf(host: string, resolve: ResolveHost): Promise<readonly string[]> {
  const addresses = isIP(host) === 0 ? await resolve(host).catch(() => []) : [host];
  if (addresses.length === 0) throw new AxonError('io', `The name ${host} can’t be resolved.`, 'Check the address. Where names are only resolved by a proxy, the person can set axon.web.proxy.');
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
