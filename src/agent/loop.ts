import type { CallRequest } from '../gate/call.js';
import type { Model } from '../models/model.js';
import type { AgentProfile } from '../policy/profile.js';
import type { Clock } from './clock.js';
import { systemClock } from './clock.js';
import type { FinishReason } from './event.js';
import type { HistoryEntry } from './history.js';
import { heal, userEntry } from './history.js';
import { newId } from './ids.js';
import type { Limits } from './limits.js';
import { defaultLimits } from './limits.js';
import { makeRoom } from './make-room.js';
import { modelFailure } from './model-failure.js';
import { notice } from './notice.js';
import { RepeatWatch } from './repeat-watch.js';
import type { LoopTools, Run } from './run.js';
import { isStopped } from './run.js';
import { runCalls } from './run-calls.js';
import { streamAnswer } from './stream-answer.js';
import type { Listener } from './tell.js';
import { createTell } from './tell.js';
import { TokenScale } from './tokens.js';

export interface LoopInput {
  readonly model: Model;
  readonly agent: AgentProfile;
  readonly sessionId: string;
  readonly source: CallRequest['source'];
  readonly system: string;
  /** What was said before, as an earlier run left it. */
  readonly history: readonly HistoryEntry[];
  /** The person's message. */
  readonly text: string;
  readonly tools: LoopTools;
  readonly limits?: Partial<Limits>;
  readonly signal: AbortSignal;
  readonly listener: Listener;
  /** Hears what the listener threw; must not throw itself. */
  readonly onListenerError?: (error: unknown) => void;
  /** Kept by the caller from run to run, so that estimates of tokens get better. */
  readonly scale?: TokenScale;
  readonly clock?: Clock;
}

export interface LoopResult {
  readonly reason: FinishReason;
  /** Valid for every provider, however the run ended. */
  readonly history: readonly HistoryEntry[];
}

/**
 * One run: the person's message, then answers and calls in turn, until the model asks for nothing more, a limit is
 * reached, something fails, or the signal fires. Never rejects. The listener hears one `user` first and one `finished`
 * last. What the model writes is data throughout: only the gate decides what happens.
 */
export async function runLoop(input: LoopInput): Promise<LoopResult> {
  const clock = input.clock ?? systemClock;
  const tell = createTell(input.listener, input.onListenerError ?? (() => undefined));
  const id = newId('user');
  const run: Run = {
    model: input.model,
    agent: input.agent,
    sessionId: input.sessionId,
    source: input.source,
    system: input.system,
    tools: input.tools,
    limits: { ...defaultLimits, ...input.limits },
    clock,
    signal: input.signal,
    tell,
    scale: input.scale ?? new TokenScale(),
    offered: [],
    history: [...input.history, userEntry(id, input.text)],
  };
  await tell({ type: 'user', id, at: clock.now(), text: input.text });
  const reason = await endOf(run);
  await tell({ type: 'finished', reason });
  return { reason, history: heal(run.history) };
}

async function endOf(run: Run): Promise<FinishReason> {
  try {
    return await takeTurns(run);
  } catch (error) {
    if (isStopped(run)) return 'stopped';
    const { text, next } = modelFailure(error);
    await run.tell(notice(run.clock, 'error', text, next));
    return 'error';
  }
}

async function takeTurns(run: Run): Promise<FinishReason> {
  // The guide only does what the person wrote, step by step: the same step three times is what they want.
  const repeats = new RepeatWatch(run.model.isLanguageModel ? run.limits.identicalCalls : Number.POSITIVE_INFINITY);
  for (let turn = 0; turn < run.limits.turns; turn++) {
    if (isStopped(run)) return 'stopped';
    run.offered = run.tools.toolsFor(run.agent);
    await makeRoom(run, false);
    if (isStopped(run)) return 'stopped';
    const answer = await streamAnswer(run, () => makeRoom(run, true));
    if (answer.end !== 'complete') return answer.end;
    if (answer.calls.length === 0) return 'done';
    const circling = await runCalls(run, answer.calls, repeats);
    if (isStopped(run)) return 'stopped';
    if (circling) {
      await run.tell(notice(run.clock, 'warning', `Stopped: the model asked for the same call ${run.limits.identicalCalls} times in a row.`, 'Say what it should do differently, or choose another model.'));
      return 'repeated-calls';
    }
  }
  await run.tell(notice(run.clock, 'warning', `Stopped after ${run.limits.turns} turns.`, 'Send “continue” to go on.'));
  return 'turn-limit';
}
