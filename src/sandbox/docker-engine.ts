import type Docker from 'dockerode';
import type { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { AxonError } from '../errors.js';
import { visibleLine } from '../visible.js';
import { attachTo } from './attach.js';
import { dockerEndpoints, type Surroundings } from './connection/docker-endpoint.js';
import { engineTransport, type EngineTransport } from './connection/engine-transport.js';
import { sshPrograms } from './connection/ssh-command.js';
import { tlsFailure } from './connection/tls-failure.js';
import { connectionReason, engineStatus, startEngine } from './engine-error.js';
import type { EngineFacts } from './engine.js';
import { podmanControllers, podmanNotes, podmanSpec } from './podman.js';
import { dockerSwarm } from './swarm/docker-swarm.js';
import type { SwarmCapable } from './swarm/swarm-engine.js';

/** Milliseconds for any answer of the engine that doesn't depend on the code that runs. */
const patience = 20_000;

/** The first engine that answers. Rejects with `AxonError` unavailable, which lists what was tried. */
export async function connectDocker(surroundings: Surroundings): Promise<SwarmCapable> {
  const failures: string[] = [];
  for (const { title, connection } of await dockerEndpoints(surroundings)) {
    // Over ssh a command of the other side makes the connection, and there it has one of two names.
    for (const program of 'ssh' in connection ? sshPrograms : sshPrograms.slice(0, 1)) {
      const transport = await engineTransport(connection, program, surroundings);
      try {
        return await greet(transport, title);
      } catch (error) {
        await transport.dispose();
        if (error instanceof AxonError && error.code === 'not-found') {
          if (program === sshPrograms.at(-1)) throw error.cause;
          continue;
        }
        if (error instanceof AxonError) throw error;
        const refused = tlsFailure(error, title);
        if (refused) throw refused;
        failures.push(`${title}: ${connectionReason(error)}`);
        break;
      }
    }
  }
  throw new AxonError('unavailable', `No Docker engine answers. Tried ${failures.join('; ')}.`, startEngine);
}

async function greet(transport: EngineTransport, title: string): Promise<SwarmCapable> {
  const { default: Client } = await import('dockerode');
  // The client takes what isn't named here from DOCKER_HOST and its relatives, which dockerEndpoints has judged already.
  // The agent connects; the path of a socket is never opened.
  const nothing = { host: undefined, port: undefined, protocol: 'http', timeout: undefined, ca: undefined, cert: undefined, key: undefined } as const;
  const options: Docker.DockerOptions & { agent: EngineTransport['agent'] } = { ...nothing, socketPath: '/engine', agent: transport.agent };
  const docker = new Client(options);
  staysThere(docker);
  // A proxy or a sleeping desktop engine may accept and never answer.
  const version = await within<Partial<Docker.DockerVersion>>(transport.patience, docker.version());
  const isPodman = version.Components?.some((each) => /podman/i.test(each.Name)) ?? false;
  return dockerEngine(docker, { title: `${isPodman ? 'Podman' : 'Docker'} ${visibleLine(version.Version ?? '').slice(0, 60)} at ${title}`, isPodman, transport });
}

/** The client would follow an engine that sends it to another address, from this machine and with no agent of ours. */
function staysThere(docker: Docker): void {
  const modem = docker.modem as unknown as { buildRequest(options: object, ...rest: readonly unknown[]): void };
  const build = modem.buildRequest.bind(modem);
  modem.buildRequest = (options, ...rest) => { build({ ...options, maxRedirects: 0 }, ...rest); };
}

interface EngineIdentity {
  readonly title: string;
  readonly isPodman: boolean;
  readonly transport: EngineTransport;
}

/** The engine behind a dockerode client. Errors are dockerode's own; `engineError` makes them fit for a person. */
function dockerEngine(docker: Docker, { title, isPodman, transport: { agent, dispose } }: EngineIdentity): SwarmCapable {
  // Around every call: dockerode waits for ever when an answer breaks off after its head (its client hears only `end`).
  const soon = <T>(work: Promise<T>): Promise<T> => within(patience, work);
  return {
    title,
    notes: isPodman ? podmanNotes : [],
    facts: async () => {
      const facts = (await soon(docker.info())) as EngineFacts;
      return isPodman ? { ...facts, isPodman, controllers: await soon(podmanControllers(docker)) } : facts;
    },
    image: async (name) => {
      try {
        const { Id: id, Size: bytes, Created: createdAt, Architecture: architecture = '', Config } = await soon<{ Id: string; Size: number; Created: string; Architecture?: string; Config?: { Labels?: Record<string, string> | null } }>(docker.getImage(name).inspect());
        // Podman leaves the kind of hash out.
        return { id: id.includes(':') ? id : `sha256:${id}`, labels: Config?.Labels ?? {}, architecture, bytes, createdAt };
      } catch (error) {
        if (engineStatus(error) === 404) return undefined;
        throw error;
      }
    },
    create: async (name, spec) => {
      // dockerode would put every option into the address; it takes the two parts apart under these names.
      await soon(docker.createContainer({ _query: { name }, _body: isPodman ? podmanSpec(spec) : spec } as Docker.ContainerCreateOptions));
    },
    attach: (name) => attachTo(agent, name, AbortSignal.timeout(patience)),
    start: async (name) => {
      await soon(docker.getContainer(name).start());
    },
    wait: (name, signal) => waitForExit(docker, name, signal),
    ranOutOfMemory: async (name) => {
      try {
        const told = (await soon(docker.getContainer(name).inspect())).State.OOMKilled;
        // Debian's Podman says no whatever happened: its conmon notes it where Podman doesn't look.
        return told || !isPodman ? told : undefined;
      } catch (error) {
        if (engineStatus(error) === 404) return false; // Somebody else removed it.
        throw error;
      }
    },
    remove: (name) => removeContainer(docker, name),
    labelled: async (label) => {
      const found = await soon(docker.listContainers({ all: true, filters: JSON.stringify({ label: [label] }) }));
      return found.map((each) => ({ name: each.Id, label: each.Labels[label] ?? '', createdAt: each.Created * 1000 }));
    },
    hasBridge: async () => (await soon(docker.listNetworks({ filters: JSON.stringify({ driver: ['bridge'] }) }))).length > 0,
    build: async ({ folder, files, image, labels, buildArgs, network }, abortSignal) =>
      (await docker.buildImage(
        { context: folder, src: [...files] },
        { t: image, labels: { ...labels }, buildargs: { ...buildArgs }, rm: true, forcerm: true, ...(network !== undefined && { networkmode: network }), abortSignal },
      )) as unknown as Readable,
    swarm: dockerSwarm(docker, soon),
    dispose,
  };
}

/**
 * The engine sends the head of this answer at once and the body when the container ends. dockerode's own `wait` never
 * settles when the engine dies in between, so the body is read here.
 */
async function waitForExit(docker: Docker, name: string, abortSignal: AbortSignal): Promise<number> {
  const modem = docker.modem as { dial(options: object, callback: (error: Error | null, answer: Readable) => void): void };
  const answer = await new Promise<Readable>((resolve, reject) => {
    const statusCodes = { 200: true, 404: 'no such container', 500: 'server error' };
    modem.dial({ path: `/containers/${name}/wait`, method: 'POST', isStream: true, abortSignal, statusCodes }, (error, stream) => {
      if (error) reject(error);
      else resolve(stream);
    });
  });
  const { StatusCode: code } = (await json(answer)) as { StatusCode?: unknown };
  if (typeof code !== 'number') throw new Error('The engine told no exit code.');
  return code;
}

/** Rejects with a `TimeoutError` after so many milliseconds. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const late = new AbortController();
  const timer = sleep(milliseconds, undefined, { signal: late.signal }).then((): never => {
    throw new DOMException('The engine took too long.', 'TimeoutError');
  });
  try {
    return await Promise.race([work, timer]);
  } finally {
    timer.catch(() => undefined); // Ends by `late` when the work was faster.
    late.abort();
  }
}

async function removeContainer(docker: Docker, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await within(patience, docker.getContainer(name).remove({ force: true, v: true }));
      return;
    } catch (error) {
      if (engineStatus(error) === 404) return;
      // 409: its removal is under way already. 500: it was still starting or its files were busy.
      const passing = engineStatus(error) === 409 || engineStatus(error) === 500;
      if (!passing || attempt === 20) throw error;
      await sleep(100);
    }
  }
}
