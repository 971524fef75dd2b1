import { randomBytes } from 'node:crypto';
import { AxonError, messageOf } from '../../errors.js';
import type { Sandbox, SandboxJob, SandboxResult, SandboxStatus } from '../../ports/sandbox.js';
import { buildImage } from '../build-image.js';
import { engineError } from '../engine-error.js';
import type { RuntimeChoice } from '../engine-runtime.js';
import { imageStatus, knownImage, placeOf, unknownImage, acceptKnown, type ImageChoice, type KnownImage } from '../known-image.js';
import { Lifetime } from '../lifetime.js';
import { limits } from '../limits.js';
import { currentOwner, ownerText } from '../owner.js';
import { RecentRuns } from '../recent-runs.js';
import { Slots } from '../slots.js';
import { unlessStopped } from '../stopped.js';
import { sweepLeftovers } from '../sweep.js';
import type { SwarmCapable, SwarmNode } from './swarm-engine.js';
import { runOnSwarm } from './swarm-run.js';
import { asksForPrivileges, assertAccepted, unheldLimits, type UnheldLimit } from './unheld-limits.js';

export interface SwarmSandboxOptions extends ImageChoice {
  /** Called when first needed, and again after the manager was lost. `connectDocker` in the extension. */
  readonly connect: () => Promise<SwarmCapable>;
  readonly buildNetwork?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** A service can't choose one: `runsc` is refused. */
  readonly runtime?: RuntimeChoice;
  /** The names of the limits that the person does without (unheld-limits.ts). */
  readonly acceptMissing: readonly string[];
}

interface Connection {
  readonly engine: SwarmCapable;
  readonly owner: string;
  /** Names the manager among other engines. */
  readonly id: string;
  readonly noNewPrivileges: boolean;
  readonly unheld: readonly UnheldLimit[];
}

