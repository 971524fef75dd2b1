import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { AxonError, codeOf } from '../../errors.js';
import { visibleLine } from '../../visible.js';
import { readAddress, type Connection } from './docker-address.js';

/** One place where an engine may answer. */
export interface DockerEndpoint {
  /** For a person: no hidden characters, no password. */
  readonly title: string;
  readonly connection: Connection;
}

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** This user's number, where the system has such. */
  readonly uid?: number | undefined;
}

/**
 * Where to look for an engine, in this order: DOCKER_HOST; the chosen Docker context (DOCKER_CONTEXT, or `currentContext`
 * of Docker's config.json); else the usual sockets of Docker and Podman. Whoever chose one gets that one or an error: code
 * must not run on another engine than the one they think of.
 * Rejects with `AxonError` unavailable for an address that can't be used, and says why and what to do.
 */
export async function dockerEndpoints(surroundings: Surroundings): Promise<readonly DockerEndpoint[]> {
  const { env, home, platform } = surroundings;
  const config = given(env, 'DOCKER_CONFIG') ?? path.join(home, '.docker');
  // Else what it means would depend on the folder that the editor was started in.
  if (!isAbsolute(config, platform)) throw new AxonError('unavailable', `DOCKER_CONFIG is no full path: ${visibleLine(config)}.`, 'Write the whole path, or unset it.');
  const host = given(env, 'DOCKER_HOST');
  if (host !== undefined) {
    // Any value counts, as it does for Docker. Docker then trusts whoever answers when only DOCKER_TLS is set; here never.
    const tls = (given(env, 'DOCKER_TLS_VERIFY') ?? given(env, 'DOCKER_TLS')) !== undefined;
    const { shown, connection } = await readAddress(host, { platform, tls, certificates: given(env, 'DOCKER_CERT_PATH') ?? config });
    return [{ title: `${shown} (DOCKER_HOST)`, connection }];
  }
  const context = given(env, 'DOCKER_CONTEXT') ?? (await currentContext(config));
  if (context !== undefined && context !== '' && context !== 'default') return [await contextEndpoint(config, context, platform)];
  return defaultSockets(surroundings).map((socketPath) => ({ title: socketPath, connection: { socketPath } }));
}

/** The sockets of Docker, Docker Desktop, rootless Docker and Podman, in the places where only their owner can put one. */
export function defaultSockets({ env, home, platform, uid }: Surroundings): readonly string[] {
  if (platform === 'win32') return ['docker_engine', 'dockerDesktopLinuxEngine', 'podman-machine-default'].map((name) => String.raw`\\.\pipe${'\\'}${name}`);
  const inHome = (name: string) => path.posix.join(home, name);
  if (platform === 'darwin') {
    const sockets = ['/var/run/docker.sock', inHome('.docker/run/docker.sock'), inHome('.local/share/containers/podman/machine/podman.sock')];
    // Podman 5 keeps its socket in the user's own temporary folder; /tmp would be anybody's.
    const own = env['TMPDIR'];
    if (own?.startsWith('/var/folders/')) sockets.push(path.posix.join(own, 'podman/podman-machine-default-api.sock'));
    return sockets;
  }
  // A server that was started over ssh may lack the variable.
  const runtime = given(env, 'XDG_RUNTIME_DIR') ?? (uid === undefined ? undefined : `/run/user/${uid}`);
  const rootless = runtime === undefined ? [] : [path.posix.join(runtime, 'docker.sock'), path.posix.join(runtime, 'podman/podman.sock')];
  return ['/var/run/docker.sock', inHome('.docker/run/docker.sock'), inHome('.docker/desktop/docker.sock'), ...rootless, '/run/podman/podman.sock'];
}

function isAbsolute(folder: string, platform: NodeJS.Platform): boolean {
  return platform === 'win32' ? path.win32.isAbsolute(folder) : path.isAbsolute(folder);
}

/** For Docker an empty variable is one that isn't set. */
function given(env: Surroundings['env'], name: string): string | undefined {
  return env[name] === '' ? undefined : env[name];
}

async function currentContext(config: string): Promise<string | undefined> {
  const text = await readFile(path.join(config, 'config.json'), 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return '{}';
    // It may name an engine, so no other can stand in for it.
    throw new AxonError('unavailable', `Docker's configuration ${visibleLine(path.join(config, 'config.json'))} can't be read.`, 'Make it readable, or name the engine in `axon.sandbox.dockerHost`.', { cause: error });
  });
  return stringAt(parse(text), 'currentContext');
}

/** Docker keeps a context under the SHA-256 of its name (docker/cli, cli/context/store). */
async function contextEndpoint(config: string, name: string, platform: NodeJS.Platform): Promise<DockerEndpoint> {
  const id = createHash('sha256').update(name).digest('hex');
  const text = await readFile(path.join(config, 'contexts', 'meta', id, 'meta.json'), 'utf8').catch(() => '');
  const meta = parse(text);
  const host = stringAt(meta, 'Endpoints', 'docker', 'Host');
  if (host === undefined) {
    throw new AxonError('unavailable', `The Docker context “${visibleLine(name)}” was not found.`, 'Choose another with `docker context use`, or unset DOCKER_CONTEXT.');
  }
  const certificates = path.join(config, 'contexts', 'tls', id, 'docker');
  // A folder that can't be looked into is not one that isn't there. Whether to check who answers is no choice of a context.
  const tls = await stat(certificates).then(() => true, (error: unknown) => codeOf(error) !== 'ENOENT');
  const { shown, connection } = await readAddress(host, { platform, tls: tls || valueAt(meta, 'Endpoints', 'docker', 'SkipTLSVerify') === true, certificates });
  return { title: `${shown} (context ${visibleLine(name)})`, connection };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Docker's own tools treat a broken file like none.
  }
}

function stringAt(value: unknown, ...keys: readonly string[]): string | undefined {
  const found = valueAt(value, ...keys);
  return typeof found === 'string' ? found : undefined;
}

function valueAt(value: unknown, ...keys: readonly string[]): unknown {
  let at = value;
  for (const key of keys) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[key];
  }
  return at;
}
