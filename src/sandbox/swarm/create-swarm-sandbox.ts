import { AxonError } from '../../errors.js';
import type { Sandbox } from '../../ports/sandbox.js';
import { engineError } from '../engine-error.js';
import type { RuntimeChoice } from '../engine-runtime.js';
import { unknownImage } from '../known-image.js';
import { managedSandbox, timeOf, type ManagedOptions, type Place } from '../managed-sandbox.js';
import { currentOwner, ownerText } from '../owner.js';
import { sweepLeftovers } from '../sweep.js';
import type { SwarmCapable, SwarmEngine, SwarmNode } from './swarm-engine.js';
import { runOnSwarm } from './swarm-run.js';
import { asksForPrivileges, assertAccepted, unheldLimits, type UnheldLimit } from './unheld-limits.js';

export interface SwarmSandboxOptions extends ManagedOptions<SwarmCapable> {
  /** A service can't choose one: `runsc` is refused. */
  readonly runtime?: RuntimeChoice;
  /** The names of the limits that the person does without (unheld-limits.ts). */
  readonly acceptMissing: readonly string[];
}

interface SwarmPlace extends Place {
  readonly swarm: SwarmEngine;
  readonly owner: string;
  readonly noNewPrivileges: boolean;
  readonly unheld: readonly UnheldLimit[];
}

/** A sandbox whose runs go to the nodes of a Docker Swarm. */
export function createSwarmSandbox(options: SwarmSandboxOptions): Sandbox {
  let lastNode: string | undefined;

  return managedSandbox<SwarmCapable, SwarmPlace>(options, ({ reach, newName, leave }) => ({
    async judge(engine) {
      const { swarm } = engine;
      const about = await swarm.about();
      if (!about.isManager) {
        throw new AxonError('unavailable', `${engine.title} is not the manager of a swarm, so it can’t give code to others.`, 'Point `axon.sandbox.dockerHost` at a manager, make this one (`docker swarm init`), or set `axon.sandbox.engine` to “single”.');
      }
      if (options.runtime === 'runsc') {
        throw new AxonError('unavailable', 'A swarm can’t be asked for gVisor (runsc): a service takes the default runtime of its node.', 'Set `axon.sandbox.runtime` to “auto”, or `axon.sandbox.engine` to “single”.');
      }
      const nodes = await swarm.nodes();
      const unheld = unheldLimits(about, nodes);
      assertAccepted(unheld, options.acceptMissing, engine.title);
      const owner = await currentOwner();
      const facts = await engine.facts();
      await sweepLeftovers(swarm, owner, timeOf(facts));
      return { engine, swarm, owner: ownerText(owner), id: facts.ID ?? engine.title, noNewPrivileges: asksForPrivileges(about, nodes), unheld, remove: (name) => swarm.remove(name) };
    },

    async run(job, signal, onOutput) {
      const { swarm, owner, noNewPrivileges, known } = await reach(signal);
      if (known.state === 'image-unknown') throw unknownImage(options.imageName);
      if (known.state === 'no-image') throw new AxonError('unavailable', `The sandbox image ${options.imageName} is not on the swarm’s manager, or belongs to another version of Axon.`, 'Run “Axon: Build Sandbox Image”, and bring the image to the other nodes.');
      // A name with a digest is one that nodes can fetch from its registry; else all must have the very image of the manager.
      const id = /@sha256:[0-9a-f]{64}$/.test(options.imageName) ? options.imageName : known.image.id;
      try {
        return await runOnSwarm({ swarm, name: newName(), image: { ...known.image, id }, owner, noNewPrivileges, onNode: (node) => (lastNode = node), onLeftover: leave }, job, signal, onOutput);
      } catch (error) {
        throw engineError(error, 'running the code');
      }
    },

    /** A task can't be handed its program later, so nothing is made ahead. */
    prepare: () => undefined,
    imageChanged: async () => undefined,
    close: async () => undefined,

    async about({ swarm, unheld }) {
      const nodes = await swarm.nodes();
      const last = lastNode === undefined ? [] : [`The last run was on ${lastNode}.`];
      const notes = [nodesNote(nodes), ...unheld.map(({ name, meaning }) => `Accepted (${name}): ${meaning}`), ...last];
      return { runtime: 'Docker Swarm, with the runtime of each node', notes, warm: [] };
    },

    builtNote: `Built on the manager. The other nodes need it too: docker save ${options.imageName} there, docker load here.`,
  }));
}

function nodesNote(nodes: readonly SwarmNode[]): string {
  const ready = nodes.filter(({ isReady }) => isReady).length;
  return `${ready} of ${nodes.length} nodes are ready.`;
}
