import type { CallOutcome, CallProgress, CallRequest } from '../gate/call.js';
import type { Model, ToolSpec } from '../models/model.js';
import type { AgentProfile } from '../policy/profile.js';
import type { Clock } from './clock.js';
import type { HistoryEntry } from './history.js';
import type { Limits } from './limits.js';
import type { Tell } from './tell.js';
import type { TokenScale } from './tokens.js';

/** What the loop needs of the gate and the registry. */
export interface LoopTools {
  /** What the model is offered; nothing outside the agent's profile. */
  toolsFor(agent: AgentProfile): readonly ToolSpec[];
  /** True when the call only reads, so that it can run beside others of its kind. */
  isParallelSafe(tool: string, argumentsJson: string): boolean;
  /** The gate. Never throws, and ends soon after the signal fires. */
  callTool(request: CallRequest, options: { signal: AbortSignal; onProgress: (progress: CallProgress) => void }): Promise<CallOutcome>;
}

/** One run under way: what its parts share. */
export interface Run {
  readonly model: Model;
  readonly agent: AgentProfile;
  readonly sessionId: string;
  readonly source: CallRequest['source'];
  readonly system: string;
  readonly tools: LoopTools;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly tell: Tell;
  readonly scale: TokenScale;
  /** What the model is offered in this turn. */
  offered: readonly ToolSpec[];
  /** Replaced, never changed in place. */
  history: readonly HistoryEntry[];
}

/** A function, so that the compiler expects the answer to change while something is waited for. */
export function isStopped(run: Run): boolean {
  return run.signal.aborted;
}

/** US dollars, where the model's price is known. */
export function costOf(model: Model, usage: { input: number; output: number }): number | undefined {
  return model.price && (usage.input * model.price.input + usage.output * model.price.output) / 1_000_000;
}

/** Tokens that fit into one request; a cautious guess where a provider doesn't tell. */
export function contextOf(model: Model): number {
  return model.contextTokens > 0 ? model.contextTokens : 32_000;
}
