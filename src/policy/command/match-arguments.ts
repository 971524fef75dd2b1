import { higherRisk, type Risk } from '../decision.js';
import { touchedPath, type TouchedPath } from '../touches.js';
import type { CommandEntry, EntryData } from './entry.js';
import { leaveOut, leftOut } from './leave-out.js';
import { isRefusal, refuse, type Refusal } from './refusal.js';
import { splitFlags } from './resolve-entry.js';
import { sortArguments, type Sorted } from './sort-arguments.js';
import { refusalOf, shorten, type Finding, type ValueContext, type ValueKind } from './value-kind.js';

export interface Match {
  /** What the program is started with: its subcommand, the words as written, and what the entry inserts and appends. */
  readonly subcommand: readonly string[];
  readonly args: readonly string[];
  readonly warnings: readonly string[];
  readonly risk: Risk;
  readonly touched: readonly TouchedPath[];
}

/** Judges the words after the entry's own. Every flag and every word has to be of a kind that the entry names. */
export async function matchArguments(entry: CommandEntry, args: readonly string[], context: ValueContext): Promise<Match | Refusal> {
  const { data } = entry;
  const sorted = sortArguments(entry, args);
  if (isRefusal(sorted)) return sorted;
  const bad = checkShape(data, sorted);
  if (bad) return bad;

  const warnings = [...(data.warnings ?? [])];
  let risk: Risk = data.effect === 'reads' ? 'medium' : 'high';
  const take = async (kind: ValueKind | undefined, value: string, beforeDashes: boolean): Promise<Finding> => {
    if (!kind) return { refusal: tooMany(data, value) };
    const finding = await kind.check(value, { ...context, beforeDashes });
    warnings.push(...(finding.warnings ?? []));
    risk = higherRisk(risk, finding.risk ?? 'low');
    return finding;
  };

  const touched: TouchedPath[] = [];
  for (const { kind, value } of sorted.values) {
    const finding = await take(kind, value, false);
    if (finding.refusal) return finding.refusal;
    touched.push(...(finding.touched ?? []).map((each) => ({ ...each, walks: false })));
  }
  const words = [...args];
  const findings: Finding[] = [];
  for (const { kind, value, at } of positionalsOf(entry, sorted, args)) {
    const finding = await take(kind, value, at < sorted.dashes);
    if (finding.refusal) return finding.refusal;
    findings.push(finding);
    words[at] = finding.instead ?? value;
  }

  const reach = await reachOf(data, sorted.flags, findings, context);
  if (isRefusal(reach)) return reach;
  touched.push(...reach.touched);
  warnings.push(...reach.warnings);
  const whole = complete(data, sorted, words);
  if (data.leavesOut === undefined || (data.effect === 'reads' && !reach.reads)) return { subcommand: data.words.slice(1), ...whole, warnings: [...new Set(warnings)], risk, touched };
  const walks = reach.touched.length === 0 || reach.touched.some((each) => each.walks);
  const without = leaveOut(data.leavesOut, { subcommand: data.words.slice(1), ...whole, flags: sorted.flags, limited: reach.limited, oneFile: !walks, positionals: sorted.positionals.map((each) => words[each.at] ?? '') });
  if (isRefusal(without)) return without;
  if (walks && without.args.length > whole.args.length) warnings.push(leftOut(data.leavesOut));
  return { ...without, warnings: [...new Set(warnings)], risk, touched };
}

function checkShape(data: EntryData, { flags, positionals }: Sorted): Refusal | undefined {
  const count = positionals.length;
  if (data.atMost !== undefined && count > data.atMost) return tooMany(data, positionals[data.atMost]?.value ?? '');
  if (data.atLeast !== undefined && count < data.atLeast) {
    return refuse('command.argument-missing', `"${data.words.join(' ')}" would wait for input, and there is none.`, 'Name a file in the workspace.');
  }
  if (data.needsOneOf !== undefined && !includesAny(flags, data.needsOneOf)) {
    const needed = splitFlags(data.needsOneOf);
    return refuse('command.flag-missing', `"${data.words.join(' ')}" without ${needed.join(' or ')} would open an editor.`, `Add ${needed[0] ?? ''}.`);
  }
  return undefined;
}

