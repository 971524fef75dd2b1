import { higherRisk, type Risk } from '../decision.js';
import { touchedPath, type TouchedPath } from '../touches.js';
import type { CommandEntry } from './entry.js';
import { refuse, type Refusal } from './refusal.js';
import { notListed, shorten, type Finding, type ValueContext, type ValueKind } from './value-kind.js';

export interface Match {
  /** What the program is started with: the words as written, and what the entry inserts and appends. */
  readonly args: readonly string[];
  readonly warnings: readonly string[];
  readonly risk: Risk;
  readonly touched: readonly TouchedPath[];
}

interface Flag {
  readonly takes: 'nothing' | 'value' | 'attached';
  readonly kind?: ValueKind;
}

interface Check {
  readonly kind: ValueKind | undefined;
  readonly value: string;
  /** Its index among the arguments, when it is a whole one. */
  readonly at?: number;
  readonly beforeDashes: boolean;
}

interface Sorted {
  readonly flags: Set<string>;
  readonly values: Check[];
  readonly positionals: { readonly value: string; readonly at: number }[];
  /** Index of `--` among the arguments; -1 when there is none. */
  dashes: number;
}

/** Judges the words after the entry's own. Every flag and every word has to be of a kind that the entry names. */
export async function matchArguments(entry: CommandEntry, args: readonly string[], context: ValueContext): Promise<Match | Refusal> {
  const flags = flagTable(entry);
  const sorted = sortArguments(entry, flags, args);
  if ('refused' in sorted) return sorted;
  const checks = [...sorted.values, ...kindsOfPositionals(entry, sorted, args)];
  const count = sorted.positionals.length;
  if (entry.atMost !== undefined && count > entry.atMost) return tooMany(entry, sorted.positionals[entry.atMost]?.value ?? '');
  if (entry.atLeast !== undefined && count < entry.atLeast) {
    return refuse('command.argument-missing', `"${entry.words.join(' ')}" would wait for input, and there is none.`, 'Name a file in the workspace.');
  }
  if (entry.needsOneOf !== undefined && !includesAny(sorted.flags, entry.needsOneOf)) {
    return refuse('command.flag-missing', `"${entry.words.join(' ')}" without ${entry.needsOneOf.split(' ').join(' or ')} would open an editor.`, `Add ${entry.needsOneOf.split(' ')[0] ?? ''}.`);
  }
  const warnings = [...(entry.warnings ?? [])];
  if (entry.warnAt && includesAny(sorted.flags, entry.warnAt.flags)) warnings.push(entry.warnAt.warning);
  let risk: Risk = entry.effect === 'reads' ? 'medium' : 'high';
  const words = [...args];
  const named: TouchedPath[] = [];
  const findings: Finding[] = [];
  for (const { kind, value, at, beforeDashes } of checks) {
    if (!kind) return tooMany(entry, value);
    const finding: Finding = await kind.check(value, { ...context, beforeDashes });
    if (finding.refusal) return finding.refusal;
    warnings.push(...(finding.warnings ?? []));
    risk = higherRisk(risk, finding.risk ?? 'low');
    if (at === undefined) named.push(...(finding.touched ?? []).map((each) => ({ ...each, walks: false })));
    else findings.push(finding);
    if (at !== undefined && finding.instead !== undefined) words[at] = finding.instead;
  }
  const touched = [...named, ...(await touchedBy(entry, sorted.flags, findings, context))];
  return { args: complete(entry, sorted, words), warnings: [...new Set(warnings)], risk, touched };
}

/** What the words behind the flags name, and what the program looks at by itself. */
async function touchedBy(entry: CommandEntry, flags: ReadonlySet<string>, findings: readonly Finding[], context: ValueContext): Promise<readonly TouchedPath[]> {
  const named = findings.flatMap((each) => each.touched ?? []);
  const reaches = reachOf(entry, flags);
  const reads = reaches?.operation === 'read';
  const touched = named.map((each) => ({ ...each, walks: each.walks && ((reads && each.operation === 'read') || each.operation === 'write') }));
  const roles = findings.map((each) => each.role);
  if (!reaches || roles.includes('limits') || (roles.includes('object') && !findings.some((each) => each.instead !== undefined))) return touched;
  const place = await context.paths.check('.', reaches.operation, { base: reaches.from === 'top' ? (context.top ?? context.base) : context.base });
  const located = touchedPath(place, reaches.operation, reads);
  return located ? [...touched, located] : touched;
}

function reachOf({ reaches }: CommandEntry, flags: ReadonlySet<string>): CommandEntry['reaches'] {
  if (!reaches) return undefined;
  const byDefault = (reaches.when === undefined || reaches.unless !== undefined) && !includesAny(flags, reaches.unless ?? '');
  return byDefault || includesAny(flags, reaches.when ?? '') ? reaches : undefined;
}

function flagTable(entry: CommandEntry): ReadonlyMap<string, Flag> {
  const table = new Map<string, Flag>();
  for (const flag of split(entry.switches)) table.set(flag, { takes: 'nothing' });
  for (const [spellings, kind] of Object.entries(entry.values ?? {})) for (const flag of split(spellings)) table.set(flag, { takes: 'value', kind });
  for (const [spellings, kind] of Object.entries(entry.attached ?? {})) for (const flag of split(spellings)) table.set(flag, { takes: 'attached', kind });
  return table;
}