/** A sandbox whose runs go to the nodes of a Docker Swarm. Nothing is loaded or connected before the first call. */
export function createSwarmSandbox(options: SwarmSandboxOptions): Sandbox {
  const slots = new Slots(limits.parallel);
  const runs = new RecentRuns();
  const lifetime = new Lifetime();
  const leftovers = new Set<string>();
  const engines = new Set<SwarmCapable>();
  let connection: Promise<Connection> | undefined;
  let building = false;
  let lastNode: string | undefined;
  let disposal: Promise<void> | undefined;

  async function connect(): Promise<Connection> {
    const engine = await options.connect();
    engines.add(engine);
    try {
      lifetime.assertAlive();
      return await judge(engine);
    } catch (error) {
      engines.delete(engine);
      await engine.dispose();
      throw error;
    }
  }

  /** Rejects for a swarm in which code must not run. */
  async function judge(engine: SwarmCapable): Promise<Connection> {
    const facts = await engine.swarm.about();
    if (!facts.isManager) {
      throw new AxonError('unavailable', `${engine.title} is not the manager of a swarm, so it can’t give code to others.`, 'Point `axon.sandbox.dockerHost` at a manager, make this one (`docker swarm init`), or set `axon.sandbox.engine` to “single”.');
    }
    if (options.runtime === 'runsc') {
      throw new AxonError('unavailable', 'A swarm can’t be asked for gVisor (runsc): a service takes the default runtime of its node.', 'Set `axon.sandbox.runtime` to “auto”, or `axon.sandbox.engine` to “single”.');
    }
    const nodes = await engine.swarm.nodes();
    const unheld = unheldLimits(facts, nodes);
    assertAccepted(unheld, options.acceptMissing, engine.title);
    const owner = await currentOwner();
    const { SystemTime = '', ID = engine.title } = await engine.facts();
    const now = Date.parse(SystemTime);
    await sweepLeftovers(engine.swarm, owner, Number.isNaN(now) ? Date.now() : now);
    return { engine, owner: ownerText(owner), id: ID, noNewPrivileges: asksForPrivileges(facts, nodes), unheld };
  }

  /** The manager, proved to be alive, and its image. */
  async function reach(): Promise<Connection & { readonly known: KnownImage }> {
    const wasConnected = connection !== undefined;
    const current = (connection ??= connect());
    try {
      const found = await current;
      const { swarm } = found.engine;
      const known = await knownImage(found.engine, found.id, options);
      for (const name of leftovers) {
        await swarm.remove(name);
        leftovers.delete(name);
      }
      return { ...found, known };
    } catch (error) {
      if (connection === current) connection = undefined;
      // A manager that was there before may have moved or restarted: look for it once more.
      if (wasConnected) return reach();
      throw engineError(error, 'asking for the sandbox');
    }
  }

  async function runNow(job: SandboxJob, signal: AbortSignal, onOutput: ((chunk: string) => void) | undefined): Promise<SandboxResult> {
    const { engine, owner, noNewPrivileges, known } = await unlessStopped(signal, reach());
    if (known.state === 'image-unknown') throw unknownImage(options.imageName);
    if (known.state === 'no-image') throw new AxonError('unavailable', `The sandbox image ${options.imageName} is not on the swarm’s manager, or belongs to another version of Axon.`, 'Run “Axon: Build Sandbox Image”, and bring the image to the other nodes.');
    const name = `axon-sandbox-${randomBytes(8).toString('hex')}`;
    // A name with a digest is one that nodes can fetch from its registry; else all must have the very image of the manager.
    const id = /@sha256:[0-9a-f]{64}$/.test(options.imageName) ? options.imageName : known.image.id;
    try {
      return await runOnSwarm({ swarm: engine.swarm, name, image: { ...known.image, id }, owner, noNewPrivileges, onNode: (node) => (lastNode = node), onLeftover: (left) => leftovers.add(left) }, job, signal, onOutput);
    } catch (error) {
      throw engineError(error, 'running the code');
    }
  }

  return {
    async run(job, { signal, onOutput }) {
      lifetime.assertAlive();
      const either = AbortSignal.any([signal, lifetime.signal]);
      const release = await slots.take(either, (place) => {
        onOutput?.(`${limits.parallel} runs are under way; this one waits at place ${place}.\n`);
      });
      try {
        return await runs.note(job, lifetime.track(runNow(job, either, onOutput)));
      } finally {
        release();
      }
    },

    /** A task can't be handed its program later, so nothing is made ahead. */
    prepare: () => undefined,

    async status(): Promise<SandboxStatus> {
      try {
        lifetime.assertAlive();
        const { engine, unheld, known } = await reach();
        const nodes = await engine.swarm.nodes();
        const last = lastNode === undefined ? [] : [`The last run was on ${lastNode}.`];
        const notes = [nodesNote(nodes), ...unheld.map(({ name, meaning }) => `Accepted (${name}): ${meaning}`), ...last];
        return { ...imageStatus(known), engine: engine.title, image: options.imageName, runtime: 'Docker Swarm, with the runtime of each node', notes, warm: [], runs: runs.list };
      } catch (error) {
        return { state: 'no-engine', reason: error instanceof AxonError && error.next !== '' ? `${error.message} ${error.next}` : messageOf(error) };
      }
    },

    async build({ signal, onProgress }) {
      lifetime.assertAlive();
      if (building) throw new AxonError('conflict', 'The sandbox image is being built already.', 'Wait for it to end.');
      building = true;
      const either = AbortSignal.any([signal, lifetime.signal]);
      try {
        const { engine, id } = await unlessStopped(either, reach());
        const { buildNetwork: network, buildArgs = {}, imageName: image, contextFolder } = options;
        const built = await lifetime.track(buildImage({ engine, image, contextFolder, buildArgs, signal: either, ...(network !== undefined && { network }), ...(onProgress && { onProgress }) }));
        await options.pins?.set(placeOf(id, options), built);
        onProgress?.(`Built on the manager. The other nodes need it too: docker save ${image} there, docker load here.`);
      } finally {
        building = false;
      }
    },

    async acceptImage(digest) {
      lifetime.assertAlive();
      const { id, known } = await reach();
      await acceptKnown(known, id, options, digest);
    },

    dispose() {
      disposal ??= (async () => {
        await lifetime.close();
        const known = leftovers.size === 0 ? undefined : await connection?.catch(() => undefined);
        if (known) await Promise.allSettled([...leftovers].map(async (name) => known.engine.swarm.remove(name)));
        await Promise.all([...engines].map((engine) => engine.dispose()));
      })();
      return disposal;
    },
  };
}

function nodesNote(nodes: readonly SwarmNode[]): string {
  const ready = nodes.filter(({ isReady }) => isReady).length;
  return `${ready} of ${nodes.length} nodes are ready.`;
}
