import type { AxonError } from '../../errors.js';

/** Each part is of characters that are neither an option nor anything to a shell, on either side. */
export interface SshAddress {
  /** A name of the user's ssh config, a host name, or an IP address without brackets. */
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
  /** The engine's socket over there; absent: the engine that `docker` uses there. */
  readonly socketPath?: string;
}

/**
 * Of `[user@]host[:port][/path/of/socket]`. The host and the user reach a program's arguments and, through %h and %r in the
 * user's ssh config, a shell; the path reaches the shell on the other side. So each is of plain characters and begins with a
 * letter or digit (CVE-2017-1000117, CVE-2023-51385). A password can't be given: it would be in settings and on screen.
 */
export function readSshAddress(text: string, refuse: (reason: string, next: string) => AxonError): SshAddress {
  const [, before, place = '', path] = /^(?:([^/]*)@)?([^/@]*)(\/.*)?$/s.exec(text) ?? [];
  const howTo = 'Write it like ssh://me@build.example.com or ssh://me@build.example.com:22/run/user/1000/podman/podman.sock; anything else belongs in your ssh config.';
  if (before?.includes(':')) throw refuse('a password can’t be part of it', 'Use a key, with ssh-agent where it has a passphrase.');
  const user = before === undefined ? undefined : decoded(before);
  if (before !== undefined && !/^[A-Za-z0-9_][\w.+-]*(?:@[A-Za-z0-9][\w.-]*)?$/.test(user ?? '')) throw refuse('its user name has characters that can’t be used', howTo);
  const [, bracketed, name, digits] = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9][\w.-]*))(?::(\d{1,5}))?$/.exec(place) ?? [];
  const host = bracketed ?? name;
  if (host === undefined || (bracketed !== undefined && !/^[0-9A-Fa-f]*:/.test(bracketed))) throw refuse('its host has characters that can’t be used, or is missing', howTo);
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && (port < 1 || port > 65_535)) throw refuse('its port is none', howTo);
  const socketPath = path === '/' ? undefined : path;
  if (socketPath !== undefined && !/^(?:\/[A-Za-z0-9_.+@-]+)+$/.test(socketPath)) throw refuse('the path of its socket has characters that can’t be used', howTo);
  return { host, ...(user !== undefined && { user }), ...(port !== undefined && { port }), ...(socketPath !== undefined && { socketPath }) };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // No name that could be meant.
  }
}
