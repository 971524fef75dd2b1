import { cutEnd } from '../agent/cut.js';
import type { AuditRecord } from '../audit/record.js';
import { recordId } from '../audit/record.js';
import { limits, type Details, type LayerView, type Row, type StoryEvent } from '../protocol/audit.js';
import { winnerOf, whyWon } from './policy-decision-text.js';

/** Arguments that say by themselves what a call is about, the most telling first. */
const telling = ['command', 'url', 'query', 'pattern', 'path', 'code', 'to', 'name'];

/** What the page's rows say of an event. Texts are as they were recorded, cut: the page shows them so that they can't lie. */
export function rowOf(record: AuditRecord): Row {
  const { at, type, sessionId, agent, source, callId, tool, decision, rule, risk, milliseconds } = record;
  return {
    id: recordId(record), at, type, sessionId: nameOf(sessionId), agent: nameOf(agent), source, callId: nameOf(callId), tool: nameOf(tool), decision: nameOf(decision), rule: nameOf(rule), risk, milliseconds,
    about: cutEnd(aboutOf(record), limits.about),
  };
}

/** @param windowEnded the window that wrote it is gone */
export function storyEventOf(record: AuditRecord, windowEnded: boolean): StoryEvent {
  const { reason, result, error } = record;
  return { ...rowOf(record), windowEnded, reason: passageOf(reason), result: result === undefined ? undefined : cutEnd(result, limits.result), error: passageOf(error) };
}

/** @param call the events of the same call, oldest first */
export function detailsOf(record: AuditRecord, call: readonly AuditRecord[], conversation: string | undefined, windowEnded: boolean): Details {
  const { argumentsSize, argumentsHash, result, resultSize, resultHash, window, hash } = record;
  // Only the request keeps what the layers said; any event of its call is explained by it.
  const judged = record.layers ? record : call.findLast((each) => each.layers !== undefined);
  const clock = 'clock' in record && typeof record.clock === 'number' ? record.clock : undefined;
  return {
    ...storyEventOf(record, windowEnded),
    arguments: record.arguments === undefined ? undefined : cutEnd(record.arguments, limits.arguments),
    argumentsSize, argumentsHash,
    result: result === undefined ? undefined : cutEnd(result, limits.result),
    resultSize, resultHash,
    layers: judged ? layersOf(judged) : [],
    layersWhy: judged && whyOf(judged),
    window: cutEnd(window, limits.name),
    clock, hash,
    call: call.slice(-limits.callEvents).map(rowOf),
    conversation: nameOf(conversation),
  };
}

/** One thing a line, for a mail or a ticket. */
export function textOf(record: AuditRecord): string {
  const { at, type, tool, agent, risk, decision, rule, reason, error, result, milliseconds, sessionId } = record;
  const lines: readonly (readonly [string, string | number | undefined])[] = [
    ['event', type], ['time', new Date(at).toISOString()], ['tool', tool], ['agent', agent], ['arguments', record.arguments], ['risk', risk], ['rule', rule], ['reason', reason], ['decision', decision],
    ['milliseconds', milliseconds], ['result', result], ['error', error], ['session', sessionId], ['id', recordId(record)], ['hash', record.hash],
  ];
  return lines.flatMap(([label, value]) => (value === undefined ? [] : [`${label}: ${value}`])).join('\n');
}

/** The command, path or address of a call; what went wrong; else why. */
function aboutOf({ type, error, reason, arguments: text, decision }: AuditRecord): string {
  if (type === 'tool_failed' && error !== undefined) return error;
  // What isn't a call has data for arguments, and a sentence that says what they are: `30` alone tells nothing.
  if (!type.startsWith('tool_') && reason !== undefined) return reason;
  if (text === undefined || text === '{}') return reason ?? decision ?? '';
  return mainArgument(text) ?? text;
}

function mainArgument(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value).filter((each): each is [string, string] => typeof each[1] === 'string' && each[1] !== '');
  for (const name of telling) {
    const found = entries.find(([key]) => key === name);
    if (found) return found[1];
  }
  return entries.length === 1 ? entries[0]?.[1] : undefined;
}

function layersOf({ layers = [], rule = '' }: AuditRecord): LayerView[] {
  const won = winnerOf(layers, rule);
  return layers.slice(0, limits.layers).map((each, index) => ({ ...each, won: index === won }));
}

function whyOf({ layers = [], rule = '' }: AuditRecord): string | undefined {
  const won = layers[winnerOf(layers, rule)];
  return won && whyWon(won);
}

function nameOf(text: string): string;
function nameOf(text: string | undefined): string | undefined;
function nameOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : cutEnd(text, limits.name);
}

function passageOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : cutEnd(text, limits.passage);
}