function positionalsOf(entry: CommandEntry, { flags, positionals, dashes }: Sorted, args: readonly string[]): readonly { kind: ValueKind | undefined; value: string; at: number }[] {
  const first = entry.first && !includesAny(flags, entry.first.unless) ? entry.first.kind : entry.positional;
  const before = positionals.map(({ value, at }, index) => ({ kind: index === 0 ? first : entry.positional, value, at }));
  if (!entry.afterDashes || dashes === -1) return before;
  return [...before, ...args.slice(dashes + 1).map((value, index) => ({ kind: entry.afterDashes, value, at: dashes + 1 + index }))];
}

interface Reach {
  readonly touched: readonly TouchedPath[];
  readonly warnings: readonly string[];
  /** It reads more than single files that the words name. */
  readonly reads: boolean;
  /** The words name places that it keeps to. */
  readonly limited: boolean;
}

/** What the words behind the flags name, and what the program looks at by itself. */
async function reachOf(data: EntryData, flags: ReadonlySet<string>, findings: readonly Finding[], context: ValueContext): Promise<Reach | Refusal> {
  const reaches = reachesWith(data, flags) ? data.reaches : undefined;
  const reads = reaches?.operation === 'read';
  const touched = findings.flatMap((each) => each.touched ?? []).map((each) => ({ ...each, walks: each.walks && (reads || each.operation === 'write') && each.operation !== 'list' }));
  const roles = findings.map((each) => each.role);
  const limited = roles.includes('limits');
  // Where every word is one file or folder of a revision, nothing else is read.
  if (!reaches || (roles.includes('object') && !limited && !findings.some((each) => each.instead !== undefined))) return { touched, warnings: [], reads: false, limited };
  if (limited) return { touched, warnings: [], reads, limited };
  const from = reaches.from === 'top' ? (context.top ?? context.base) : context.base;
  // Listing and reading a folder are judged alike.
  const place = (from === context.base ? context.place : undefined) ?? (await context.paths.check('.', 'read', { base: from }));
  if (place.decision.verdict === 'deny') return refusalOf(place.decision);
  const warnings = place.decision.verdict === 'ask' ? [place.decision.reason, ...(place.decision.warnings ?? [])] : [];
  const located = touchedPath(place, reaches.operation, reads);
  return { touched: located ? [...touched, located] : touched, warnings, reads, limited };
}

function reachesWith({ reaches }: EntryData, flags: ReadonlySet<string>): boolean {
  if (!reaches) return false;
  const byDefault = (reaches.when === undefined || reaches.unless !== undefined) && !includesAny(flags, reaches.unless);
  return byDefault || includesAny(flags, reaches.when);
}

/** With the index of `--` moved along; without one it is where one could stand. */
function complete(data: EntryData, { flags, dashes }: Sorted, words: readonly string[]): { args: readonly string[]; dashes: number; hasDashes: boolean } {
  const appended = data.append && (data.append.when === undefined || includesAny(flags, data.append.when)) ? data.append.flags : [];
  const end = dashes === -1 ? words.length : dashes;
  const front = [...(data.insert ?? []), ...words.slice(0, end), ...appended];
  return { args: [...front, ...words.slice(end)], dashes: front.length, hasDashes: dashes !== -1 };
}

function tooMany(data: EntryData, word: string): Refusal {
  return refuse('command.argument-not-listed', `"${data.words.join(' ')}" does not take "${shorten(word)}" here.`, 'Leave it out.');
}

function includesAny(present: ReadonlySet<string>, flags: string | undefined): boolean {
  return splitFlags(flags).some((flag) => present.has(flag));
}
