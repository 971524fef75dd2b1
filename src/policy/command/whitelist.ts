import { buildCommands } from './build-commands.js';
import type { CommandEntry } from './entry.js';
import { fileCommands } from './file-commands.js';
import { gitCommands } from './git-commands.js';
import type { Word } from './split-words.js';

/** Everything that may be asked for. */
export const whitelist: readonly CommandEntry[] = [...fileCommands, ...gitCommands, ...buildCommands];

export interface Found {
  readonly entry: CommandEntry;
  /** The words behind the entry's own. */
  readonly rest: readonly string[];
}

/**
 * The entry with the most words that the command starts with, word by word; never a prefix of a word. The entry's own
 * words have to be written without quotes, so that a reader sees the name of what runs. `git --no-pager` counts as
 * `git`: nothing pages here.
 */
export function findEntry(words: readonly Word[]): Found | undefined {
  const [program, second] = words;
  const unpaged = program?.text === 'git' && second?.text === '--no-pager' && second.plain ? [program, ...words.slice(2)] : words;
  const matches = whitelist.filter((entry) => entry.words.every((each, index) => unpaged[index]?.text === each && unpaged[index].plain));
  const entry = matches.reduce<CommandEntry | undefined>((best, each) => (best && best.words.length >= each.words.length ? best : each), undefined);
  return entry && { entry, rest: unpaged.slice(entry.words.length).map((word) => word.text) };
}

/** What is listed for a program, to tell the model what it could run. */
export function listedFor(program: string): readonly string[] {
  return whitelist.filter((entry) => entry.words[0] === program).map((entry) => entry.words.join(' '));
}

export function programs(): readonly string[] {
  return [...new Set(whitelist.map((entry) => entry.words[0] ?? ''))];
}
