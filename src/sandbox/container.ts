import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxJob, SandboxResult } from '../ports/sandbox.js';
import type { ContainerSpec } from './container-spec.js';
import type { Engine } from './engine.js';
import { limits } from './limits.js';
import { LiveOutput } from './live-output.js';
import { OutputCollector } from './output-collector.js';
import { jobSeconds, programBytes } from './program.js';
import { readOutput } from './read-output.js';
import { ReportReader, type ProgramEnd } from './report-reader.js';
import { stopped as stoppedError, watchStop } from './stopped.js';

export interface ContainerOptions {
  readonly engine: Engine;
  /** Unused so far, so that the container can be removed even when the engine's answer to its making was lost. */
  readonly name: string;
  readonly spec: ContainerSpec;
  /** Hears when the container could not be removed because the engine is gone. */
  readonly onLeftover: (name: string) => void;
}

/** Seconds more than the program has, until the container is killed from outside. */
const spareSeconds = 1;

type End = { readonly type: 'exited'; readonly code: number } | { readonly type: 'timeout' } | { readonly type: 'flood' } | { readonly type: 'cut-off' };

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
    const stop = watchStop(signal);
    const created = engine.create(name, spec);
    let stream: Duplex | undefined;
    try {
      await Promise.race([created, stop.fired]);
      const attaching = engine.attach(name);
      // Cancelled while this was under way: the connection must not stay open.
      void attaching.then((late) => signal.aborted && late.destroy(), () => undefined);
      stream = await Promise.race([attaching, stop.fired]);
      await Promise.race([engine.start(name), stop.fired]);
      return new Container(options, stream);
    } catch (error) {
      stream?.destroy();
      await discard(options, created);
      throw error;
    } finally {
      stop.release();
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
    const stop = watchStop(signal);
    const live = new LiveOutput(onOutput ?? (() => undefined));
    const collector = new OutputCollector(limits.outputCharacters, (text) => { live.push(text); });
    const report = new ReportReader();
    const output = readOutput(this.stream, collector, report);
    const seconds = jobSeconds(job);
    const done = new AbortController();
    const after = (wait: number): Promise<End> => sleep(wait * 1000, undefined, { signal: done.signal }).then((): End => ({ type: 'timeout' }));
    try {
      const program = await programBytes(job);
      const begun = performance.now();
      if (!signal.aborted) this.stream.write(program);
      const exited = this.#exited.then((code): End => ({ type: 'exited', code }));
      let milliseconds: number | undefined;
      const told = report.ended.then(() => (milliseconds = performance.now() - begun));
      // The clock inside ends the program in time and leaves its results; this one is for when that was got round.
      const handingOver = told.then(() => after(limits.resultSeconds));
      const timedOut = after(seconds + spareSeconds).then((end) => (milliseconds === undefined ? end : handingOver));
      const flood = output.flood.then((): End => ({ type: 'flood' }));
      // Nobody waits for whoever still wants to send: it is ended with its container.
      const cutOff = output.cutOff.then((): End => ({ type: 'cut-off' }));
      for (const each of [exited, timedOut, handingOver, flood]) each.catch(() => undefined); // The losers of the race end by `done`.
      const end = await Promise.race([stop.fired, exited, timedOut, handingOver, flood, cutOff]);
      milliseconds ??= performance.now() - begun;
      // What the code printed last, and its results, may still be on their way.
      if (end.type === 'exited') await Promise.race([output.closed, sleep(limits.resultSeconds * 1000, undefined, { signal: done.signal }), stop.fired]);
      const { end: own, files, leftOut } = await report.report();
      const how = await this.#explain(end, own, milliseconds, seconds);
      return { ...how, ...collector.end(), milliseconds: Math.round(milliseconds), files, leftOut, ...(own?.peakMemory !== undefined && { peakMemory: own.peakMemory }) };
    } finally {
      stop.release();
      live.flush();
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

  /** `told` is what the shell beside the program says; it is missing when that was killed too. */
  async #explain(end: End, told: ProgramEnd | undefined, milliseconds: number, seconds: number): Promise<Pick<SandboxResult, 'ended' | 'exitCode' | 'reason'>> {
    const { engine, name } = this.options;
    if (end.type === 'flood') return { ended: 'killed', exitCode: null, reason: `it printed more than ${limits.outputBytes / 1024 / 1024} MB` };
    if (end.type === 'timeout' && !told) return { ended: 'timeout', exitCode: null };
    if (end.type === 'cut-off' && !told) return { ended: 'killed', exitCode: null, reason: 'what its container told of its end makes no sense' };
    const exitCode = told?.exitCode ?? (end.type === 'exited' ? end.code : 0);
    if (!told && exitCode !== 137) return { ended: 'killed', exitCode: null, reason: `the shell that watches it did not tell how it ended; its container did with exit code ${exitCode}` };
    if (exitCode === 0) return { ended: 'exited', exitCode };
    if (exitCode === 137 && milliseconds >= seconds * 1000) return { ended: 'timeout', exitCode: null };
    // What the shell told is known, also when the engine can't be asked any more.
    const outOfMemory = async (): Promise<boolean | undefined> => engine.ranOutOfMemory(name).catch((error: unknown) => {
      if (!told) throw error;
      return undefined;
    });
    if (await outOfMemory()) return { ended: 'out-of-memory', exitCode };
    if (exitCode !== 137) return { ended: 'exited', exitCode };
    // The engine hears of a lack of memory by another way than of the end; give the message time.
    await sleep(200);
    const lack = (await outOfMemory()) ?? (told?.peakMemory ?? 0) >= limits.memoryBytes;
    if (lack) return { ended: 'out-of-memory', exitCode };
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
