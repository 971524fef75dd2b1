import type { CallSource } from '../audit/event.js';
import type { Risk } from '../policy/decision.js';
import type { AgentProfile } from '../policy/profile.js';
import type { KeptResults } from '../tools/tool.js';
import type { ApprovalRequest } from './approval.js';

/** One tool call on its way through the gate. */
export interface CallRequest {
  readonly callId: string;
  readonly sessionId: string;
  readonly source: CallSource;
  readonly agent: AgentProfile;
  readonly tool: string;
  /** As the model wrote it; may be anything. */
  readonly argumentsJson: string;
}

/** What a watcher of one call learns, in this order. Every call ends in exactly one `ended`. */
export type CallProgress =
  | { readonly type: 'judged'; readonly title: string; readonly risk: Risk; readonly rule: string; readonly reason: string }
  | { readonly type: 'asked'; readonly approval: ApprovalRequest }
  | { readonly type: 'running'; readonly at: number; readonly allowedBy: AllowedBy }
  | { readonly type: 'output'; readonly chunk: string }
  | { readonly type: 'ended'; readonly outcome: CallOutcome };

/** Who let the call run. */
export type AllowedBy = 'once' | 'session' | 'grant' | 'policy';

export interface CallOutcome {
  /**
   * `done` and `failed`: the tool ran. `denied`: the policy refused. `rejected`: a person (or the time limit) refused.
   * `invalid`: unknown tool or bad arguments. `stopped`: cancelled before or while it ran.
   */
  readonly state: 'done' | 'failed' | 'denied' | 'rejected' | 'invalid' | 'stopped';
  /** What the model is told. */
  readonly text: string;
  readonly summary?: string;
  readonly rule?: string;
  readonly next?: string;
  readonly milliseconds?: number;
  /** What a program left behind. */
  readonly results?: KeptResults;
  /** What was read from outside: it taints the session, also after a restart. */
  readonly outside?: string;
}
