import { exactTitle } from '../../src/protocol/exact-text.js';
import type { CallOutcome, Row } from '../../src/protocol/audit.js';
import { nameOfId } from '../../src/protocol/audit-names.js';
import type { KnownEvent } from '../../src/protocol/audit-names.js';
import type { IconName } from '../icon-paths.js';

interface EventName {
  readonly name: string;
  readonly icon: IconName;
  /** Which colour its icon has; never the only sign. */
  readonly tone?: 'good' | 'warn' | 'bad';
}

const signs: Readonly<Record<KnownEvent, Omit<EventName, 'name'>>> = {
  tool_requested: { icon: 'arrow-up' },
  tool_approved: { icon: 'check', tone: 'good' },
  tool_rejected: { icon: 'close', tone: 'warn' },
  tool_denied: { icon: 'slash', tone: 'warn' },
  tool_executed: { icon: 'terminal', tone: 'good' },
  tool_failed: { icon: 'error', tone: 'bad' },
  permission_granted: { icon: 'key' },
  permission_revoked: { icon: 'lock' },
  session_started: { icon: 'sparkle' },
  session_ended: { icon: 'stop' },
  policy_changed: { icon: 'shield', tone: 'warn' },
  skill_approved: { icon: 'puzzle' },
  skill_revoked: { icon: 'puzzle' },
  task_run: { icon: 'history' },
  mail_sent: { icon: 'mail' },
  auth_failed: { icon: 'alert', tone: 'bad' },
  audit_trimmed: { icon: 'trash', tone: 'warn' },
  audit_key_exported: { icon: 'key', tone: 'warn' },
  collector_rejected: { icon: 'alert', tone: 'warn' },
  sandbox_image_accepted: { icon: 'box' },
  sandbox_tested: { icon: 'shield' },
};
const isKnown = (type: string): type is KnownEvent => Object.hasOwn(signs, type);

/** An event in words; one that this page doesn't know, by its own name. */
export function eventName(type: string): EventName {
  return { name: nameOfId('events', type) ?? shortName(type), ...(isKnown(type) ? signs[type] : { icon: 'info' }) };
}

export function decisionName(decision: string): string {
  return nameOfId('decisions', decision) ?? shortName(decision);
}

/** Who decided, of an event that is a decision. What the policy refuses has no answer of anybody's. */
export function decidedWords({ type, decision, rule }: Pick<Row, 'type' | 'decision' | 'rule'>): string {
  if (decision !== undefined) return decisionName(decision);
  if (type !== 'tool_denied') return '';
  return rule === undefined ? 'refused by policy' : `refused by policy (${shortName(rule)})`;
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

export function layerName(layer: string): string {
  return nameOfId('layers', layer) ?? shortName(layer);
}
