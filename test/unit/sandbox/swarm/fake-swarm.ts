import { Readable } from 'node:stream';
import type { SwarmEngine, SwarmTask } from '../../../../src/sandbox/swarm/swarm-engine.js';
import { frame } from '../fake-engine.js';

export const task = (State: string, more: Partial<SwarmTask['Status']> = {}, DesiredState = 'running'): SwarmTask => ({ ID: 't1', NodeID: 'n1', DesiredState, Status: { State, ...more } });

export interface FakeSwarm extends SwarmEngine {
  /** What is there now: networks, secrets and services alike, by their name. */
  readonly there: Set<string>;
  /** How often each thing was made. */
  readonly made: string[];
}

/** A swarm whose tasks print `hello` and have ended when they are asked for; each part can be replaced. */
export function fakeSwarm(parts: Partial<SwarmEngine> = {}): FakeSwarm {
  const there = new Set<string>();
  const made: string[] = [];
  const note = (kind: string, name: string): string => {
    there.add(name);
    made.push(kind);
    return `${kind}-id`;
  };
  return {
    there,
    made,
    about: async () => ({ isManager: true, apiVersion: '1.41' }),
    nodes: async () => [{ id: 'n1', name: 'node-one', isReady: true, engineVersion: '20.10.24' }],
    createNetwork: async ({ Name }) => note('network', Name),
    createSecret: async ({ Name }) => note('secret', Name),
    createService: async ({ Name }) => void note('service', Name),
    tasks: async (service) => (there.has(service) ? [task('complete', {}, 'shutdown')] : []),
    task: async () => undefined,
    logs: async (_service, { stdout, stderr }) => Readable.from([...(stdout ? [frame('hello\n')] : []), ...(stderr ? [frame('end 0 4096\n', 2)] : [])]),
    remove: async (name) => void there.delete(name),
    labelled: async () => [],
    ...parts,
  };
}
