import { AxonError } from '../errors.js';
import { visibleLine } from '../visible.js';
import { engineReason, engineStatus } from './engine-error.js';
import type { EngineFacts } from './engine.js';

export const runtimeChoices = ['auto', 'default', 'runsc'] as const;

/** `runsc` is gVisor's. `auto` takes it where the engine has it. */
export type RuntimeChoice = (typeof runtimeChoices)[number];

export interface ChosenRuntime {
  /** To ask for with each container; absent: the engine's default is the one. */
  readonly name?: string;
  /** What runs the containers, for a person. */
  readonly title: string;
}

/** Rejects with `AxonError` unavailable when gVisor is asked for and the engine at hand doesn't have it. */
export function chooseRuntime(choice: RuntimeChoice, facts: EngineFacts, engine: string): ChosenRuntime {
  const { DefaultRuntime, isPodman = false } = facts;
  const offered = facts.Runtimes ?? {}; // Null where an engine tells none.
  const usual: ChosenRuntime = { title: titleOf(DefaultRuntime) };
  if (choice === 'default' || DefaultRuntime === 'runsc') return usual;
  // Podman lists what its configuration knows, installed or not, and gives each container its default, whatever is asked for.
  if (!isPodman && Object.hasOwn(offered, 'runsc')) return { name: 'runsc', title: titleOf('runsc') };
  if (choice === 'auto') return usual;
  const next = isPodman
    ? 'Podman uses one runtime for all containers: name runsc as `runtime` in its containers.conf, or set `axon.sandbox.runtime` to “auto”.'
    : 'Install gVisor where the engine runs and register it (`runsc install`), or set `axon.sandbox.runtime` to “auto”.';
  throw new AxonError('unavailable', `${engine} doesn't have gVisor (runsc), so code is not run in it.`, next);
}

/** A container that the engine couldn't make or start with gVisor, as an error that says so; any other error as it is. */
export function runtimeError(error: unknown, { name }: ChosenRuntime): unknown {
  const status = engineStatus(error);
  if (name === undefined || status === undefined || status === 404) return error;
  return new AxonError('io', `gVisor (${name}) could not start a container: ${engineReason(error)}`, 'Look at gVisor where the engine runs (`runsc --version`, its log), or set `axon.sandbox.runtime` to “default”.', { cause: error });
}

function titleOf(name: string | null | undefined): string {
  if (!name) return 'the engine’s own runtime';
  return name === 'runsc' ? 'gVisor (runsc)' : visibleLine(name).slice(0, 60);
}
