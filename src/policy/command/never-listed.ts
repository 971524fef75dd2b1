import list from './never-listed.json';
import { refuse, type Refusal } from './refusal.js';
import { shorten } from './value-kind.js';

interface NeverListed {
  readonly programs: readonly string[];
  /** Only with one of these words; a flag counts with a value attached, too. */
  readonly words?: readonly string[];
  /** Where such a word has to stand; absent: anywhere. */
  readonly at?: number;
  /** Only in front of the first word that can be no flag's value: what comes behind a script is the script's business. */
  readonly front?: boolean;
  /** Completes "NAME …". */
  readonly reason: string;
}

const entries = list as readonly NeverListed[];
/** A bare name: no folder, nothing that a file system or `cmd.exe` reads as something else. */
const bareName = /^[A-Za-z0-9_][A-Za-z0-9_+-]*(?:\.[A-Za-z0-9_+-]+)*$/;

/**
 * Whether a person may put these words on their own list at all. Programs count in any case, with any ending that Windows
 * adds, and with any version behind the name (`bash5`, `python3.12`).
 */
export function refuseNeverListed(words: readonly string[]): Refusal | undefined {
  const [program = ''] = words;
  const name = program.toLowerCase().replace(/\.(?:exe|com|cmd|bat|ps1)$/, '');
  const unversioned = name.replace(/-?\d+(?:\.\d+)*$/, '');
  const entry = entries.find((each) => (each.programs.includes(name) || each.programs.includes(unversioned)) && hasWord(each, words));
  if (entry) {
    const shown = entry.words ? `${program} ${words.find((_, index) => isWord(entry, words, index)) ?? ''}` : program;
    return refuse('command.never-listed', `"${shorten(shown)}" ${entry.reason}; it can’t be put on the list.`, 'Run it yourself in a terminal, or use code_execute.');
  }
  if (!bareName.test(program)) {
    return refuse('command.never-listed', `"${shorten(program)}" is not the bare name of a program; only programs that are installed outside of the workspace can be put on the list.`, 'Name the program alone, without a folder.');
  }
  if ((unversioned === 'git' && program !== 'git') || name.startsWith('git-')) {
    return refuse('command.never-listed', `"${shorten(program)}" is git by another name, and only under its own it is held to safe settings; it can’t be put on the list.`, 'Write git, then the subcommand.');
  }
  if (name === 'git' && words[1]?.startsWith('-') === true) {
    return refuse('command.never-listed', `"git ${shorten(words[1])}" would move git to other settings than those it is held to here; it can’t be put on the list.`, 'Start with the subcommand.');
  }
  return undefined;
}

function hasWord(entry: NeverListed, words: readonly string[]): boolean {
  return entry.words === undefined || words.some((_, index) => isWord(entry, words, index));
}

function isWord({ words: wanted = [], at, front }: NeverListed, all: readonly string[], index: number): boolean {
  if (index === 0 || (at !== undefined && at !== index) || (front === true && !isInFront(all, index))) return false;
  const word = all[index] ?? '';
  return wanted.some((each) => {
    if (word === each || (each.startsWith('-') && word.startsWith(each))) return true;
    // `-Hx` is `-H -x`.
    if (/^-[^-]$/.test(each)) return /^-[^-]/.test(word) && word.includes(each.charAt(1));
    // git and others take a long flag that is cut short for the whole one.
    return each.startsWith('--') && word.startsWith('--') && word.length > 3 && each.startsWith(word.split('=')[0] ?? word);
  });
}

function isInFront(all: readonly string[], index: number): boolean {
  const isFlag = (word: string | undefined): boolean => word?.startsWith('-') === true;
  return all.slice(1, index).every((word, at) => isFlag(word) || (at > 0 && isFlag(all[at])));
}
