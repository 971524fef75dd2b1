import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AxonError } from '../errors.js';

/** One place where an engine may answer, in dockerode's words. */
export interface DockerEndpoint {
  /** For a person. */
  readonly title: string;
  readonly connection: Connection;
}

export type Connection =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number; readonly protocol: 'http' }
  | { readonly host: string; readonly port: number; readonly protocol: 'https'; readonly ca?: string; readonly cert?: string; readonly key?: string };

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

/**
 * Where to look for an engine, in this order: DOCKER_HOST; the chosen Docker context (DOCKER_CONTEXT, or `currentContext`
 * of Docker's config.json); else the usual sockets of Docker and Podman. Whoever chose one gets that one or an error: code
 * must not run on another engine than the one they think of.
 * Rejects with `AxonError` unavailable for an address that can't be used, for example over ssh.
 */
export async function dockerEndpoints(surroundings: Surroundings): Promise<readonly DockerEndpoint[]> {
  const { env, home } = surroundings;
  const config = env['DOCKER_CONFIG'] ?? path.join(home, '.docker');
  if (env['DOCKER_HOST']) {
    const certificates = env['DOCKER_CERT_PATH'] ?? config;
    const verify = Boolean(env['DOCKER_TLS_VERIFY']) || Boolean(env['DOCKER_TLS']);
    return [{ title: `${env['DOCKER_HOST']} (DOCKER_HOST)`, connection: await connectionOf(env['DOCKER_HOST'], verify ? certificates : undefined) }];
  }
  const context = env['DOCKER_CONTEXT'] ?? (await currentContext(config));
  if (context !== undefined && context !== '' && context !== 'default') return [await contextEndpoint(config, context)];
  return defaultSockets(surroundings).map((socketPath) => ({ title: socketPath, connection: { socketPath } }));
}

/** The sockets of Docker, Docker Desktop, rootless Docker and Podman. */
export function defaultSockets({ env, home, platform }: Surroundings): readonly string[] {
  if (platform === 'win32') return [String.raw`\\.\pipe\docker_engine`, String.raw`\\.\pipe\podman-machine-default`];
  const runtime = env['XDG_RUNTIME_DIR'];
  const sockets = ['/var/run/docker.sock', path.posix.join(home, '.docker/run/docker.sock')];
  if (runtime) sockets.push(path.posix.join(runtime, 'docker.sock'), path.posix.join(runtime, 'podman/podman.sock'));
  if (platform === 'darwin') sockets.push(path.posix.join(home, '.local/share/containers/podman/machine/podman.sock'));
  return sockets;
}

async function currentContext(config: string): Promise<string | undefined> {
  const text = await readFile(path.join(config, 'config.json'), 'utf8').catch(() => '{}');
  return stringAt(parse(text), 'currentContext');
}

/** Docker keeps a context under the SHA-256 of its name (docker/cli, cli/context/store). */
async function contextEndpoint(config: string, name: string): Promise<DockerEndpoint> {
  const id = createHash('sha256').update(name).digest('hex');
  const text = await readFile(path.join(config, 'contexts', 'meta', id, 'meta.json'), 'utf8').catch(() => '');
  const host = stringAt(parse(text), 'Endpoints', 'docker', 'Host');
  if (host === undefined) {
    throw new AxonError('unavailable', `The Docker context “${name}” was not found.`, 'Choose another with `docker context use`, or unset DOCKER_CONTEXT.');
  }
  const certificates = path.join(config, 'contexts', 'tls', id, 'docker');
  const tls = await readFile(path.join(certificates, 'ca.pem')).then(() => true, () => false);
  return { title: `${host} (context ${name})`, connection: await connectionOf(host, tls ? certificates : undefined) };
}

async function connectionOf(address: string, certificates: string | undefined): Promise<Connection> {
  if (address.startsWith('unix://')) return { socketPath: address.slice('unix://'.length) };
  if (address.startsWith('npipe://')) return { socketPath: address.slice('npipe://'.length).replaceAll('/', '\\') };
  const full = address.includes('://') ? address : `tcp://${address}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (!url || !['tcp:', 'http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw new AxonError('unavailable', `The Docker address ${address} can't be used: it has to start with unix://, npipe:// or tcp://.`, 'For an engine behind ssh, forward its socket and set DOCKER_HOST to the local end.');
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (certificates === undefined && url.protocol !== 'https:') return { host, port: Number(url.port || 2375), protocol: 'http' };
  const read = async (name: string) => (certificates === undefined ? undefined : readFile(path.join(certificates, name), 'utf8').catch(() => undefined));
  const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')]);
  return { host, port: Number(url.port || 2376), protocol: 'https', ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Docker's own tools treat a broken file like none.
  }
}

function stringAt(value: unknown, ...keys: readonly string[]): string | undefined {
  let at = value;
  for (const key of keys) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[key];
  }
  return typeof at === 'string' ? at : undefined;
}
