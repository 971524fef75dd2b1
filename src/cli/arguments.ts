import { parseArgs } from 'node:util';
import { auditEventTypes, type AuditEventType } from '../audit/event.js';
import { exportFormats, type ExportFormat } from '../audit/export/export-chunks.js';
import type { AuditQuery } from '../audit/query.js';
import { AxonError, messageOf } from '../errors.js';

export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | { readonly name: 'verify'; readonly place: string; readonly keyFile: string; readonly json: boolean }
  | { readonly name: 'export'; readonly place: string; readonly keyFile: string; readonly format: ExportFormat; readonly query: AuditQuery; readonly output: string | undefined };

const text = { type: 'string' } as const;
const common = { 'key-file': text, help: { type: 'boolean', short: 'h' } } as const;
const verifyOptions = { ...common, json: { type: 'boolean' } } as const;
const exportOptions = { ...common, format: text, output: text, from: text, to: text, session: text, agent: text, tool: text, event: text, decision: text, rule: text, text } as const;

/** A command without which nothing can be done is missing: what there is says more than a sentence. */
export class UsageError extends Error {
  constructor() {
    super('no command');
  }
}

const isHelp = (word: string | undefined): boolean => word !== undefined && ['help', '--help', '-h'].includes(word);

/** Throws `AxonError` `invalid-arguments` with what is wrong, and `UsageError` where no command is given. `argv` begins after the program's name. */
export function parseCommand(argv: readonly string[]): Command {
  const [area, name, ...rest] = argv;
  if (isHelp(area) || (area === 'audit' && isHelp(name))) return { name: 'help' };
  if (area === '--version') return { name: 'version' };
  if (area === undefined || (area === 'audit' && name === undefined)) throw new UsageError();
  if (area !== 'audit' || (name !== 'verify' && name !== 'export')) throw wrong(`There is no command "${[area, name].filter(Boolean).join(' ')}".`);
  return name === 'verify' ? parseVerify(rest) : parseExport(rest);
}

function parseVerify(args: string[]): Command {
  const { values, positionals } = attempt(() => parseArgs({ args, options: verifyOptions, allowPositionals: true }));
  if (values.help) return { name: 'help' };
  return { name: 'verify', ...where(positionals, values['key-file']), json: values.json ?? false };
}

function parseExport(args: string[]): Command {
  const { values, positionals } = attempt(() => parseArgs({ args, options: exportOptions, allowPositionals: true }));
  if (values.help) return { name: 'help' };
  const format = exportFormats.find((each) => each === values.format);
  if (format === undefined) throw wrong(`--format has to be ${exportFormats.join(' or ')}.`);
  const { from, to, session, agent, tool, event, decision, rule, text: words } = values;
  const query: AuditQuery = {
    ...(from !== undefined && { from: timeOf('--from', from) }),
    ...(to !== undefined && { to: timeOf('--to', to) }),
    ...(session !== undefined && { sessionId: session }),
    ...(agent !== undefined && { agent }),
    ...(tool !== undefined && { tool }),
    ...(event !== undefined && { types: [eventType(event)] }),
    ...(decision !== undefined && { decision }),
    ...(rule !== undefined && { rule }),
    ...(words !== undefined && { text: words }),
  };
  return { name: 'export', ...where(positionals, values['key-file']), format, query, output: values.output };
}

function where(positionals: readonly string[], keyFile: string | undefined): { readonly place: string; readonly keyFile: string } {
  const [place] = positionals;
  if (place === undefined || positionals.length > 1) throw wrong(place === undefined ? 'Which bundle or folder?' : 'One bundle or folder at a time.');
  if (keyFile === undefined) throw wrong('--key-file is missing.');
  return { place, keyFile };
}

/** A day is its first instant in UTC; a time without a zone would mean another one on another machine. */
function timeOf(option: string, value: string): number {
  const time = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(time)) throw wrong(`${option} has to be a time such as 2026-01-31 or 2026-01-31T08:00:00Z.`);
  return time;
}

function eventType(value: string): AuditEventType {
  const type = auditEventTypes.find((each) => each === value);
  if (type === undefined) throw wrong(`--event has to be one of ${auditEventTypes.join(', ')}.`);
  return type;
}

function attempt<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw wrong(messageOf(error));
  }
}

const wrong = (message: string): AxonError => new AxonError('invalid-arguments', message, 'Run "axon audit --help" for what there is.');
