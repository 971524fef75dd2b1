import { hasHidden } from '../../visible.js';
import { badPorts } from './bad-ports.js';
import { privateAddress } from './check-address.js';
import { isAllowedHost } from './host-pattern.js';
import { isLocalName } from './local-names.js';

export interface UrlSettings {
  /** Hosts that may be fetched: `docs.python.org`, or `*.example.com` for everything below it. None, or an empty list: every public host. */
  readonly allowHosts?: readonly string[];
  /**
   * A proxy that all pages are fetched through: `http://proxy.example:3128`. It resolves names where we can't see it, so no
   * address can be checked and pinned; then only https pages of the hosts in `allowHosts` are fetched. None, or empty: no proxy.
   */
  readonly proxy?: string;
}

export type UrlCheck =
  | { readonly ok: true; readonly url: URL; readonly host: Host }
  | { readonly ok: false; readonly rule: `url.${string}`; readonly reason: string; readonly next: string };

export interface Host {
  /** In ASCII and lower case, without a dot at its end; an IPv6 address without its brackets. */
  readonly name: string;
  readonly isAddress: boolean;
  /** As grants and people name it: with the port where it isn't the usual one. */
  readonly label: string;
}

const mostCharacters = 4_000;
const addHost = 'The person can add it to the setting axon.web.allowHosts.';
const giveOrdinary = 'Give an ordinary address such as https://example.com/page.';

/**
 * Judges an address by its text alone: no name is looked up, because a look-up already tells the name's owner something.
 * What parsers read in different ways (backslashes, tabs, odd slashes, percent signs in the host, characters that fold to
 * others) is refused before it is parsed. The addresses behind a name are judged when the connection is made.
 */
export function checkUrl(text: string, settings: UrlSettings): UrlCheck {
  if (text.length > mostCharacters) return refuse('too-long', `The address has more than ${mostCharacters} characters.`, 'Use a shorter one.');
  if (/[\u0000-\u0020\u007f-\u00a0]/.test(text) || hasHidden(text)) return refuse('hidden-characters', 'The address holds blanks, control characters or invisible ones.', giveOrdinary);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') return refuse('scheme', `Only http and https addresses are fetched, not ${scheme}.`, giveOrdinary);
  const authority = /^https?:\/\/([^/?#]+)(?:[/?#]|$)/i.exec(text)?.[1];
  if (authority === undefined || /^[^?#]*\\/.test(text)) return refuse('malformed', 'This is no complete web address, or one that programs read in different ways.', giveOrdinary);
  if (authority.includes('@')) return refuse('credentials', 'The address holds a user name or password, or hides its host behind one.', 'Leave out everything up to the @.');
  if (/[%*]/.test(authority) || folds(authority)) return refuse('disguised-host', 'The host is written with characters that stand for others.', 'Write the host’s name plainly.');
  const url = URL.parse(text);
  if (!url || url.hostname === '' || url.username !== '' || url.password !== '') return refuse('malformed', 'This is no valid web address.', giveOrdinary);
  return checkHost(url, settings);
}

/** In ASCII and lower case, without a dot at its end; an IPv6 address without its brackets. */
export function hostName(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

function checkHost(url: URL, settings: UrlSettings): UrlCheck {
  const name = hostName(url);
  const isAddress = url.hostname.startsWith('[') || /^[\d.]+$/.test(name);
  const label = url.port === '' ? name : `${isAddress && name.includes(':') ? `[${name}]` : name}:${url.port}`;
  const privately = isAddress ? privateAddress(name) : undefined;
  if (privately !== undefined) return refuse('private-address', `${name} is ${privately}, and only the public Internet is fetched.`, 'Ask the person for what you need from there.');
  if (!isAddress && !/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(name)) return refuse('malformed', 'The host’s name is not a valid one.', giveOrdinary);
  if (!isAddress && isLocalName(name)) return refuse('local-name', `${name} is a name of this machine or of a local network, and only the public Internet is fetched.`, 'Ask the person for what you need from there.');
  if (url.port !== '' && badPorts.has(Number(url.port))) return refuse('port', `Port ${url.port} belongs to another protocol than the web’s.`, 'Leave out the port.');
  if (!isAllowedHost(name, settings.allowHosts)) return refuse('host-not-allowed', `${name} is not among the hosts that may be fetched.`, addHost);
  return (settings.proxy ? checkProxied(url, name, settings) : undefined) ?? { ok: true, url, host: { name, isAddress, label } };
}

/** Nothing goes past a proxy by mistake. */
export const badProxy = refuse('bad-proxy', 'The setting for the proxy is no address such as http://proxy.example:3128.', 'The person can correct or empty the setting axon.web.proxy.');

/** What a proxy allows less. With a proxy an empty list of hosts is no open door. */
function checkProxied(url: URL, name: string, { proxy, allowHosts }: UrlSettings): UrlCheck | undefined {
  if (!parseProxy(proxy)) return badProxy;
  if (allowHosts === undefined || allowHosts.length === 0) {
    return refuse('proxy-allowed-hosts', `Pages are fetched through a proxy, where the address behind ${name} can’t be checked; so only hosts that the person listed are fetched.`, addHost);
  }
  if (url.protocol !== 'https:') return refuse('proxy-https', 'Through the proxy only encrypted pages are fetched.', 'Use https.');
  return undefined;
}

/** The proxy of a setting: plain http, a host and a port, nothing else. `undefined` when it is anything else. */
export function parseProxy(text: string | undefined): { readonly host: string; readonly port: number } | undefined {
  const url = URL.parse((text ?? '').trim());
  if (url?.protocol !== 'http:' || url.hostname === '' || url.username !== '' || url.password !== '' || url.pathname !== '/' || url.search !== '' || url.hash !== '') return undefined;
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? 80 : Number(url.port) };
}

/** True when a character beyond ASCII would be folded to another one, such as ① to 1 or a full-width letter to a plain one. */
function folds(authority: string): boolean {
  return authority.normalize('NFKC').toLowerCase() !== authority.normalize('NFC').toLowerCase() || /[\u3002\uff0e\uff61]/.test(authority);
}

function refuse(rule: string, reason: string, next: string): Extract<UrlCheck, { ok: false }> {
  return { ok: false, rule: `url.${rule}`, reason, next };
}
