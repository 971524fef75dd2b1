import { AxonError } from '../errors.js';
import type { Sandbox, SandboxLanguage } from '../ports/sandbox.js';
import { containerSpec } from './container-spec.js';
import { Container } from './container.js';
import { engineError, engineStatus } from './engine-error.js';
import { missingLimits } from './engine-limits.js';
import { chooseRuntime, runtimeError, type ChosenRuntime, type RuntimeChoice } from './engine-runtime.js';
import type { Engine } from './engine.js';
import { unknownImage, type KnownImage } from './known-image.js';
import { limits } from './limits.js';
import { managedSandbox, timeOf, type ManagedOptions, type Place } from './managed-sandbox.js';
import { currentOwner, ownerText } from './owner.js';
import { sweepLeftovers } from './sweep.js';
import { WarmPool } from './warm-pool.js';

export interface SandboxOptions extends ManagedOptions<Engine> {
  /** Default: `auto`. */
  readonly runtime?: RuntimeChoice;
}

interface EnginePlace extends Place {
  readonly owner: string;
  readonly runtime: ChosenRuntime;
}

/** A sandbox in containers of one engine, each made for one run, ahead of it where a person still reads what is to run. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const noImage = (): AxonError =>
    new AxonError('unavailable', `The sandbox image ${options.imageName} is not built yet, or belongs to another version of Axon.`, 'Run “Axon: Build Sandbox Image”, then try again.');

  function usable(known: KnownImage): { readonly id: string } {
    if (known.state === 'no-image') throw noImage();
    if (known.state === 'image-unknown') throw unknownImage(options.imageName);
    return known.image;
  }

  return managedSandbox<Engine, EnginePlace>(options, ({ reach, lifetime, newName, leave }) => {
    const pool = new WarmPool({ idle: limits.idleMinutes * 60_000, make: (language, signal) => lifetime.track(start(language, AbortSignal.any([signal, lifetime.signal]))) });

    /** A started container of the accepted image. */
    async function start(language: SandboxLanguage, signal: AbortSignal): Promise<Container> {
      const { engine, owner, runtime, known } = await reach(signal);
      const spec = containerSpec(usable(known).id, language, owner, runtime.name);
      return Container.start({ engine, name: newName(), spec, onLeftover: leave }, signal).catch((error: unknown): never => {
        throw runtimeError(error, runtime);
      });
    }

    return {
      async judge(engine) {
        const facts = await engine.facts();
        const missing = missingLimits(facts);
        if (missing.length > 0) {
          throw new AxonError('unavailable', `${engine.title} can't limit ${missing.join(', ')}, so code is not run in it.`, 'Use an engine with cgroups and seccomp, for example Docker Engine or Docker Desktop as they are installed by default.');
        }
        const runtime = chooseRuntime(options.runtime ?? 'auto', facts, engine.title);
        const owner = await currentOwner();
        await sweepLeftovers(engine, owner, timeOf(facts));
        return { engine, owner: ownerText(owner), runtime, id: facts.ID ?? engine.title, remove: (name) => engine.remove(name) };
      },

      async run(job, signal, onOutput) {
        try {
          const container = (await pool.take(job.language, signal)) ?? (await start(job.language, signal));
          return await container.run(job, signal, onOutput);
        } catch (error) {
          if (engineStatus(error) === 404) throw noImage();
          throw engineError(error, 'running the code');
        }
      },

      prepare: (language) => pool.prepare(language),
      about: async ({ engine, runtime }) => ({ runtime: runtime.title, notes: engine.notes, warm: pool.ready }),
      imageChanged: () => pool.drop(),
      close: () => pool.close(),
    };
  });
}
