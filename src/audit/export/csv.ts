import { canonicalJson } from '../../canonical.js';
import { visible } from '../../visible.js';
import { recordId, type AuditRecord } from '../record.js';

const answersOfPersons: readonly (string | undefined)[] = ['allow-once', 'allow-session', 'deny'];
const isOfPerson = (decision: string | undefined): boolean => answersOfPersons.includes(decision);

/** `person`, `policy`, `grant` (a permission for the session), `timeout` (nobody), `stopped`; nothing where nothing was decided. */
function decidedBy({ type, decision }: AuditRecord): string | undefined {
  if (isOfPerson(decision)) return 'person';
  return type === 'tool_denied' ? 'policy' : decision;
}

/** The original system's columns come first and keep their names, so that exports stay comparable. */
const columns: readonly (readonly [name: string, value: (record: AuditRecord) => string | number | undefined])[] = [
  ['id', recordId],
  ['session_id', (each) => each.sessionId],
  ['timestamp', (each) => new Date(each.at).toISOString()],
  ['event_type', (each) => each.type],
  ['tool_name', (each) => each.tool],
  ['tool_params', (each) => each.arguments],
  ['result', (each) => each.result],
  ['error', (each) => each.error],
  ['user_decision', (each) => (isOfPerson(each.decision) ? each.decision : undefined)],
  ['execution_time_ms', (each) => each.milliseconds],
  ['agent', (each) => each.agent],
  ['source', (each) => each.source],
  ['call_id', (each) => each.callId],
  ['decided_by', decidedBy],
  ['risk', (each) => each.risk],
  ['rule', (each) => each.rule],
  ['reason', (each) => each.reason],
  ['tool_params_sha256', (each) => each.argumentsHash],
  ['tool_params_characters', (each) => each.argumentsSize],
  ['result_sha256', (each) => each.resultHash],
  ['result_characters', (each) => each.resultSize],
  ['layers', (each) => each.layers && canonicalJson(each.layers)],
  ['clock', (each) => (each.clock === undefined ? undefined : new Date(each.clock).toISOString())],
  ['window', (each) => each.window],
  ['journal', (each) => each.journal],
  ['seq', (each) => each.seq],
  ['prev', (each) => each.prev],
  ['hash', (each) => each.hash],
];

const lineEnd = '\r\n';

/** The header line, with its line end. Plain names without quotes or byte order mark, as the original wrote it. */
export const csvHeader = columns.map(([name]) => name).join(',') + lineEnd;

/** One row after RFC 4180, with its line end. Every field is quoted. */
export function csvRow(record: AuditRecord): string {
  return columns.map(([, value]) => csvField(String(value(record) ?? ''))).join(',') + lineEnd;
}

/** Characters that make a field a formula, with their full-width forms. */
const formulaSign = /^[=+\-@\uff1d\uff0b\uff0d\uff20]/u;
/** What some program takes for a separator, and what programs drop in front of a field on import. */
const separatorsAndBlanks = /[\s,;|"'\u2018\u2019\u201c\u201d]+/gu;

/**
 * A field that no spreadsheet takes for a formula (CWE-1236): an apostrophe stands before each character that could start
 * one, also inside the text, because programs set to another separator split there. Hidden and control characters are
 * written as escapes. That changes what is shown; the JSON lines export has every character as it was.
 */
export function csvField(text: string): string {
  const shown = visible(text.replaceAll('\r\n', '\n'));
  const inside = shown.replaceAll(separatorsAndBlanks, (run, at: number) =>
    formulaSign.test(shown.slice(at + run.length, at + run.length + 1)) ? run.replaceAll(/[,;|\t\n]/g, "$&'") : run,
  );
  const start = /^[\s,;|"'\u2018\u2019\u201c\u201d]*/u.exec(shown)?.[0].length ?? 0;
  const safe = formulaSign.test(shown.slice(start, start + 1)) || /^[\t\n]/.test(shown) ? `'${inside}` : inside;
  return `"${safe.replaceAll('"', '""')}"`;
}
