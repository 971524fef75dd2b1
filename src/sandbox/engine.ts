import type { Duplex, Readable } from 'node:stream';
import type { ContainerSpec } from './container-spec.js';

/** What the sandbox asks of a container engine, and nothing else. Names are of containers that the sandbox named. */
export interface Engine {
  /** For a person: name, version and where it answers. */
  readonly title: string;
  /** What it holds by other means than a limit of its own, or tells the code, as sentences for a person. */
  readonly notes: readonly string[];
  facts(): Promise<EngineFacts>;
  /** Undefined when there is no such image. `name`: a name, or an id. */
  image(name: string): Promise<ImageFacts | undefined>;
  create(name: string, spec: ContainerSpec): Promise<void>;
  /** The container's standard input to write, and its framed output to read (FrameReader). */
  attach(name: string): Promise<Duplex>;
  start(name: string): Promise<void>;
  /** Resolves with the exit code when it has ended. Takes as long as it takes. */
  wait(name: string, signal: AbortSignal): Promise<number>;
  /** True when the memory limit ended a process in it; false also when the container is gone; undefined when the engine may not know. */
  ranOutOfMemory(name: string): Promise<boolean | undefined>;
  /** Kills and removes, whatever its state; one that is not there is no error. */
  remove(name: string): Promise<void>;
  /** All containers that have the label, running or not. */
  labelled(label: string): Promise<readonly LabelledContainer[]>;
  /** Whether a build has a network without asking for one: an engine may have been started without its bridge. */
  hasBridge(): Promise<boolean>;
  /** The engine's answer to a build: JSON, one object a line. Ends when the build does. */
  build(request: BuildRequest, signal: AbortSignal): Promise<Readable>;
  /** Ends what is shared by its connections. Twice is harmless; nothing can be asked afterwards. Never rejects. */
  dispose(): Promise<void>;
}

export interface ImageFacts {
  /** `sha256:…` over what the image is made of: another id is another image. */
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  /** In the engine's words, for example `amd64`. */
  readonly architecture: string;
  readonly bytes: number;
  /** As the engine tells it (RFC 3339). */
  readonly createdAt: string;
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

/** What `GET /info` says of the engine, as far as the sandbox depends on it. */
export interface EngineFacts {
  /** Names the engine for as long as its data lives. */
  readonly ID?: string;
  readonly MemoryLimit?: boolean;
  readonly SwapLimit?: boolean;
  readonly CpuCfsQuota?: boolean;
  readonly PidsLimit?: boolean;
  readonly SecurityOptions?: readonly string[];
  readonly OSType?: string;
  /** By the engine's clock (RFC 3339). */
  readonly SystemTime?: string;
  readonly CgroupVersion?: string;
  readonly Runtimes?: Readonly<Record<string, unknown>> | null;
  readonly DefaultRuntime?: string | null;
  readonly isPodman?: boolean;
  /** Podman's own answer: the cgroup controllers that its containers really have. */
  readonly controllers?: readonly string[];
  /** Podman's own: it runs without root's rights. */
  readonly Rootless?: boolean;
}
