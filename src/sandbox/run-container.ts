import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxResult } from '../ports/sandbox.js';
import type { ContainerSpec } from './container-spec.js';
import type { Engine } from './engine.js';
import { FrameReader } from './frame-reader.js';
import { limits } from './limits.js';
import { OutputCollector } from './output-collector.js';
import { rejectionOn, stopped as stoppedError } from './stopped.js';

export interface ContainerRun {
  readonly engine: Engine;
  /** Unused so far, so that the container can be removed even when the engine's answer to its making was lost. */
  readonly name: string;
  readonly spec: ContainerSpec;
  readonly code: string;
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly onOutput?: (chunk: string) => void;
  /** Hears when the container could not be removed because the engine is gone. */
  readonly onLeftover: (name: string) => void;
}

type End = { readonly type: 'exited'; readonly code: number } | { readonly type: 'timeout' } | { readonly type: 'flood' };

/**
 * Makes the container, hands it the code, and waits for its end, its time limit, a flood of output or the signal. However
 * this ends, the container is killed and removed before the promise settles.
 * Rejects with `AxonError` cancelled, or with the engine's error.
 */
export async function runContainer(run: ContainerRun): Promise<SandboxResult> {
  const { engine, name, spec, signal } = run;
  if (signal.aborted) throw stoppedError();
  const stop = new AbortController();
  const onAbort = () => {
    stop.abort();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const stopped = rejectionOn(stop.signal);
  let created: Promise<void> | undefined;
  let stream: Duplex | undefined;
  try {
    created = engine.create(name, spec);
    await Promise.race([created, stopped]);
    const attaching = engine.attach(name);
    // Cancelled while this was under way: the connection must not stay open.
    void attaching.then((late) => stop.signal.aborted && late.destroy(), () => undefined);
    stream = await Promise.race([attaching, stopped]);
    return await watch(run, stream, stopped);
  } finally {
    signal.removeEventListener('abort', onAbort);
    stop.abort();
    stream?.destroy();
    if (created) await discard(run, created);
  }
}

async function watch(run: ContainerRun, stream: Duplex, stopped: Promise<never>): Promise<SandboxResult> {
  const { engine, name } = run;
  const collector = new OutputCollector(limits.outputCharacters, run.onOutput);
  const output = readOutput(stream, collector);
  const done = new AbortController();
  try {
    await Promise.race([engine.start(name), stopped]);
    const begun = performance.now();
    stream.write(run.code);
    const exited = engine.wait(name, done.signal).then((code): End => ({ type: 'exited', code }));
    const timedOut = sleep(run.seconds * 1000, undefined, { signal: done.signal }).then((): End => ({ type: 'timeout' }));
    for (const each of [exited, timedOut]) each.catch(() => undefined); // The losers of the race end by `done`.
    const end = await Promise.race([exited, timedOut, output.flood, stopped]);
    const milliseconds = Math.round(performance.now() - begun);
    // What the code printed last may still be on its way.
    if (end.type === 'exited') await Promise.race([output.closed, sleep(5000, undefined, { signal: done.signal }), stopped]);
    const how = await explain(run, end, milliseconds);
    return { ...how, ...collector.end(), milliseconds };
  } finally {
    done.abort();
  }
}

async function explain(run: ContainerRun, end: End, milliseconds: number): Promise<Pick<SandboxResult, 'ended' | 'exitCode' | 'reason'>> {
  if (end.type === 'timeout') return { ended: 'timeout', exitCode: null };
  if (end.type === 'flood') return { ended: 'killed', exitCode: null, reason: `it printed more than ${limits.outputBytes / 1024 / 1024} MB` };
  const exitCode = end.code;
  if (exitCode === 0) return { ended: 'exited', exitCode };
  if (await run.engine.ranOutOfMemory(run.name)) return { ended: 'out-of-memory', exitCode };
  if (exitCode !== 137) return { ended: 'exited', exitCode };
  // The engine hears of a lack of memory by another way than of the end; give the message time.
  await sleep(200);
  if (await run.engine.ranOutOfMemory(run.name)) return { ended: 'out-of-memory', exitCode };
  if (milliseconds >= run.seconds * 1000) return { ended: 'timeout', exitCode: null };
  return { ended: 'killed', exitCode, reason: 'a kill signal ended it' };
}

/** `flood` resolves when there is too much of it, and rejects when it can't be read; `closed` when there is no more. */
function readOutput(stream: Duplex, collector: OutputCollector): { readonly flood: Promise<End>; readonly closed: Promise<void> } {
  let bytes = 0;
  const flood = new Promise<End>((resolve, reject) => {
    const reader = new FrameReader((source, payload) => {
      bytes += payload.length;
      if (bytes <= limits.outputBytes) {
        collector.push(source, payload);
        return;
      }
      stream.destroy(); // Reads no further: the code blocks on its pipe until it is killed.
      resolve({ type: 'flood' });
    });
    stream.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (error) {
        stream.destroy();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
  flood.catch(() => undefined); // Heard through the race, unless the run ended before.
  const closed = new Promise<void>((resolve) => {
    // An engine that goes away is noticed by `wait`, which says more than the stream's error.
    for (const event of ['end', 'close', 'error'] as const) stream.once(event, () => { resolve(); });
  });
  stream.on('error', () => undefined);
  return { flood, closed };
}

/** Never rejects: a container that can't be removed is reported and tried again later. */
async function discard({ engine, name, onLeftover }: ContainerRun, created: Promise<void>): Promise<void> {
  const settled = created.then(() => true, () => true);
  // Usually it has settled long ago. After a cancel it may be under way: removing too early would remove nothing.
  const inTime = await Promise.race([settled, sleep(3000, false)]);
  const remove = async () => engine.remove(name).catch(() => { onLeftover(name); });
  if (inTime) await remove();
  else void settled.then(remove);
}
