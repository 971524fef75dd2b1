import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxJob, SandboxResult } from '../ports/sandbox.js';
import type { ContainerSpec } from './container-spec.js';
import type { Engine } from './engine.js';
import { limits } from './limits.js';
import { OutputCollector } from './output-collector.js';
import { jobSeconds, programText } from './program.js';
import { readOutput } from './read-output.js';
import { rejectionOn, stopped as stoppedError } from './stopped.js';

export interface ContainerOptions {
  readonly engine: Engine;
  /** Unused so far, so that the container can be removed even when the engine's answer to its making was lost. */
  readonly name: string;
  readonly spec: ContainerSpec;
  /** Hears when the container could not be removed because the engine is gone. */
  readonly onLeftover: (name: string) => void;
}

type End = { readonly type: 'exited'; readonly code: number } | { readonly type: 'timeout' } | { readonly type: 'flood' };

/** A started container that waits for its program. It runs one, and is killed and removed then, however that ends. */
export class Container {
  readonly #gone = new AbortController();
  readonly #exited: Promise<number>;
  #removal: Promise<void> | undefined;

  private constructor(
    private readonly options: ContainerOptions,
    private readonly stream: Duplex,
  ) {
    this.#exited = options.engine.wait(options.name, this.#gone.signal);
    this.#exited.catch(() => undefined); // Heard by whoever runs a program in it.
    stream.on('error', () => undefined);
  }

  /** Rejects with `AxonError` cancelled, or with the engine's error; what was made of the container is removed then. */
  static async start(options: ContainerOptions, signal: AbortSignal): Promise<Container> {
    const { engine, name, spec } = options;
    if (signal.aborted) throw stoppedError();
    const stopped = rejectionOn(signal);
    const created = engine.create(name, spec);
    let stream: Duplex | undefined;
    try {
      await Promise.race([created, stopped]);
      const attaching = engine.attach(name);
      // Cancelled while this was under way: the connection must not stay open.
      void attaching.then((late) => signal.aborted && late.destroy(), () => undefined);
      stream = await Promise.race([attaching, stopped]);
      await Promise.race([engine.start(name), stopped]);
      return new Container(options, stream);
    } catch (error) {
      stream?.destroy();
      await discard(options, created);
      throw error;
    }
  }

  /** Settles when it has ended, by itself or with its engine. Never rejects. */
  get ended(): Promise<unknown> {
    return this.#exited.catch(() => undefined);
  }

  /**
   * Hands it the program, once, and waits for its end, its time limit, a flood of output or the signal. The container is
   * removed before this settles. Rejects with `AxonError` cancelled, or with the engine's error.
   */
  async run(job: SandboxJob, signal: AbortSignal, onOutput?: (chunk: string) => void): Promise<SandboxResult> {
    const stopped = rejectionOn(signal);
    const collector = new OutputCollector(limits.outputCharacters, onOutput);
    const output = readOutput(this.stream, collector);
    const seconds = jobSeconds(job);
    const done = new AbortController();
    try {
      const begun = performance.now();
      if (!signal.aborted) this.stream.write(programText(job));
      const exited = this.#exited.then((code): End => ({ type: 'exited', code }));
      const timedOut = sleep(seconds * 1000, undefined, { signal: done.signal }).then((): End => ({ type: 'timeout' }));
      const flood = output.flood.then((): End => ({ type: 'flood' }));
      for (const each of [exited, timedOut, flood]) each.catch(() => undefined); // The losers of the race end by `done`.
      const end = await Promise.race([stopped, exited, timedOut, flood]);
      const milliseconds = Math.round(performance.now() - begun);
      // What the code printed last may still be on its way.
      if (end.type === 'exited') await Promise.race([output.closed, sleep(5000, undefined, { signal: done.signal }), stopped]);
      const how = await this.#explain(end, milliseconds, seconds);
      return { ...how, ...collector.end(), milliseconds };
    } finally {
      done.abort();
      await this.remove();
    }
  }

  /** Kills and removes it, whatever it does. Twice is harmless. Never rejects: one that can't be removed is reported. */
  remove(): Promise<void> {
    this.#removal ??= (async () => {
      this.#gone.abort();
      this.stream.destroy();
      await discard(this.options, Promise.resolve());
    })();
    return this.#removal;
  }

  async #explain(end: End, milliseconds: number, seconds: number): Promise<Pick<SandboxResult, 'ended' | 'exitCode' | 'reason'>> {
    const { engine, name } = this.options;
    if (end.type === 'timeout') return { ended: 'timeout', exitCode: null };
    if (end.type === 'flood') return { ended: 'killed', exitCode: null, reason: `it printed more than ${limits.outputBytes / 1024 / 1024} MB` };
    const exitCode = end.code;
    if (exitCode === 0) return { ended: 'exited', exitCode };
    if (await engine.ranOutOfMemory(name)) return { ended: 'out-of-memory', exitCode };
    if (exitCode !== 137) return { ended: 'exited', exitCode };
    // The engine hears of a lack of memory by another way than of the end; give the message time.
    await sleep(200);
    if (await engine.ranOutOfMemory(name)) return { ended: 'out-of-memory', exitCode };
    if (milliseconds >= seconds * 1000) return { ended: 'timeout', exitCode: null };
    return { ended: 'killed', exitCode, reason: 'a kill signal ended it' };
  }
}

/** Never rejects: a container that can't be removed is reported and tried again later. */
async function discard({ engine, name, onLeftover }: ContainerOptions, created: Promise<void>): Promise<void> {
  const settled = created.then(() => true, () => true);
  // Usually it has settled long ago. After a cancel it may be under way: removing too early would remove nothing.
  const inTime = await Promise.race([settled, sleep(3000, false)]);
  const remove = async () => engine.remove(name).catch(() => { onLeftover(name); });
  if (inTime) await remove();
  else void settled.then(remove);
}
