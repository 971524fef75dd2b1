import type { ModelCall, ModelRequest, Usage } from '../models/model.js';
import type { DraftEnd } from './draft.js';
import { Draft, sumUsage } from './draft.js';
import { answerEntry } from './history.js';
import { newId } from './ids.js';
import type { ModelFailure } from './model-failure.js';
import { modelFailure } from './model-failure.js';
import { notice } from './notice.js';
import { retryDelay } from './retry-delay.js';
import type { Run } from './run.js';
import { costOf, isStopped } from './run.js';
import { estimateMessage, estimateText, estimateTools } from './tokens.js';
import { untilAborted } from './until-aborted.js';

export type Answered =
  | { readonly end: 'complete'; readonly calls: readonly ModelCall[] }
  | { readonly end: 'stopped' }
  | { readonly end: 'error' };

type Tried =
  | { readonly type: 'ended'; readonly end: DraftEnd }
  | { readonly type: 'stopped' }
  | { readonly type: 'failed'; readonly failure: ModelFailure };

/**
 * Gets one answer of the model, with as many tries as it takes: tells its text as it comes, and its end exactly once. What
 * was said goes into the history, also when it was stopped or broke off for good; calls only when the answer is complete.
 * `makeRoom` shortens the history when the model says that it is too long; false when there is nothing to shorten.
 */
export async function streamAnswer(run: Run, makeRoom: () => Promise<boolean>): Promise<Answered> {
  const id = newId('answer');
  void run.tell({ type: 'answer-started', id, at: run.clock.now(), model: run.model.label, isLanguageModel: run.model.isLanguageModel });
  const retryId = newId('retry');
  let spent: Usage | undefined;
  let madeRoom = false;
  for (let attempt = 1; ; attempt++) {
    const draft = new Draft(run.limits);
    const tried = await tryOnce(run, id, draft);
    spent = sumUsage(spent, draft.usage);
    if (tried.type === 'failed' && !isStopped(run)) {
      const { failure } = tried;
      const room = failure.overflow && !madeRoom;
      if (room || (failure.retryable && attempt < run.limits.tries)) {
        if (draft.text !== '') await run.tell({ type: 'answer-reset', id });
        if (room) {
          madeRoom = await makeRoom();
          if (madeRoom) continue;
        } else {
          await waitForRetry(run, retryId, attempt, failure);
          if (!isStopped(run)) continue;
        }
        draft.text = '';
      }
    }
    return conclude(run, id, draft, tried, spent);
  }
}

async function tryOnce(run: Run, id: string, draft: Draft): Promise<Tried> {
  const request: ModelRequest = { system: run.system, messages: run.history.map((each) => each.message), tools: run.offered };
  try {
    const end = await draft.read(untilAborted(run.model.stream(request, run.signal), run.signal), (text) => void run.tell({ type: 'answer-text', id, text }));
    run.scale.learn(estimateRequest(run), draft.usage);
    return { type: 'ended', end };
  } catch (error) {
    return isStopped(run) ? { type: 'stopped' } : { type: 'failed', failure: modelFailure(error) };
  }
}

/** Plain estimate, in tokens, of what the next request holds. */
export function estimateRequest(run: Run): number {
  return run.history.reduce((sum, each) => sum + estimateMessage(each.message), estimateText(run.system) + estimateTools(run.offered));
}

async function waitForRetry(run: Run, id: string, attempt: number, failure: ModelFailure): Promise<void> {
  const delay = retryDelay(attempt, failure.retryAfter, run.clock.random());
  await run.tell({ type: 'retrying', id, at: run.clock.now(), attempt: attempt + 1, of: run.limits.tries, delay, reason: failure.text });
  await run.clock.wait(delay, run.signal);
}

async function conclude(run: Run, id: string, draft: Draft, tried: Tried, usage: Usage | undefined): Promise<Answered> {
  // Decided once: calls that were told of are begun, if only to be ended as stopped.
  const byPerson = isStopped(run);
  const stopped = byPerson || tried.type !== 'ended';
  const calls = stopped ? [] : draft.calls;
  const entry = answerEntry(id, draft.text, calls);
  if (entry) run.history = [...run.history, entry];
  const cost = usage && costOf(run.model, usage);
  await run.tell({ type: 'answer-ended', id, calls, stopped, ...(usage && { usage }), ...(cost !== undefined && { cost }) });
  if (byPerson) return { end: 'stopped' };
  if (tried.type === 'failed') {
    await run.tell(notice(run.clock, 'error', tried.failure.text, tried.failure.next));
    return { end: 'error' };
  }
  if (tried.type === 'ended') await tellOddEnd(run, tried.end, entry === undefined);
  return { end: 'complete', calls };
}

async function tellOddEnd(run: Run, end: DraftEnd, silent: boolean): Promise<void> {
  const text: Record<DraftEnd, string | undefined> = {
    end: silent ? 'The model answered nothing.' : undefined,
    calls: silent ? 'The model answered nothing.' : undefined,
    length: 'The answer reached the most that this model writes at once and is cut there.',
    refused: 'The model declined to answer.',
    'too-long': `The answer was cut after ${run.limits.answerCharacters} characters.`,
    'too-many-calls': `The model asked for more than ${run.limits.callsPerAnswer} calls at once; the rest was left out.`,
  };
  const said = text[end];
  if (said !== undefined) await run.tell(notice(run.clock, 'warning', said));
}
