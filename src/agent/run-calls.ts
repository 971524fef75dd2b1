import { messageOf } from '../errors.js';
import type { CallOutcome } from '../gate/call.js';
import type { ModelCall } from '../models/model.js';
import { cutMiddle } from './cut.js';
import { resultEntry } from './history.js';
import type { RepeatWatch } from './repeat-watch.js';
import type { Run } from './run.js';
import { contextOf, isStopped } from './run.js';

const notRun: CallOutcome = { state: 'stopped', text: 'Not run: the person stopped the run.' };
const repeatedOutcome: CallOutcome = {
  state: 'stopped',
  text: 'Not run: the same call was asked for several times in a row.',
  rule: 'loop.repeated-calls',
  next: 'Use the results that are there, or try something else.',
};

/**
 * Runs the calls of one answer through the gate. Neighbours that only read run side by side, everything else alone and in
 * order. Each call ends exactly once and has exactly one result in the history, in the order of the calls. Once the signal
 * has fired nothing more is begun. Returns true when the model went in circles: from the call that showed it on, none ran.
 */
export async function runCalls(run: Run, calls: readonly ModelCall[], repeats: RepeatWatch): Promise<boolean> {
  for (const call of calls) await run.tell({ type: 'call-started', id: call.id, at: run.clock.now(), call });
  const firstRepeated = calls.findIndex((call) => repeats.isTooMany(call));
  const runnable = firstRepeated === -1 ? calls : calls.slice(0, firstRepeated);
  const budget = resultBudget(run, calls.length);
  const outcomes = new Map<string, CallOutcome>();
  const settle = async (call: ModelCall, outcome: CallOutcome): Promise<void> => {
    const told = { ...outcome, text: cutMiddle(outcome.text, budget, 'Ask for a smaller part to see it.') };
    outcomes.set(call.id, told);
    await run.tell({ type: 'call', id: call.id, progress: { type: 'ended', outcome: told } });
  };
  for (const batch of batches(run, runnable)) {
    await inParallel(batch, run.limits.parallelCalls, async (call) => settle(call, await outcomeOf(run, call)));
  }
  for (const call of calls.slice(runnable.length)) await settle(call, repeatedOutcome);
  run.history = [...run.history, ...calls.map((call) => resultEntry(call, outcomes.get(call.id) ?? notRun))];
  return firstRepeated !== -1;
}

/** Characters of each result: the results of one answer together take at most three tenths of the model's context. */
function resultBudget(run: Run, calls: number): number {
  const context = contextOf(run.model) * 3.5;
  return Math.floor(Math.max(500, Math.min(run.limits.resultCharacters, context * 0.1, (context * 0.3) / calls)));
}

function batches(run: Run, calls: readonly ModelCall[]): ModelCall[][] {
  const all: ModelCall[][] = [];
  let open: ModelCall[] | undefined;
  for (const call of calls) {
    if (isSafe(run, call)) {
      if (!open) all.push((open = []));
      open.push(call);
    } else {
      open = undefined;
      all.push([call]);
    }
  }
  return all;
}

function isSafe(run: Run, call: ModelCall): boolean {
  try {
    return run.tools.isParallelSafe(call.name, call.argumentsJson);
  } catch {
    // What can't be judged runs alone.
    return false;
  }
}

async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
}

/** Hands one call to the gate. After the end nothing more is told of it, whatever a late tool still says. */
async function outcomeOf(run: Run, call: ModelCall): Promise<CallOutcome> {
  if (isStopped(run)) return notRun;
  let ended = false;
  const { sessionId, source, agent, signal } = run;
  const request = { callId: call.id, sessionId, source, agent, tool: call.name, argumentsJson: call.argumentsJson };
  try {
    const outcome = run.tools.callTool(request, {
      signal,
      onProgress: (progress) => {
        if (!ended && progress.type !== 'ended') void run.tell({ type: 'call', id: call.id, progress });
      },
    });
    return await withGrace(run, outcome);
  } catch (error) {
    return { state: 'failed', text: `Failed: ${messageOf(error)}`, rule: 'call.failed' };
  } finally {
    ended = true;
  }
}

/** The outcome, or, some seconds after the signal fired, one that says that the call has not ended yet. */
async function withGrace(run: Run, outcome: Promise<CallOutcome>): Promise<CallOutcome> {
  const settled = new AbortController();
  const overdue = async (): Promise<CallOutcome> => {
    await fired(run.signal, settled.signal);
    await run.clock.wait(run.limits.stopGrace, settled.signal);
    return { state: 'stopped', text: `Told to stop; it had not confirmed that after ${run.limits.stopGrace / 1000} s.` };
  };
  try {
    return await Promise.race([outcome, overdue()]);
  } finally {
    settled.abort();
  }
}

/** Resolves when either signal fires, and leaves no listener behind. */
function fired(first: AbortSignal, second: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const either = AbortSignal.any([first, second]);
    if (either.aborted) resolve();
    else either.addEventListener('abort', () => resolve(), { once: true });
  });
}
