import type { Disposable } from '../disposable.js';
import type { GrantScope, Risk } from '../policy/decision.js';
import type { Preview } from '../tools/tool.js';

/** A question to the person, bound to exactly what it shows. */
export interface ApprovalRequest {
  /** Random, single-use. */
  readonly id: string;
  readonly callId: string;
  readonly sessionId: string;
  readonly agent: string;
  readonly tool: string;
  readonly title: string;
  /** The canonical arguments, pretty-printed JSON: what is shown. */
  readonly argumentsText: string;
  /** SHA-256 (hex) over canonical arguments, agent, session and id. An answer has to repeat it. */
  readonly hash: string;
  readonly risk: Risk;
  readonly rule: string;
  readonly reason: string;
  readonly warnings: readonly string[];
  /** Absent: it can only be allowed once. */
  readonly grant?: GrantScope;
  readonly preview?: Preview;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  /** Denied by itself at this time. */
  readonly expiresAt: number;
  /** No answer is taken before this time, so that a click meant for something else answers nothing. */
  readonly answerableAt: number;
}

export type ApprovalAnswer =
  | { readonly type: 'allow-once' }
  | { readonly type: 'allow-session' }
  /** `note` is a word to the model. */
  | { readonly type: 'deny'; readonly note?: string };

/** How a request ended. */
export type ApprovalResolution =
  | ApprovalAnswer
  | { readonly type: 'timeout' }
  /** A grant that was given meanwhile covers it. */
  | { readonly type: 'covered' }
  | { readonly type: 'stopped' };

export type AnswerResult = 'accepted' | 'stale' | 'too-early' | 'not-offered';

/** The side of the broker that the surfaces (card, notification, palette) use. The first answer wins. */
export interface Approvals {
  readonly pending: readonly ApprovalRequest[];
  answer(id: string, hash: string, answer: ApprovalAnswer): AnswerResult;
  onOpened(listener: (request: ApprovalRequest) => void): Disposable;
  onClosed(listener: (closed: { request: ApprovalRequest; resolution: ApprovalResolution }) => void): Disposable;
}
