import type { CommandEntry, EntryData } from './entry.js';
import { resolveEntry } from './resolve-entry.js';
import type { Word } from './split-words.js';
import list from './whitelist.json';

/** Everything that comes listed. A test holds the file to its schema (entry-schema.ts), so that no start-up pays for it. */
export const whitelist = list.entries as readonly EntryData[];

export interface Found {
  readonly entry: CommandEntry;
  /** The words behind the entry's own. */
  readonly rest: readonly string[];
}

const byProgram = Map.groupBy(whitelist, (entry) => entry.words[0] ?? '');
const resolved = new Map<EntryData, CommandEntry>();

/**
 * The entry with the most words that the command starts with, word by word; never a prefix of a word. The entry's own
 * words have to be written without quotes, so that a reader sees the name of what runs. `git --no-pager` counts as
 * `git`: nothing pages here.
 */
export function findEntry(words: readonly Word[]): Found | undefined {
  const [program, second] = words;
  const unpaged = program?.text === 'git' && second?.text === '--no-pager' && second.plain ? [program, ...words.slice(2)] : words;
  const matches = (byProgram.get(program?.text ?? '') ?? []).filter((entry) => entry.words.every((each, index) => unpaged[index]?.text === each && unpaged[index].plain));
  const data = matches.reduce<EntryData | undefined>((best, each) => (best && best.words.length >= each.words.length ? best : each), undefined);
  return data && { entry: ready(data), rest: unpaged.slice(data.words.length).map((word) => word.text) };
}

function ready(data: EntryData): CommandEntry {
  const known = resolved.get(data);
  if (known) return known;
  const entry = resolveEntry(data, list.flags);
  resolved.set(data, entry);
  return entry;
}

/** What is listed for a program, to tell the model what it could run. */
export function listedFor(program: string): readonly string[] {
  return (byProgram.get(program) ?? []).map((entry) => entry.words.join(' '));
}

export function programs(): readonly string[] {
  return [...byProgram.keys()];
}
