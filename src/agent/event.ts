import type { CallProgress } from '../gate/call.js';
import type { ModelCall, Usage } from '../models/model.js';

/**
 * Everything that happens in one run of the loop, in order: the one union that every surface subscribes to.
 * A run starts with the person's message and ends in exactly one `finished`.
 */
export type AgentEvent =
  | { readonly type: 'user'; readonly id: string; readonly at: number; readonly text: string }
  | { readonly type: 'answer-started'; readonly id: string; readonly at: number; readonly model: string; readonly isLanguageModel: boolean }
  | { readonly type: 'answer-text'; readonly id: string; readonly text: string }
  /** The stream broke and is begun anew: what was shown of this answer is void. */
  | { readonly type: 'answer-reset'; readonly id: string }
  | { readonly type: 'answer-ended'; readonly id: string; readonly calls: readonly ModelCall[]; readonly usage?: Usage; readonly cost?: number; readonly stopped: boolean }
  /** The call's id is ours, never the model's. Its arguments are replaced by a note when they are too large to keep. */
  | { readonly type: 'call-started'; readonly id: string; readonly at: number; readonly call: ModelCall }
  | { readonly type: 'call'; readonly id: string; readonly progress: CallProgress }
  /** The person put the refused command of this call on their list. */
  | { readonly type: 'call-allowed-here'; readonly id: string }
  /** `id` is the same for all tries of one answer; `delay` in milliseconds. */
  | { readonly type: 'retrying'; readonly id: string; readonly at: number; readonly attempt: number; readonly of: number; readonly delay: number; readonly reason: string }
  /** From now on `summary` stands for every message before `keptFrom`, the id of a user message or an answer. Tokens are estimates. */
  | { readonly type: 'compacted'; readonly id: string; readonly at: number; readonly summary: string; readonly keptFrom: string; readonly tokensBefore: number; readonly tokensAfter: number; readonly usage?: Usage; readonly cost?: number }
  | { readonly type: 'notice'; readonly id: string; readonly at: number; readonly level: 'info' | 'warning' | 'error'; readonly text: string; readonly next?: string }
  | { readonly type: 'finished'; readonly reason: FinishReason };

export type FinishReason = 'done' | 'stopped' | 'turn-limit' | 'repeated-calls' | 'error';
