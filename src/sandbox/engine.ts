import type { Duplex, Readable } from 'node:stream';
import type { ContainerSpec } from './container-spec.js';

/** What the sandbox asks of a container engine, and nothing else. Names are of containers that the sandbox named. */
export interface Engine {
  /** For a person: name, version and where it answers. */
  readonly title: string;
  limits(): Promise<EngineLimits>;
  /** The image's labels; undefined when there is no such image. */
  imageLabels(image: string): Promise<Readonly<Record<string, string>> | undefined>;
  create(name: string, spec: ContainerSpec): Promise<void>;
  /** The container's standard input to write, and its framed output to read (FrameReader). */
  attach(name: string): Promise<Duplex>;
  start(name: string): Promise<void>;
  /** Resolves with the exit code when it has ended. Takes as long as it takes. */
  wait(name: string, signal: AbortSignal): Promise<number>;
  /** True when the memory limit ended a process in it; false also when the container is gone. */
  ranOutOfMemory(name: string): Promise<boolean>;
  /** Kills and removes, whatever its state; one that is not there is no error. */
  remove(name: string): Promise<void>;
  /** All containers that have the label, running or not. */
  labelled(label: string): Promise<readonly LabelledContainer[]>;
  /** Whether a build has a network without asking for one: an engine may have been started without its bridge. */
  hasBridge(): Promise<boolean>;
  /** The engine's answer to a build: JSON, one object a line. Ends when the build does. */
  build(request: BuildRequest, signal: AbortSignal): Promise<Readable>;
}

export interface LabelledContainer {
  readonly name: string;
  readonly label: string;
  /** Milliseconds since the epoch, by the engine's clock. */
  readonly createdAt: number;
}

export interface BuildRequest {
  readonly folder: string;
  readonly files: readonly string[];
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** The network while building, for example `host` for an engine without a bridge; the engine's default when absent. */
  readonly network?: string;
}

/** What `GET /info` says about the limits that the engine can hold. */
export interface EngineLimits {
  readonly MemoryLimit?: boolean;
  readonly SwapLimit?: boolean;
  readonly CpuCfsQuota?: boolean;
  readonly PidsLimit?: boolean;
  readonly SecurityOptions?: readonly string[];
  readonly OSType?: string;
}
