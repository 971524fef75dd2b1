import { visibleLine } from '../visible.js';
import type { AuditRecord } from './record.js';

const longest = 400;

const shortened = (text: string): string => {
  const line = visibleLine(text.length > longest ? text.slice(0, longest) : text);
  return text.length > longest ? `${line}… (${text.length} characters)` : line;
};

/**
 * One line for the live channel: time, event, tool, decision, rule, what it was about. Whatever the model or the world
 * wrote comes with its hidden characters escaped, so no entry can forge a second line or hide a part of itself.
 */
export function formatAuditLine(record: AuditRecord): string {
  const { type, tool, risk, decision, rule, reason, agent, source, milliseconds, error, result } = record;
  const parts: string[] = [new Date(record.at).toISOString(), type];
  const add = (name: string, value: string | number | undefined): void => {
    if (value !== undefined && value !== '') parts.push(`${name}=${typeof value === 'number' ? value : shortened(value)}`);
  };
  if (tool !== undefined) parts.push(shortened(tool));
  add('agent', agent);
  if (source !== 'chat') add('from', source);
  add('risk', risk);
  add('decision', decision);
  add('rule', rule);
  if (milliseconds !== undefined) parts.push(`${Math.round(milliseconds)} ms`);
  add('reason', reason);
  add('arguments', record.arguments);
  add('error', error);
  if (error === undefined) add('result', result);
  add('session', record.sessionId);
  return parts.join('  ');
}
