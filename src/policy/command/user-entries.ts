import type * as z from 'zod/mini';
import { messageOf } from '../../errors.js';
import type { PathChecker } from '../path/path-check.js';
import type { CommandEntry } from './entry.js';
import { userEntrySchema, type UserCommandEntry } from './entry-schema.js';
import { matchArguments } from './match-arguments.js';
import { refuseNeverListed } from './never-listed.js';
import type { ParsedCommand } from './parse-command.js';
import { isRefusal, type Refusal } from './refusal.js';
import { resolveEntry } from './resolve-entry.js';
import type { Word } from './split-words.js';
import { climbs, outside } from './value-kind.js';

/** An entry that can't be used. The others still count. */
export interface EntryProblem {
  /** Where it stands in the setting, from 0. */
  readonly index: number;
  /** For a person, one sentence. */
  readonly message: string;
}

/** An entry of a person's own, checked, its self-tests run. */
export interface UserEntry {
  readonly words: readonly string[];
  /** Absolute folder that it counts in; absent: everywhere. */
  readonly folder?: string;
  readonly entry: CommandEntry;
}

export interface UserEntries {
  readonly entries: readonly UserEntry[];
  readonly problems: readonly EntryProblem[];
}

export type Parse = (command: string) => Promise<ParsedCommand | Refusal>;

/** Reads the setting. What fails the schema or its own tests, or may never be listed, is left out and reported. Never rejects. */
export async function checkUserEntries(given: readonly unknown[], parse: Parse): Promise<UserEntries> {
  const entries: UserEntry[] = [];
  const problems: EntryProblem[] = [];
  for (const [index, data] of given.entries()) {
    try {
      const checked = await checkEntry(data, parse);
      if (typeof checked === 'string') problems.push({ index, message: checked });
      else entries.push(checked);
    } catch (error) {
      problems.push({ index, message: messageOf(error) });
    }
  }
  return { entries, problems };
}

async function checkEntry(data: unknown, parse: Parse): Promise<UserEntry | string> {
  const read = userEntrySchema.safeParse(data);
  if (!read.success) {
    const [issue] = read.error.issues;
    return issue ? problemOf(issue) : 'It is not of the right form.';
  }
  const own = userEntry(read.data);
  const refusal = refuseNeverListed(own.words);
  if (refusal) return refusal.reason;
  for (const command of read.data.match) if (!(await accepts(own, command, parse))) return `It has to let through "${command}" (match), and does not.`;
  for (const command of read.data.notMatch) if (await accepts(own, command, parse)) return `It must not let through "${command}" (notMatch), and does.`;
  return own;
}

function problemOf(issue: z.core.$ZodIssue): string {
  const where = issue.path.length === 0 ? 'The entry' : `"${issue.path.join('.')}"`;
  if (issue.code === 'unrecognized_keys') return `${where} has a key that is not known: ${issue.keys.join(', ')}.`;
  return issue.code === 'custom' ? `${where} ${issue.message}.` : `${where} is missing or not of the right form.`;
}

function userEntry({ in: folder, about = 'is a command that you put on the list', effect = 'runs', ...data }: UserCommandEntry): UserEntry {
  const given = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)) as Omit<UserCommandEntry, 'in' | 'about' | 'effect'>;
  return { words: data.words, entry: resolveEntry({ ...given, about, effect } as CommandEntry['data']), ...(folder !== undefined && { folder }) };
}

async function accepts(own: UserEntry, command: string, parse: Parse): Promise<boolean> {
  const parsed = await parse(command);
  if (isRefusal(parsed)) return false;
  const rest = restOf(own, parsed.words);
  return rest !== undefined && !isRefusal(await matchArguments(own.entry, rest, { paths: byText, base: '.' }));
}

/** The words behind those of the entry; undefined when the command doesn't start with them. The program is written without quotes. */
export function restOf({ words }: UserEntry, command: readonly Word[]): readonly string[] | undefined {
  if (command[0]?.plain !== true || !words.every((word, index) => command[index]?.text === word)) return undefined;
  return command.slice(words.length).map((word) => word.text);
}

/** For self-tests, which say the same on every machine: a path is judged by its text. */
const byText: PathChecker = {
  check: async (path) =>
    climbs(path)
      ? { decision: { verdict: 'deny', risk: 'medium', rule: 'path.outside-workspace', reason: outside(path).reason } }
      : { decision: { verdict: 'allow', risk: 'low', rule: 'path.read', reason: '' } },
};
