import { setTimeout as sleep } from 'node:timers/promises';
import { AxonError } from '../../errors.js';
import type { SandboxJob, SandboxResult } from '../../ports/sandbox.js';
import { limits } from '../limits.js';
import { LiveOutput } from '../live-output.js';
import { OutputCollector } from '../output-collector.js';
import { jobSeconds, programBytes } from '../program.js';
import { stopped as stoppedError, watchStop } from '../stopped.js';
import { awaitTask, type Seen } from './await-task.js';
import { refusalCode, refusedLimit } from './node-guard.js';
import { explainEnd, type RunEnd } from './run-end.js';
import { ServiceLog } from './service-log.js';
import { networkSpec, secretSpec, serviceSpec } from './service-spec.js';
import type { ImageFacts } from '../engine.js';
import type { SwarmEngine } from './swarm-engine.js';
import { between, isAlive, taskNews } from './task-news.js';

export interface SwarmRunOptions {
  readonly swarm: SwarmEngine;
  /** Unused so far, so that all of the run can be removed even when the manager's answer to its making was lost. */
  readonly name: string;
  readonly image: Pick<ImageFacts, 'id' | 'architecture'>;
  readonly owner: string;
  readonly noNewPrivileges: boolean;
  /** Hears on which node it runs, for a person. */
  readonly onNode: (node: string) => void;
  /** Hears when something of the run could not be removed because the manager is gone. */
  readonly onLeftover: (name: string) => void;
}

/** Bytes of a secret, by the swarm's own rule (swarmkit, api/validation). */
const mostProgramBytes = 512_000 - 1;
/** Seconds until a task must run: nodes may be busy, and the first run makes the network's parts. */
const startSeconds = 45;
/** Seconds more than the program has, until it is killed from outside: the guard and the shell have their part of them. */
const spareSeconds = 4;
/** Milliseconds that a node gets to end a task that is to go. It waits for its network for some of them. */
const killPatience = 10_000;

/**
 * Runs a job once, as a service with one task, and removes the service, its network and its secret before this settles,
 * however that is. Rejects with `AxonError`: cancelled, too-large, unavailable (no node would run it), or with the
 * manager's error.
 */
export async function runOnSwarm(options: SwarmRunOptions, job: SandboxJob, signal: AbortSignal, onOutput?: (chunk: string) => void): Promise<SandboxResult> {
  const program = await programBytes(job);
  if (program.byteLength > mostProgramBytes) {
    throw new AxonError('too-large', `A swarm takes ${mostProgramBytes} bytes of code and files at most; these are ${program.byteLength}.`, 'Give it fewer or smaller files, or use a single engine (`axon.sandbox.engine`).');
  }
  if (signal.aborted) throw stoppedError();
  const stop = watchStop(signal);
  const made = make(options, job, program, signal);
  const done = new AbortController();
  const live = new LiveOutput(onOutput ?? (() => undefined));
  try {
    await Promise.race([made, stop.fired]);
    return await Promise.race([watch(options, job, live, done.signal), stop.fired]);
  } finally {
    stop.release();
    done.abort();
    live.flush();
    await discard(options, made);
  }
}

async function make({ swarm, name, image, owner, noNewPrivileges }: SwarmRunOptions, { language }: SandboxJob, program: Buffer, signal: AbortSignal): Promise<void> {
  const networkId = await swarm.createNetwork(networkSpec(name, owner));
  signal.throwIfAborted();
  const secretId = await swarm.createSecret(secretSpec(name, owner, program));
  signal.throwIfAborted();
  await swarm.createService(serviceSpec({ name, image: image.id, architecture: image.architecture, language, owner, networkId, secretId, noNewPrivileges }));
}

