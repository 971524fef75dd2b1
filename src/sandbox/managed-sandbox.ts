import { randomBytes } from 'node:crypto';
import { AxonError, messageOf } from '../errors.js';
import type { Sandbox, SandboxJob, SandboxLanguage, SandboxResult, SandboxStatus } from '../ports/sandbox.js';
import { buildImage } from './build-image.js';
import { engineError } from './engine-error.js';
import type { Engine } from './engine.js';
import { acceptKnown, imageStatus, knownImage, placeOf, type ImageChoice, type KnownImage } from './known-image.js';
import { Lifetime } from './lifetime.js';
import { limits } from './limits.js';
import { RecentRuns } from './recent-runs.js';
import { Slots } from './slots.js';
import { unlessStopped } from './stopped.js';

export interface ManagedOptions<E extends Engine> extends ImageChoice {
  /** Called when first needed, and again after the engine was lost. `connectDocker` in the extension. */
  readonly connect: () => Promise<E>;
  /** Only for the build: a network other than the engine's own, for example `host`; and arguments (`buildProxies`). */
  readonly buildNetwork?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
}

/** An engine in which code may run. */
export interface Place {
  readonly engine: Engine;
  /** Names the engine among others. */
  readonly id: string;
  /** Kills and removes what a run made there; what is not there is no error. */
  readonly remove: (name: string) => Promise<void>;
}

/** How runs go: in containers of one engine, or as jobs on the nodes of a swarm. */
export interface RunKind<E extends Engine, P extends Place> {
  /** Rejects for an engine in which code must not run. Sweeps what dead windows left there. */
  judge(engine: E): Promise<P>;
  run(job: SandboxJob, signal: AbortSignal, onOutput?: (chunk: string) => void): Promise<SandboxResult>;
  prepare(language: SandboxLanguage): void;
  /** The part of the status that is about how runs go there. */
  about(place: P): Promise<Pick<Exclude<SandboxStatus, { state: 'no-engine' }>, 'runtime' | 'notes' | 'warm'>>;
  /** What was made ahead is of another image. */
  imageChanged(): Promise<void>;
  /** What whoever built it has to know, where there is something. */
  readonly builtNote?: string;
  /** Removes what was made ahead. */
  close(): Promise<void>;
}

/** What the kinds share: the engine, proved to be alive, with its image; the window's end; names, and what is left over. */
export interface House<P extends Place> {
  readonly reach: (signal: AbortSignal) => Promise<P & { readonly known: KnownImage }>;
  readonly lifetime: Lifetime;
  /** Unused so far on any engine. */
  readonly newName: () => string;
  /** Tried again at the next use: it could not be removed because the engine is gone. */
  readonly leave: (name: string) => void;
}

/** A sandbox of one window. Nothing is loaded or connected before the first call. */
export function managedSandbox<E extends Engine, P extends Place>(options: ManagedOptions<E>, kindIn: (house: House<P>) => RunKind<E, P>): Sandbox {
  const slots = new Slots(limits.parallel);
  const runs = new RecentRuns();
  const lifetime = new Lifetime();
  const leftovers = new Set<string>();
  /** All that were connected to: a run may still be under way on one that answers no more. */
  const engines = new Set<E>();
  let connection: Promise<P> | undefined;
  let building = false;
  let disposal: Promise<void> | undefined;

  const kind = kindIn({
    reach: (signal) => unlessStopped(signal, reach()),
    lifetime,
    newName: () => `axon-sandbox-${randomBytes(8).toString('hex')}`,
    leave: (name) => void leftovers.add(name),
  });

  async function connect(): Promise<P> {
    const engine = await options.connect();
    engines.add(engine);
    try {
      lifetime.assertAlive();
      return await kind.judge(engine);
    } catch (error) {
      engines.delete(engine);
      await engine.dispose();
      throw error;
    }
  }

  /** The engine, proved to be alive, and its image. */
  async function reach(): Promise<P & { readonly known: KnownImage }> {
    const wasConnected = connection !== undefined;
    const current = (connection ??= connect());
    try {
      const place = await current;
      const known = await knownImage(place.engine, place.id, options);
      for (const name of leftovers) {
        await place.remove(name);
        leftovers.delete(name);
      }
      return { ...place, known };
    } catch (error) {
      if (connection === current) connection = undefined;
      // An engine that was there before may have moved or restarted: look for it once more.
      if (wasConnected) return reach();
      throw engineError(error, 'asking for the sandbox');
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
        return await runs.note(job, lifetime.track(kind.run(job, either, onOutput)));
      } finally {
        release();
      }
    },

    prepare(language) {
      if (!lifetime.signal.aborted) kind.prepare(language);
    },

    async status(): Promise<SandboxStatus> {
      try {
        lifetime.assertAlive();
        const place = await reach();
        return { ...imageStatus(place.known), engine: place.engine.title, image: options.imageName, ...(await kind.about(place)), runs: runs.list };
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
        // Whoever has it built has it from the files of this version.
        await options.pins?.set(placeOf(id, options), built);
        await kind.imageChanged();
        if (kind.builtNote !== undefined) onProgress?.(kind.builtNote);
      } finally {
        building = false;
      }
    },

    async acceptImage(digest) {
      lifetime.assertAlive();
      const { id, known } = await reach();
      await acceptKnown(known, id, options, digest);
      await kind.imageChanged();
    },

    dispose() {
      disposal ??= (async () => {
        await Promise.allSettled([lifetime.close(), kind.close()]);
        const place = leftovers.size === 0 ? undefined : await connection?.catch(() => undefined);
        if (place) await Promise.allSettled([...leftovers].map(async (name) => place.remove(name)));
        await Promise.all([...engines].map((engine) => engine.dispose()));
      })();
      return disposal;
    },
  };
}

/** An engine elsewhere has a clock of its own, by which it tells when something was made. */
export function timeOf({ SystemTime }: Pick<Awaited<ReturnType<Engine['facts']>>, 'SystemTime'>): number {
  const time = Date.parse(SystemTime ?? '');
  return Number.isNaN(time) ? Date.now() : time;
}
