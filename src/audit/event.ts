import type { Risk, Verdict } from '../policy/decision.js';

/** Names kept from the original system, so that exports stay comparable; what follows the first line is ours. */
export const auditEventTypes = [
  'tool_requested', 'tool_approved', 'tool_rejected', 'tool_executed', 'tool_failed', 'permission_granted', 'permission_revoked',
  'tool_denied', 'session_started', 'session_ended', 'policy_changed', 'skill_approved', 'skill_revoked', 'task_run', 'mail_sent', 'auth_failed',
  'audit_trimmed', 'audit_key_exported', 'collector_rejected', 'sandbox_tested', 'sandbox_image_accepted',
] as const;
export type AuditEventType = (typeof auditEventTypes)[number];

/** One thing that happened, as its author tells it. The journal adds id, time, window, sequence number and hashes. */
export interface AuditEvent {
  readonly type: AuditEventType;
  readonly sessionId: string;
  readonly agent?: string;
  /** Where the call came from. */
  readonly source?: CallSource;
  readonly callId?: string;
  readonly tool?: string;
  /** The call's arguments as JSON text; for a call whose arguments are not JSON, the text as it came. */
  readonly arguments?: string;
  /** SHA-256 (hex) of the canonical arguments. The log leaves it out where a secret was taken out of them. */
  readonly argumentsHash?: string;
  readonly risk?: Risk;
  readonly rule?: string;
  readonly reason?: string;
  /** What each layer of the policy said when the call was judged, in their order; layers without an objection are left out. */
  readonly layers?: readonly LayerVerdict[];
  /** What a person (or a grant, or the policy) answered: `allow-once`, `allow-session`, `deny`, `grant`, `policy`, `timeout`, `stopped`. */
  readonly decision?: string;
  readonly result?: string;
  readonly error?: string;
  readonly milliseconds?: number;
}

/** A layer's decision in short, for whoever asks later why. */
export interface LayerVerdict {
  /** For example `built-in` or `workspace`. */
  readonly layer: string;
  readonly verdict: Verdict;
  readonly risk: Risk;
  readonly rule: string;
  readonly reason: string;
}

export type CallSource = 'chat' | 'schedule' | 'mcp' | 'cli';

/** The side of the audit log that the gate writes to. */
export interface AuditWriter {
  /**
   * Resolves when the event is durable on disk (fdatasync). Rejects with `AxonError` `audit-unavailable` when it can't
   * be made durable: the caller must then not go on with what it recorded.
   */
  append(event: AuditEvent): Promise<void>;
}