async function watch(options: SwarmRunOptions, job: SandboxJob, live: LiveOutput, signal: AbortSignal): Promise<SandboxResult> {
  const { swarm, name } = options;
  const seconds = jobSeconds(job);
  const collector = new OutputCollector(limits.outputCharacters, (text) => { live.push(text); });
  const log = new ServiceLog(swarm, name, collector);
  void log.follow(signal);
  const begun = await start(options, signal);
  const node = await nodeOf(options, begun);
  const clock = performance.now();
  const after = (wait: number): Promise<RunEnd> => sleep(wait * 1000, { type: 'timeout' } as const, { signal });
  let last = begun;
  const ended = awaitTask(swarm, name, signal, ({ news }) => news.type !== 'running').then((seen): RunEnd => {
    last = seen;
    if (seen.news.type === 'ended') return seen.news;
    return { type: 'lost', why: `${seen.news.type === 'running' || seen.news.type === 'waiting' ? 'its service was removed from outside' : seen.news.why} (${node})` };
  });
  let isOver = false;
  void log.ended.then(() => { isOver = true; });
  // The clock inside ends the program in time and leaves its results; this one is for when that was got round.
  const timedOut = after(seconds + spareSeconds).then((end) => (isOver ? after(limits.resultSeconds) : end));
  const flood = log.flood.then((of): RunEnd => ({ type: 'flood', of }));
  for (const each of [ended, timedOut]) each.catch(() => undefined); // The losers of the race end by the signal.
  const end = await Promise.race([ended, timedOut, flood]);
  const milliseconds = Math.round((last === begun ? undefined : between(begun.task, last.task)) ?? performance.now() - clock);
  const isRunning = end.type === 'flood' || (end.type === 'timeout' && !isOver);
  const { end: told, files, leftOut, words, isWhole } = await (isRunning ? log.giveUp() : log.finish(signal));
  if (end.type === 'ended' && end.exitCode === refusalCode && !told) throw refused(node, words);
  if (end.type === 'ended' && !told && !isWhole && !log.hasOutput) throw new AxonError('io', `The code ran on ${node}, but what it printed can’t be read there.`, 'The manager reads it from the node: look whether that one is up.');
  const how = explainEnd(end.type === 'ended' && !isWhole ? { type: 'unread' } : end, told, milliseconds, seconds);
  return { ...how, ...collector.end(), milliseconds, files, leftOut, ...(told?.peakMemory !== undefined && { peakMemory: told.peakMemory }) };
}

/** Waits until the task runs, or has run. */
async function start(options: SwarmRunOptions, signal: AbortSignal): Promise<Seen> {
  const seen = await awaitTask(options.swarm, options.name, signal, ({ news }) => news.type !== 'waiting', startSeconds);
  if (seen.news.type === 'waiting') throw new AxonError('unavailable', `The swarm did not start the code within ${startSeconds} seconds${seen.news.why === '' ? '' : `: ${seen.news.why}`}.`, 'Look at its nodes with `docker node ls`: one has to be ready, active, and have half a processor and 256 MB left.');
  if (seen.news.type !== 'refused') return seen;
  const node = await nodeOf(options, seen);
  if (/no such image/i.test(seen.news.why)) throw new AxonError('unavailable', `The ${node} of the swarm does not have the sandbox image.`, 'Every node needs it: bring it there with `docker save` and `docker load`, or name an image of your registry by its digest in `axon.sandbox.image`.');
  throw new AxonError('unavailable', `The ${node} of the swarm refused the code: ${seen.news.why}.`);
}

async function nodeOf({ swarm, onNode }: SwarmRunOptions, { task }: Seen): Promise<string> {
  const id = task?.NodeID ?? '';
  const found = (await swarm.nodes().catch(() => [])).find((each) => each.id === id);
  const node = `node ${found?.name ?? ''} ${id}`.replaceAll(/\s+/g, ' ').trim();
  onNode(node);
  return node;
}

function refused(node: string, words: string): AxonError {
  const limit = refusedLimit(words);
  if (limit === undefined) return new AxonError('io', `The image’s shell did not start the code on ${node}.`, 'Run “Axon: Build Sandbox Image”, and bring the image to the nodes.');
  return new AxonError('unavailable', `The ${node} of the swarm doesn’t hold ${limit}, so nothing was run there.`, 'Give its engine what is missing (cgroups, seccomp), or take it out of the swarm’s service with `docker node update --availability drain`.');
}

/** Never rejects: what can't be removed is reported and tried again later. */
async function discard({ swarm, name, onLeftover }: SwarmRunOptions, made: Promise<void>): Promise<void> {
  const settled = made.then(() => true, () => true);
  const remove = async (): Promise<void> => {
    try {
      const tasks = await swarm.tasks(name);
      await swarm.remove(name);
      await Promise.all(tasks.filter((each) => ['waiting', 'running'].includes(taskNews([each]).type)).map((each) => untilGone(swarm, each.ID)));
    } catch {
      onLeftover(name);
    }
  };
  // Usually it has settled long ago. After a cancel it may be under way: removing too early would remove nothing.
  if (await Promise.race([settled, sleep(3000, false)])) await remove();
  else void settled.then(remove);
}

/** The node has its order; this waits a while for the news that it was carried out. */
async function untilGone(swarm: SwarmEngine, id: string): Promise<void> {
  for (const end = performance.now() + killPatience; performance.now() < end; ) {
    const task = await swarm.task(id);
    if (!task || !isAlive(task)) return;
    await sleep(200);
  }
}
