import type { AuditEventType } from '../event.js';
import { recordId, type AuditRecord } from '../record.js';

/** The part of OTLP's `AnyValue` that is used here. 64-bit numbers are decimal texts (the JSON mapping of protobuf). */
type AnyValue = { readonly stringValue: string } | { readonly intValue: string } | { readonly doubleValue: number };

interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

/** `opentelemetry.proto.logs.v1.LogRecord` in the JSON mapping of OTLP. */
export interface OtlpLogRecord {
  /** Nanoseconds since the epoch. */
  readonly timeUnixNano: string;
  readonly observedTimeUnixNano: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly body: AnyValue;
  readonly attributes: readonly KeyValue[];
}

/** Who sends, beside the names that Axon sets itself. */
export interface CollectorResource {
  readonly version: string;
  /** Random, made once for this installation: it names neither the machine nor the person. */
  readonly installation: string;
  /** What the person adds, for example `host.name`. */
  readonly further: Readonly<Record<string, string>>;
}

const warn = { severityNumber: 13, severityText: 'WARN' } as const;
const severities: Partial<Record<AuditEventType, { readonly severityNumber: number; readonly severityText: string }>> = {
  tool_failed: { severityNumber: 17, severityText: 'ERROR' },
  tool_denied: warn,
  tool_rejected: warn,
  policy_changed: warn,
  collector_rejected: warn,
  auth_failed: warn,
};
const info = { severityNumber: 9, severityText: 'INFO' } as const;

const nanoseconds = (milliseconds: number): string => (BigInt(Math.trunc(milliseconds)) * 1_000_000n).toString();
/** Half a surrogate pair has no UTF-8, and a strict receiver would refuse the whole message for it. */
const text = (key: string, value: string): KeyValue => ({ key, value: { stringValue: value.toWellFormed() } });
const int = (key: string, value: number): KeyValue => ({ key, value: { intValue: String(Math.trunc(value)) } });

/**
 * An event after the OpenTelemetry log data model. The same event always gives the same text. The body is the line of the
 * journal as it is, so that whoever has the key can check the keyed hash at the receiver's, too. `log.record.uid` is for
 * dropping doubles; `axon.audit.journal`, `.seq`, `.prev` and `.hash` are for finding gaps without the key.
 * The names `gen_ai.*` are those of the semantic conventions for generative AI.
 */
export function otlpRecord(record: AuditRecord, line: string): OtlpLogRecord {
  const time = nanoseconds(record.at);
  return {
    timeUnixNano: time,
    observedTimeUnixNano: time,
    ...(severities[record.type] ?? info),
    eventName: `axon.audit.${record.type}`,
    body: { stringValue: line.toWellFormed() },
    attributes: [...chainOf(record), ...callOf(record), ...decisionOf(record)],
  };
}

function chainOf(record: AuditRecord): KeyValue[] {
  const { journal, seq, prev, hash, window, v } = record;
  return [
    text('log.record.uid', recordId(record)), text('axon.audit.journal', journal), int('axon.audit.seq', seq), text('axon.audit.prev', prev),
    text('axon.audit.hash', hash), text('axon.audit.window', window), int('axon.audit.version', v),
  ];
}

function callOf({ type, sessionId, agent, source, tool, callId }: AuditRecord): KeyValue[] {
  const isCall = tool !== undefined && type.startsWith('tool_');
  return [
    ...(isCall ? [text('gen_ai.operation.name', 'execute_tool')] : []),
    ...(sessionId === '' ? [] : [text('gen_ai.conversation.id', sessionId)]),
    ...optional('gen_ai.agent.name', agent), ...optional('gen_ai.tool.name', tool), ...optional('gen_ai.tool.call.id', callId),
    ...optional('axon.source', source),
    // "_OTHER": what failed is in the body, in words; the convention wants a word from a short list here.
    ...(type === 'tool_failed' ? [text('error.type', '_OTHER')] : []),
  ];
}

function decisionOf({ risk, rule, reason, decision, milliseconds, argumentsHash, resultSize, resultHash }: AuditRecord): KeyValue[] {
  return [
    ...optional('axon.risk', risk), ...optional('axon.rule', rule), ...optional('axon.reason', reason), ...optional('axon.decision', decision),
    ...(milliseconds === undefined ? [] : [{ key: 'axon.duration_ms', value: { doubleValue: milliseconds } }]),
    ...optional('axon.arguments.sha256', argumentsHash),
    ...(resultSize === undefined ? [] : [int('axon.result.size', resultSize)]),
    ...optional('axon.result.sha256', resultHash),
  ];
}

const optional = (key: string, value: string | undefined): KeyValue[] => (value === undefined || value === '' ? [] : [text(key, value)]);

/** What tells that a collector answers: no record of the log, so it carries nothing of the chain. */
export function otlpTest(at: number): OtlpLogRecord {
  const time = nanoseconds(at);
  return { timeUnixNano: time, observedTimeUnixNano: time, ...info, eventName: 'axon.collector.test', body: { stringValue: 'A test of the connection. It stands for nothing that happened.' }, attributes: [] };
}

/** `ExportLogsServiceRequest`; each record is the JSON text of an `OtlpLogRecord`. */
export function otlpRequest(resource: CollectorResource, records: readonly string[]): string {
  const attributes = [
    text('service.name', 'axon'), text('service.version', resource.version), text('service.instance.id', resource.installation),
    ...Object.entries(resource.further).map(([key, value]) => text(key, value)),
  ];
  return `{"resourceLogs":[{"resource":${JSON.stringify({ attributes })},"scopeLogs":[{"scope":{"name":"axon.audit"},"logRecords":[${records.join(',')}]}]}]}`;
}

const own = /^(?:service\.(?:name|version|instance\.id)|log\.|axon\.|gen_ai\.)/;

/** Names that a person may give: those of Axon can't be taken over. What can't be used is left out. */
export function furtherAttributes(given: Readonly<Record<string, unknown>>): Record<string, string> {
  const good = Object.entries(given).filter((entry): entry is [string, string] => /^[a-z][a-z0-9_.]{0,99}$/.test(entry[0]) && !own.test(entry[0]) && typeof entry[1] === 'string' && entry[1] !== '' && entry[1].length <= 200);
  return Object.fromEntries(good.slice(0, 20));
}
