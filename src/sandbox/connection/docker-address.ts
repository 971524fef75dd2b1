import { isIP, isIPv4 } from 'node:net';
import { AxonError } from '../../errors.js';
import { visibleLine } from '../../visible.js';
import { readCertificates, type Certificates } from './certificates.js';
import { readSshAddress, type SshAddress } from './ssh-address.js';

/** A way to an engine's API. Plain `host` and `port` are on this machine. */
export type Connection =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number; readonly certificates?: Certificates }
  | { readonly ssh: SshAddress };

export interface AddressOptions {
  readonly platform: NodeJS.Platform;
  /** TLS was asked for beside the address. */
  readonly tls: boolean;
  /** The folder of ca.pem, cert.pem and key.pem, read only for TLS. */
  readonly certificates: string;
}

/**
 * What an address in Docker's notation (DOCKER_HOST, a context's Host) means. `shown` is the same for a person.
 * Rejects with `AxonError` unavailable for what has no meaning, and for what somebody in between could read or change.
 */
export async function readAddress(address: string, { platform, tls, certificates }: AddressOptions): Promise<{ readonly shown: string; readonly connection: Connection }> {
  const scheme = /^([a-z]+):\/\//.exec(address)?.[1] ?? 'tcp';
  // Without what may be a password.
  const shown = visibleLine(address.replace(/^([a-z]+:\/\/)?[^]*:[^]*@/, '$1…@'));
  const refuse = (reason: string, next: string) => new AxonError('unavailable', `The Docker address ${shown} can't be used: ${reason}.`, next);
  const rest = address.startsWith(`${scheme}://`) ? address.slice(`${scheme}://`.length) : address;

  switch (scheme) {
    case 'unix':
      if (platform === 'win32' || !rest.startsWith('/') || rest.includes('\0')) throw refuse('unix:// needs the full path of a socket', 'Write it like unix:///var/run/docker.sock; on Windows take npipe:////./pipe/docker_engine.');
      return { shown, connection: { socketPath: rest } };
    case 'npipe': {
      // A pipe of another machine would be asked with this user's password hash.
      const pipe = /^[/\\]{2}\.[/\\]pipe[/\\]([\w.-]+)$/.exec(rest)?.[1];
      if (platform !== 'win32' || pipe === undefined) throw refuse('npipe:// is for the named pipes of this Windows machine', 'Write it like npipe:////./pipe/docker_engine.');
      return { shown, connection: { socketPath: String.raw`\\.\pipe${'\\'}${pipe}` } };
    }
    case 'ssh':
      return { shown, connection: { ssh: readSshAddress(rest, refuse) } };
    case 'tcp':
    case 'http':
    case 'https': {
      const place = readPlace(rest);
      if (!place) throw refuse('it has to be a host and a port, and nothing else', 'Write it like tcp://build.example.com:2376, ssh://me@build.example.com or unix:///var/run/docker.sock.');
      if (tls || scheme === 'https') return { shown, connection: { host: place.host, port: place.port ?? 2376, certificates: await readCertificates(certificates) } };
      if (!isLoopback(place.host)) {
        throw refuse('without TLS, anybody between this machine and the engine could read and change what runs', 'Take ssh://USER@HOST, or TLS with a folder of certificates in `axon.sandbox.certificates` (or DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH).');
      }
      return { shown, connection: { host: place.host, port: place.port ?? 2375 } };
    }
    default:
      throw refuse('it has to start with unix://, npipe://, ssh:// or tcp://', 'Correct `axon.sandbox.dockerHost`, DOCKER_HOST or the Docker context.');
  }
}

/** A name, an IPv4 address or an IPv6 address in brackets, and a port. */
function readPlace(text: string): { readonly host: string; readonly port?: number } | undefined {
  const [, bracketed, name, digits] = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?))(?::(\d{1,5}))?\/?$/.exec(text) ?? [];
  const host = bracketed ?? name;
  if (host === undefined || (bracketed !== undefined && isIP(bracketed) !== 6)) return undefined;
  if (digits === undefined) return { host };
  const port = Number(digits);
  return port >= 1 && port <= 65_535 ? { host, port } : undefined;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
