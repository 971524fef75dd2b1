import root from '@opentelemetry/otlp-transformer/build/src/generated/root.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../../src/canonical.js';
import { furtherAttributes, otlpRecord, otlpRequest, otlpTest } from '../../../../src/audit/collector/otlp.js';
import { auditEventTypes, type AuditEvent } from '../../../../src/audit/event.js';
import { keptEvent } from '../../../../src/audit/kept-event.js';
import { decodeLine, sealRecord, type AuditRecord } from '../../../../src/audit/record.js';
import { event, key } from '../../../fixtures/audit/open-log.js';

/** What protobufjs generates for a message. */
interface MessageType {
  verify(value: unknown): string | null;
  fromObject(value: unknown): unknown;
  encode(value: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
  toObject(value: unknown, options: object): unknown;
}

const { ExportLogsServiceRequest } = (root as unknown as { opentelemetry: { proto: { collector: { logs: { v1: { ExportLogsServiceRequest: MessageType } } } } } }).opentelemetry.proto.collector.logs.v1;

/** Through the binary form and back: a field the protocol doesn't know, or of another type, doesn't come back as it was. */
function throughTheProtocol(text: string): unknown {
  const message = ExportLogsServiceRequest.decode(ExportLogsServiceRequest.encode(ExportLogsServiceRequest.fromObject(JSON.parse(text))).finish());
  return ExportLogsServiceRequest.toObject(message, { longs: String, enums: Number, bytes: String, arrays: false });
}

/** Empty lists and numbers that are 0 stand in the text, and not in the binary form. */
const withoutDefaults = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_name, each: unknown) => (Array.isArray(each) && each.length === 0 ? undefined : each)));

const resource = { version: '1.2.3', installation: 'c0ffee', further: { 'host.name': 'build-7' } };
const sealed = (more: Partial<AuditEvent> = {}, place: Partial<AuditRecord> = {}): { record: AuditRecord; line: string } =>
  sealRecord(key, { ...keptEvent(event(1, more), []), v: 1, at: 1_700_000_000_123, window: 'w', journal: 'j', seq: 5, prev: 'p', ...place });
const requestOf = (...events: readonly { record: AuditRecord; line: string }[]): string =>
  otlpRequest(resource, events.map(({ record, line }) => JSON.stringify(otlpRecord(record, line))));

describe('a message to the collector', () => {
  test('is one of the protocol, for every kind of event, without a field that it doesn’t know', () => {
    const text = requestOf(...auditEventTypes.map((type) => sealed({ type, agent: 'coder', source: 'chat', rule: 'path.x', reason: 'R', decision: 'deny', result: 'ok', error: 'E', milliseconds: 1.5, argumentsHash: 'ab' })));
    expect(throughTheProtocol(text)).toEqual(withoutDefaults(JSON.parse(text)));
  });

  test('is one for any event', { timeout: 60_000 }, () => {
    // Half surrogate pairs among them.
    const any = fc.array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 0x22, 0x5c, 0x2028, 0xd83d, 0xde00)), { maxLength: 60 }).map((units) => String.fromCharCode(...units));
    fc.assert(
      fc.property(fc.record({ type: fc.constantFrom(...auditEventTypes), sessionId: any, agent: any, tool: any, callId: any, rule: any, reason: any, decision: any, result: any, milliseconds: fc.double({ noNaN: true, noDefaultInfinity: true }) }), fc.nat(), (given, at) => {
        const { record, line } = sealed(given, { at });
        const text = requestOf({ record, line });
        expect(text.isWellFormed()).toBe(true);
        expect(throughTheProtocol(text)).toEqual(withoutDefaults(JSON.parse(text)));
      }),
      { numRuns: 100 },
    );
  });

  test('says when, what, how grave, who and which call, in the names of the semantic conventions', () => {
    const { record, line } = sealed({ type: 'tool_failed', agent: 'coder', rule: 'command.timeout', decision: 'allow-once', milliseconds: 12.5 });
    const { attributes, ...rest } = otlpRecord(record, line);
    expect(rest).toEqual({
      timeUnixNano: '1700000000123000000', observedTimeUnixNano: '1700000000123000000', severityNumber: 17, severityText: 'ERROR', eventName: 'axon.audit.tool_failed', body: { stringValue: line },
    });
    expect(Object.fromEntries(attributes.map(({ key: name, value }) => [name, Object.values(value)[0]]))).toEqual({
      'log.record.uid': 'j.5', 'axon.audit.journal': 'j', 'axon.audit.seq': '5', 'axon.audit.prev': 'p', 'axon.audit.hash': record.hash, 'axon.audit.window': 'w', 'axon.audit.version': '1',
      'gen_ai.operation.name': 'execute_tool', 'gen_ai.conversation.id': 's1', 'gen_ai.agent.name': 'coder', 'gen_ai.tool.name': 'file_read', 'gen_ai.tool.call.id': 'c1', 'error.type': '_OTHER',
      'axon.risk': 'low', 'axon.rule': 'command.timeout', 'axon.decision': 'allow-once', 'axon.duration_ms': 12.5,
    });
  });

  test('carries the line as it is, so that its keyed hash can be checked where it arrives', () => {
    const { record, line } = sealed({ reason: 'lone \ud800 half', tool: '\u202etool' });
    const arrived = JSON.parse(requestOf({ record, line })) as { resourceLogs: { scopeLogs: { logRecords: { body: { stringValue: string } }[] }[] }[] };
    const body = arrived.resourceLogs[0]?.scopeLogs[0]?.logRecords[0]?.body.stringValue ?? '';
    expect(decodeLine(key, body)).toEqual({ state: 'good', record: JSON.parse(canonicalJson(record)) as unknown });
  });

  test('of the same event is the same, byte for byte', () => {
    expect(requestOf(sealed())).toBe(requestOf(sealed()));
  });

  test('names the service and the installation, and of the machine only what the person gave', () => {
    const { resourceLogs } = JSON.parse(otlpRequest(resource, [])) as { resourceLogs: { resource: { attributes: { key: string; value: { stringValue: string } }[] } }[] };
    expect(resourceLogs[0]?.resource.attributes.map(({ key: name, value }) => `${name}=${value.stringValue}`)).toEqual(['service.name=axon', 'service.version=1.2.3', 'service.instance.id=c0ffee', 'host.name=build-7']);
  });

  test('that tests the connection is one of the protocol and carries nothing of a record', () => {
    const text = otlpRequest(resource, [JSON.stringify(otlpTest(5))]);
    expect(throughTheProtocol(text)).toEqual(withoutDefaults(JSON.parse(text)));
    expect(text).not.toContain('log.record.uid');
    expect(text).not.toContain('axon.audit.hash');
  });
});

test('names that a person gives can’t take over those of Axon', () => {
  const good = { 'host.name': 'a', team: 'b' };
  expect(furtherAttributes({ ...good, 'service.name': 'x', 'service.instance.id': 'x', 'axon.audit.id': 'x', 'log.record.uid': 'x', 'gen_ai.tool.name': 'x', 'Bad Name': 'x', empty: '', long: 'x'.repeat(201), number: 5 })).toEqual(good);
  expect(Object.keys(furtherAttributes(Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, 'v']))))).toHaveLength(20);
});
