import type { CommandEntry, Flag } from './entry.js';
import { refuse, type Refusal } from './refusal.js';
import { notListed, shorten, type ValueKind } from './value-kind.js';

export interface FlagValue {
  readonly kind: ValueKind;
  readonly value: string;
}

export interface Sorted {
  readonly flags: Set<string>;
  readonly values: FlagValue[];
  /** Each with its index among the arguments. */
  readonly positionals: { readonly value: string; readonly at: number }[];
  /** Index of `--` among the arguments; -1 when there is none. */
  dashes: number;
}

/** Tells flags, their values and other words apart. A flag that the entry doesn't name is refused. */
export function sortArguments(entry: CommandEntry, args: readonly string[]): Sorted | Refusal {
  const { data, flags: table } = entry;
  const sorted: Sorted = { flags: new Set(), values: [], positionals: [], dashes: -1 };
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--' && data.style !== 'words') {
      sorted.dashes = at;
      if (!entry.afterDashes) sorted.positionals.push(...args.slice(at + 1).map((value, index) => ({ value, at: at + 1 + index })));
      return sorted;
    }
    const isFlag = (word.startsWith('-') && word.length > 1) || table.has(word);
    if (!isFlag) {
      if (data.positionalsFirst === true && sorted.flags.size > 0) return notListed(word, 'in front of every flag');
      sorted.positionals.push({ value: word, at });
      continue;
    }
    const read = data.style === 'words' || word.startsWith('--') || table.has(word) ? readLong(word, table) : readCluster(word, table, data.digits === true);
    if ('refused' in read) return flagNotListed(entry, word);
    for (const flag of read.flags) sorted.flags.add(flag);
    if (read.kind === undefined) continue;
    const value = read.value ?? args[++at];
    if (value === undefined) return refuse('command.flag-incomplete', `"${shorten(word)}" needs a value.`, 'Add the value.');
    sorted.values.push({ kind: read.kind, value });
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

function flagNotListed({ data, flags }: CommandEntry, word: string): Refusal {
  const listed = [...flags.keys()].join(' ');
  return refuse('command.flag-not-listed', `"${shorten(word)}" is not on the list for "${data.words.join(' ')}".`, listed === '' ? 'Leave it out.' : `Leave it out or use one of: ${listed}`);
}