function sortArguments(entry: CommandEntry, table: ReadonlyMap<string, Flag>, args: readonly string[]): Sorted | Refusal {
  const sorted: Sorted = { flags: new Set(), values: [], positionals: [], dashes: -1 };
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--' && entry.style !== 'words') {
      sorted.dashes = at;
      if (!entry.afterDashes) sorted.positionals.push(...args.slice(at + 1).map((value, index) => ({ value, at: at + 1 + index })));
      return sorted;
    }
    const isFlag = (word.startsWith('-') && word.length > 1) || table.has(word);
    if (!isFlag) {
      if (entry.positionalsFirst === true && sorted.flags.size > 0) return notListed(word, 'in front of every flag');
      sorted.positionals.push({ value: word, at });
      continue;
    }
    const read = entry.style === 'words' || word.startsWith('--') || table.has(word) ? readLong(word, table) : readCluster(word, table, entry.digits === true);
    if ('refused' in read) return flagNotListed(entry, word);
    for (const flag of read.flags) sorted.flags.add(flag);
    if (read.kind === undefined) continue;
    const value = read.value ?? args[++at];
    if (value === undefined) return refuse('command.flag-incomplete', `"${shorten(word)}" needs a value.`, 'Add the value.');
    sorted.values.push({ kind: read.kind, value, beforeDashes: false });
  }
  return sorted;
}

/** `kind` is there when a value has to be checked; without `value` it is the next word. */
interface ReadFlag {
  readonly flags: readonly string[];
  readonly kind?: ValueKind | undefined;
  readonly value?: string;
}
const unknown = { refused: true } as const;

function readLong(word: string, table: ReadonlyMap<string, Flag>): ReadFlag | typeof unknown {
  const equals = word.indexOf('=');
  const name = equals === -1 ? word : word.slice(0, equals);
  const flag = table.get(name);
  if (!flag) return unknown;
  if (equals === -1) return flag.takes === 'value' ? { flags: [name], kind: flag.kind } : { flags: [name] };
  return flag.takes === 'nothing' ? unknown : { flags: [name], kind: flag.kind, value: word.slice(equals + 1) };
}

/** `-la`, `-n5`, `-am` with the value in the next word. Every letter has to be listed. */
function readCluster(word: string, table: ReadonlyMap<string, Flag>, digits: boolean): ReadFlag | typeof unknown {
  if (digits && /^-\d+$/.test(word)) return { flags: [word] };
  const flags: string[] = [];
  for (let at = 1; at < word.length; at++) {
    const name = `-${word.charAt(at)}`;
    const flag = table.get(name);
    if (!flag) return unknown;
    flags.push(name);
    if (flag.takes === 'nothing') continue;
    const value = word.slice(at + 1);
    if (value !== '') return { flags, kind: flag.kind, value };
    return flag.takes === 'value' ? { flags, kind: flag.kind } : { flags };
  }
  return { flags };
}

function kindsOfPositionals(entry: CommandEntry, { flags, positionals, dashes }: Sorted, args: readonly string[]): Check[] {
  const first = entry.first && !includesAny(flags, entry.first.unless ?? '') ? entry.first.kind : entry.positional;
  const checks = positionals.map(({ value, at }, index): Check => ({ kind: index === 0 ? first : entry.positional, value, at, beforeDashes: at < dashes }));
  if (!entry.afterDashes || dashes === -1) return checks;
  const behind = args.slice(dashes + 1).map((value, index): Check => ({ kind: entry.afterDashes, value, at: dashes + 1 + index, beforeDashes: false }));
  return [...checks, ...behind];
}

function complete(entry: CommandEntry, sorted: Sorted, args: readonly string[]): readonly string[] {
  const appended = entry.append && (entry.append.when === undefined || includesAny(sorted.flags, entry.append.when)) ? entry.append.flags : [];
  const end = sorted.dashes === -1 ? args.length : sorted.dashes;
  return [...(entry.insert ?? []), ...args.slice(0, end), ...appended, ...args.slice(end)];
}

function flagNotListed(entry: CommandEntry, word: string): Refusal {
  const listed = [...flagTable(entry).keys()].join(' ');
  return refuse('command.flag-not-listed', `"${shorten(word)}" is not on the list for "${entry.words.join(' ')}".`, listed === '' ? 'Leave it out.' : `Leave it out or use one of: ${listed}`);
}

function tooMany(entry: CommandEntry, word: string): Refusal {
  return refuse('command.argument-not-listed', `"${entry.words.join(' ')}" does not take "${shorten(word)}" here.`, 'Leave it out.');
}

function includesAny(present: ReadonlySet<string>, flags: string): boolean {
  return split(flags).some((flag) => present.has(flag));
}

function split(flags: string | undefined): readonly string[] {
  return (flags ?? '').split(' ').filter((flag) => flag !== '');
}
