import { exactTitle } from '../../src/protocol/exact-text.js';
import type { CallOutcome } from '../../src/protocol/audit.js';
import type { IconName } from '../icon-paths.js';

interface EventName {
  readonly name: string;
  readonly icon: IconName;
  /** Which colour its icon has; never the only sign. */
  readonly tone?: 'good' | 'warn' | 'bad';
}

const events: Readonly<Record<string, EventName>> = {
  tool_requested: { name: 'Asked for', icon: 'arrow-up' },
  tool_approved: { name: 'Allowed', icon: 'check', tone: 'good' },
  tool_rejected: { name: 'Not allowed', icon: 'close', tone: 'warn' },
  tool_denied: { name: 'Refused', icon: 'slash', tone: 'warn' },
  tool_executed: { name: 'Ran', icon: 'terminal', tone: 'good' },
  tool_failed: { name: 'Failed', icon: 'error', tone: 'bad' },
  permission_granted: { name: 'Permission given', icon: 'key' },
  permission_revoked: { name: 'Permission taken back', icon: 'lock' },
  session_started: { name: 'Session began', icon: 'sparkle' },
  session_ended: { name: 'Session ended', icon: 'stop' },
  policy_changed: { name: 'Policy changed', icon: 'shield', tone: 'warn' },
  skill_approved: { name: 'Skill approved', icon: 'puzzle' },
  skill_revoked: { name: 'Skill taken back', icon: 'puzzle' },
  task_run: { name: 'Task ran', icon: 'history' },
  mail_sent: { name: 'Mail sent', icon: 'mail' },
  auth_failed: { name: 'Sign-in failed', icon: 'alert', tone: 'bad' },
  audit_trimmed: { name: 'Old events removed', icon: 'trash', tone: 'warn' },
  audit_key_exported: { name: 'Key exported', icon: 'key', tone: 'warn' },
  collector_rejected: { name: 'Collector rejected', icon: 'alert', tone: 'warn' },
};

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined => (Object.hasOwn(table, key) ? table[key] : undefined);

/** An event in words; one that this page doesn't know, by its own name. */
export function eventName(type: string): EventName {
  return own(events, type) ?? { name: shortName(type), icon: 'info' };
}

const decisions: Readonly<Record<string, string>> = {
  'allow-once': 'once, by a person',
  'allow-session': 'for the session, by a person',
  deny: 'denied by a person',
  grant: 'covered by a permission',
  policy: 'by the policy',
  timeout: 'nobody answered',
  stopped: 'stopped',
};

export function decisionName(decision: string): string {
  return own(decisions, decision) ?? shortName(decision);
}

/** A name that anybody may have written, so that it can't lie, and no longer than a row can bear. */
export function shortName(text: string, most = 60): string {
  return exactTitle(text, most);
}

export const outcomeNames: Record<CallOutcome, string> = {
  auto: 'allowed by policy or permission',
  approved: 'allowed by a person',
  rejected: 'denied by a person, or unanswered',
  denied: 'refused by the policy',
  failed: 'failed',
};

const layerNames: Readonly<Record<string, string>> = {
  'built-in': 'Axon’s own guards',
  user: 'Your rules',
  agent: 'The agent’s profile',
  workspace: 'Rules of the workspace',
  trust: 'Workspace trust',
  taint: 'What was read from outside',
  allowance: 'What your settings allow',
};

export function layerName(layer: string): string {
  return own(layerNames, layer) ?? shortName(layer);
}
