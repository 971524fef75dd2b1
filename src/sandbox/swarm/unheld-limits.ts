import { AxonError } from '../../errors.js';
import type { SwarmFacts, SwarmNode } from './swarm-engine.js';

/** A limit of a container that a service can't be given. */
export interface UnheldLimit {
  /** What `axon.sandbox.acceptMissing` calls it. */
  readonly name: string;
  /** A sentence for a person: what that means. */
  readonly meaning: string;
}

const always: readonly UnheldLimit[] = [
  { name: 'no-network-device', meaning: 'Swarm refuses a task without a network: each run gets an internal one of its own, with no way out and nobody else in it.' },
  { name: 'no-log', meaning: 'What the code prints, and the files it leaves, are written to the node’s disk (72 MB at most) until the run is removed.' },
  { name: 'swap', meaning: 'On a node with swap space, the code may use as much of it as it has memory, on top of that.' },
  { name: 'files-in-tmp', meaning: 'The number of files in /tmp is bounded by the memory only.' },
  { name: 'first-to-go', meaning: 'When a node itself runs out of memory, the code is not the first to be ended.' },
  { name: 'cgroup-namespace', meaning: 'On a node with cgroup version 1, the code can read the id of its container.' },
];

const newPrivileges: UnheldLimit = { name: 'no-new-privileges', meaning: 'The kernel is not told to refuse new privileges; what is left is that no program in the image gives any, and that every capability is taken away.' };

/** Since Docker Engine 25.0 (API 1.44) a service can ask for no new privileges, and for seccomp by name. */
export function asksForPrivileges({ apiVersion }: SwarmFacts, nodes: readonly SwarmNode[]): boolean {
  const [major = 0, minor = 0] = apiVersion.split('.').map(Number);
  return (major > 1 || (major === 1 && minor >= 44)) && nodes.every(({ engineVersion }) => Number.parseInt(engineVersion, 10) >= 25);
}

/** Everything that containerSpec holds on a single engine and that this swarm can't be asked for. */
export function unheldLimits(facts: SwarmFacts, nodes: readonly SwarmNode[]): readonly UnheldLimit[] {
  return asksForPrivileges(facts, nodes) ? always : [...always, newPrivileges];
}

/** Throws `AxonError` unavailable unless each is accepted by its name. Nothing stands for several. */
export function assertAccepted(unheld: readonly UnheldLimit[], accepted: readonly string[], title: string): void {
  const open = unheld.filter(({ name }) => !accepted.includes(name));
  if (open.length === 0) return;
  const list = open.map(({ name, meaning }) => `${name}: ${meaning}`).join(' ');
  const all = JSON.stringify(unheld.map(({ name }) => name));
  throw new AxonError('unavailable', `${title} can’t hold every limit, so code is not run in it. ${list}`, `Who accepts that names each in \`axon.sandbox.acceptMissing\`: ${all}.`);
}
