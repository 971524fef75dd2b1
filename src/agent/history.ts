import type { CallOutcome } from '../gate/call.js';
import type { ModelCall, ModelMessage } from '../models/model.js';
import { cutEnd } from './cut.js';

/** A message as the model is sent it, with the id of the event it comes from (for tool results, the call's id). */
export interface HistoryEntry {
  readonly id: string;
  readonly message: ModelMessage;
}

export const noResult = 'Stopped before it had a result.';

export function userEntry(id: string, text: string): HistoryEntry {
  return { id, message: { role: 'user', text: text.toWellFormed() } };
}

/** Undefined for an answer that says nothing and asks for nothing: providers refuse empty messages. */
export function answerEntry(id: string, text: string, calls: readonly ModelCall[]): HistoryEntry | undefined {
  if (text.trim() === '' && calls.length === 0) return undefined;
  return { id, message: { role: 'assistant', text: text.toWellFormed(), calls: calls.map(sendable) } };
}

export function resultEntry(call: ModelCall, outcome: Pick<CallOutcome, 'state' | 'text'>): HistoryEntry {
  const text = outcome.text.trim() === '' ? '(no output)' : outcome.text.toWellFormed();
  return { id: call.id, message: { role: 'tool', callId: call.id, name: sendableName(call.name), text, isError: outcome.state !== 'done' } };
}

/**
 * The same history with what providers demand: each call of an answer has exactly one result, right behind the answer and
 * in the order of the calls. Missing results are filled in, stray ones are left out.
 */
export function heal(entries: readonly HistoryEntry[]): HistoryEntry[] {
  const results = new Map<string, HistoryEntry>();
  for (const each of entries) if (each.message.role === 'tool' && !results.has(each.message.callId)) results.set(each.message.callId, each);
  return entries.flatMap((each) => {
    if (each.message.role === 'tool') return [];
    if (each.message.role === 'user') return [each];
    return [each, ...each.message.calls.map((call) => results.get(call.id) ?? resultEntry(call, { state: 'stopped', text: noResult }))];
  });
}

/** A call in a form that can be sent back: providers refuse a whole request for one odd name or for broken JSON in it. */
function sendable(call: ModelCall): ModelCall {
  return { id: call.id, name: sendableName(call.name), argumentsJson: sendableArguments(call.argumentsJson) };
}

/** Anthropic and OpenAI take letters, digits, `_` and `-`, at most 64. The model made the name up; its result says so. */
function sendableName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 64) || 'unnamed';
}

function sendableArguments(argumentsJson: string): string {
  if (argumentsJson.trim() === '') return '{}';
  try {
    const value: unknown = JSON.parse(argumentsJson);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return argumentsJson.toWellFormed();
  } catch {
    // Falls through: it is sent back as text, so that the model sees what it wrote.
  }
  return JSON.stringify({ notAnObject: cutEnd(argumentsJson, 2_000) });
}
