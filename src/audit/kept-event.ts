import { sha256 } from '../canonical.js';
import type { AuditEvent } from './event.js';
import type { AuditRecord } from './record.js';
import { redact } from './redact/redact.js';

/** Characters kept; the size of the whole is noted where more is cut off. */
export const keptCharacters = { result: 1_000, arguments: 32_000, text: 2_000, layer: 500, name: 300 } as const;

/** More than there are layers: a bound, so that no event is longer than can be told beforehand. */
const mostLayers = 12;

export type KeptEvent = AuditEvent & Pick<AuditRecord, 'argumentsSize' | 'resultSize' | 'resultHash'>;

/** Cuts without leaving half a surrogate pair. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).toWellFormed();
}

/**
 * What is kept of an event: every text without secrets and cut to its length. Secrets go first: a secret cut in half
 * would no longer be known as one. Names are treated alike, because a model can put anything into a tool's name.
 */
export function keptEvent(event: AuditEvent, secrets: readonly string[]): KeptEvent {
  const cleaned = (text: string, length: number): string => cut(redact(text, secrets), length);
  const clean = (text: string | undefined, length: number): string | undefined => (text === undefined ? undefined : cleaned(text, length));
  // Numbers and hashes of our own: where one happens to hold a short secret, what is read from there later must not be blacked out.
  const args = event.arguments === undefined || event.type === 'audit_trimmed' ? event.arguments : redact(event.arguments, secrets);
  const result = event.result === undefined ? undefined : redact(event.result, secrets);
  const kept = {
    type: event.type,
    sessionId: cut(redact(event.sessionId, secrets), keptCharacters.name),
    agent: clean(event.agent, keptCharacters.name),
    source: event.source,
    callId: clean(event.callId, keptCharacters.name),
    tool: clean(event.tool, keptCharacters.name),
    arguments: args === undefined ? undefined : cut(args, keptCharacters.arguments),
    argumentsSize: args !== undefined && args.length > keptCharacters.arguments ? args.length : undefined,
    // Who has all but the secret could try what fits the hash.
    argumentsHash: args === event.arguments ? event.argumentsHash : undefined,
    risk: event.risk,
    rule: clean(event.rule, keptCharacters.name),
    reason: clean(event.reason, keptCharacters.text),
    layers: event.layers?.slice(0, mostLayers).map(({ layer, verdict, risk, rule, reason }) => ({
      layer: cleaned(layer, keptCharacters.name),
      verdict,
      risk,
      rule: cleaned(rule, keptCharacters.name),
      reason: cleaned(reason, keptCharacters.layer),
    })),
    decision: clean(event.decision, keptCharacters.name),
    result: result === undefined ? undefined : cut(result, keptCharacters.result),
    resultSize: result?.length,
    resultHash: result === undefined ? undefined : sha256(result.toWellFormed()),
    error: clean(event.error, keptCharacters.text),
    milliseconds: Number.isFinite(event.milliseconds) ? event.milliseconds : undefined,
  };
  return withoutUndefined(kept);
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  const defined: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(value)) if (each !== undefined) defined[name] = each;
  return defined as Defined<T>;
}
