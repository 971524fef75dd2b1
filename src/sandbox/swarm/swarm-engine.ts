import type { Readable } from 'node:stream';
import type { Engine } from '../engine.js';
import type { NetworkSpec, SecretSpec, ServiceSpec } from './service-spec.js';

/** What the sandbox asks of the manager of a swarm, and nothing else. Names are of what the sandbox made. */
export interface SwarmEngine {
  about(): Promise<SwarmFacts>;
  nodes(): Promise<readonly SwarmNode[]>;
  createNetwork(spec: NetworkSpec): Promise<string>;
  createSecret(spec: SecretSpec): Promise<string>;
  createService(spec: ServiceSpec): Promise<void>;
  /** The tasks of a service; none when there is no such service. */
  tasks(service: string): Promise<readonly SwarmTask[]>;
  /** One task, for as long as the manager knows it. */
  task(id: string): Promise<SwarmTask | undefined>;
  /** Framed output (FrameReader). With `follow` it never ends by itself; else it ends after what there is by now. */
  logs(service: string, what: LogQuery, signal: AbortSignal): Promise<Readable>;
  /** Removes the service, the secret and the network of this name, in this order. What is not there is no error. */
  remove(name: string): Promise<void>;
  /** The names of all services, secrets and networks with the label. */
  labelled(label: string): ReturnType<Engine['labelled']>;
}

/** An engine that may be the manager of a swarm. */
export interface SwarmCapable extends Engine {
  readonly swarm: SwarmEngine;
}

export interface LogQuery {
  readonly follow: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

export interface SwarmFacts {
  readonly isManager: boolean;
  /** For example `1.41`. */
  readonly apiVersion: string;
}

export interface SwarmNode {
  readonly id: string;
  readonly name: string;
  /** Whether it takes tasks now. */
  readonly isReady: boolean;
  /** For example `20.10.24`. */
  readonly engineVersion: string;
}

/** As the engine tells it (Docker Engine API, TaskList), as far as we read it. */
export interface SwarmTask {
  readonly ID: string;
  readonly NodeID?: string;
  readonly DesiredState: string;
  readonly Status: {
    readonly State: string;
    readonly Timestamp?: string;
    readonly Err?: string;
    readonly ContainerStatus?: { readonly ExitCode?: number } | null;
  };
}
