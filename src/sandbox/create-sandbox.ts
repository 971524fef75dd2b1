import { randomBytes } from 'node:crypto';
import { AxonError, messageOf } from '../errors.js';
import type { Sandbox, SandboxJob, SandboxLanguage, SandboxResult, SandboxStatus } from '../ports/sandbox.js';
import { buildImage } from './build-image.js';
import { containerSpec } from './container-spec.js';
import { Container } from './container.js';
import { engineError, engineStatus } from './engine-error.js';
import { missingLimits } from './engine-limits.js';
import { chooseRuntime, runtimeError, type ChosenRuntime, type RuntimeChoice } from './engine-runtime.js';
import type { Engine, EngineFacts } from './engine.js';
import { acceptKnown, imageStatus, knownImage, placeOf, unknownImage, type ImageChoice, type KnownImage } from './known-image.js';
import { Lifetime } from './lifetime.js';
import { limits } from './limits.js';
import { currentOwner, ownerText, type Owner } from './owner.js';
import { Slots } from './slots.js';
import { RecentRuns } from './recent-runs.js';
import { unlessStopped } from './stopped.js';
import { sweepLeftovers } from './sweep.js';
import { WarmPool } from './warm-pool.js';

export interface SandboxOptions extends ImageChoice {
  /** Called when first needed, and again after the engine was lost. `connectDocker` in the extension. */
  readonly connect: () => Promise<Engine>;
  /** Only for the build: a network other than the engine's own, for example `host`; and arguments (`buildProxies`). */
  readonly buildNetwork?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** Default: `auto`. */
  readonly runtime?: RuntimeChoice;
}

interface Connection {
  readonly engine: Engine;
  readonly owner: Owner;
  /** Names the engine among others. */
  readonly id: string;
  readonly runtime: ChosenRuntime;
}

const buildIt = 'Run “Axon: Build Sandbox Image”, then try again.';

/** Nothing is loaded or connected before the first call. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const slots = new Slots(limits.parallel);
  const runs = new RecentRuns();
  const lifetime = new Lifetime();
  const leftovers = new Set<string>();
  /** All that were connected to: a run may still be under way on one that answers no more. */
  const engines = new Set<Engine>();
  let connection: Promise<Connection> | undefined;
  let building = false;
  let disposal: Promise<void> | undefined;
  const pool = new WarmPool({ idle: limits.idleMinutes * 60_000, make: (language, signal) => lifetime.track(start(language, AbortSignal.any([signal, lifetime.signal]))) });

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

  /** Rejects for an engine in which code must not run. */
  async function judge(engine: Engine): Promise<Connection> {
    const facts = await engine.facts();
    const missing = missingLimits(facts);
    if (missing.length > 0) {
      throw new AxonError('unavailable', `${engine.title} can't limit ${missing.join(', ')}, so code is not run in it.`, 'Use an engine with cgroups and seccomp, for example Docker Engine or Docker Desktop as they are installed by default.');
    }
    const runtime = chooseRuntime(options.runtime ?? 'auto', facts, engine.title);
    const owner = await currentOwner();
    await sweepLeftovers(engine, owner, timeOf(facts));
    return { engine, owner, runtime, id: facts.ID ?? engine.title };
  }

  /** The engine, proved to be alive, and its image. */
  async function reach(): Promise<Connection & { readonly known: KnownImage }> {
    const wasConnected = connection !== undefined;
    const current = (connection ??= connect());
    try {
      const found = await current;
      const { engine, id } = found;
      const known = await knownImage(engine, id, options);
      for (const name of leftovers) {
        await engine.remove(name);
        leftovers.delete(name);
      }
      return { ...found, known };
    } catch (error) {
      if (connection === current) connection = undefined;
      // An engine that was there before may have moved or restarted: look for it once more.
      if (wasConnected) return reach();
      throw engineError(error, 'asking for the sandbox');
    }
  }

  /** A started container of the image of this version. */
  async function start(language: SandboxLanguage, signal: AbortSignal): Promise<Container> {
    const { engine, owner, runtime, known } = await unlessStopped(signal, reach());
    const { id } = usable(known);
    const name = `axon-sandbox-${randomBytes(8).toString('hex')}`;
    const spec = containerSpec(id, language, ownerText(owner), runtime.name);
    return Container.start({ engine, name, spec, onLeftover: (left) => leftovers.add(left) }, signal).catch((error: unknown): never => {
      throw runtimeError(error, runtime);
    });
  }

  async function runNow(job: SandboxJob, signal: AbortSignal, onOutput: ((chunk: string) => void) | undefined): Promise<SandboxResult> {
    try {
      const container = (await pool.take(job.language, signal)) ?? (await start(job.language, signal));
      return await container.run(job, signal, onOutput);
    } catch (error) {
      if (engineStatus(error) === 404) throw noImage();
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

    prepare(language) {
      if (!lifetime.signal.aborted) pool.prepare(language);
    },

    async status(): Promise<SandboxStatus> {
      try {
        lifetime.assertAlive();
        const { engine, runtime, known } = await reach();
        return { ...imageStatus(known), engine: engine.title, image: options.imageName, runtime: runtime.title, notes: engine.notes, warm: pool.ready, runs: runs.list };
      } catch (error) {
        return { state: 'no-engine', reason: messageOf(error) };
      }
    },

    async build({ signal, onProgress }) {
      lifetime.assertAlive();
      if (building) throw new AxonError('conflict', 'The sandbox image is being built already.', 'Wait for it to end.');
      building = true;
      const either = AbortSignal.any([signal, lifetime.signal]);
      try {
        const { engine, id } = await unlessStopped(either, reach());
        const { buildNetwork: network, buildArgs = {} } = options;
        const built = await lifetime.track(buildImage({ engine, image: options.imageName, contextFolder: options.contextFolder, buildArgs, signal: either, ...(network !== undefined && { network }), ...(onProgress && { onProgress }) }));
        // Whoever has it built has it from the files of this version.
        await options.pins?.set(placeOf(id, options), built);
        // What waits is of the image before.
        await pool.drop();
      } finally {
        building = false;
      }
    },

    async acceptImage(digest) {
      lifetime.assertAlive();
      const { id, known } = await reach();
      await acceptKnown(known, id, options, digest);
      await pool.drop();
    },

    dispose() {
      disposal ??= (async () => {
        await Promise.allSettled([lifetime.close(), pool.close()]);
        const known = leftovers.size === 0 ? undefined : await connection?.catch(() => undefined);
        if (known) await Promise.allSettled([...leftovers].map(async (name) => known.engine.remove(name)));
        await Promise.all([...engines].map((engine) => engine.dispose()));
      })();
      return disposal;
    },
  };

  function usable(known: KnownImage): { readonly id: string } {
    if (known.state === 'no-image') throw noImage();
    if (known.state === 'image-unknown') throw unknownImage(options.imageName);
    return known.image;
  }

  function noImage(): AxonError {
    return new AxonError('unavailable', `The sandbox image ${options.imageName} is not built yet, or belongs to another version of Axon.`, buildIt);
  }
}

/** An engine elsewhere has a clock of its own, by which it tells when a container was made. */
function timeOf({ SystemTime }: EngineFacts): number {
  const time = Date.parse(SystemTime ?? '');
  return Number.isNaN(time) ? Date.now() : time;
}
