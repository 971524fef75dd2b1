import { hasHidden, visible, visibleLine } from '../../visible.js';
import type { Decision } from '../decision.js';
import type { Guard, GuardContext } from '../guard.js';
import type { PathCheck, PathChecker } from '../path/path-check.js';
import type { TouchedPath } from '../touches.js';
import type { EntryData } from './entry.js';
import type { UserCommandEntry } from './entry-schema.js';
import { createGrammarReader, type LocateWasm } from './grammar.js';
import { matchArguments, type Match } from './match-arguments.js';
import { entryFor, mayBeAllowed } from './narrowest-entry.js';
import { refuseNeverListed } from './never-listed.js';
import { parseCommand, type ParsedCommand } from './parse-command.js';
import { checkPathWords } from './path-words.js';
import { quoteWords } from './quote-words.js';
import { isRefusal, refuse, type Refusal } from './refusal.js';
import { checkUserEntries, restOf, type EntryProblem, type UserEntries, type UserEntry } from './user-entries.js';
import { refusalOf, shorten, type ValueContext } from './value-kind.js';
import { findEntry, listedFor, programs, type Found } from './whitelist.js';

/** What the runner may start: made by the guard alone, from the same reading that was judged. */
export interface RunPlan {
  /** A bare name from the whitelist, never a path. */
  readonly program: string;
  /** The subcommand words of the entry; empty for programs without. */
  readonly subcommand: readonly string[];
  readonly args: readonly string[];
  /** Absolute real folder. */
  readonly folder: string;
}

export interface CommandSubject {
  readonly command: string;
  readonly cwd?: string;
}

type CommandContext = Omit<GuardContext, 'tool'>;

export interface CommandJudgement {
  readonly decision: Decision;
  /** Absent when the decision is `deny`. */
  readonly plan?: RunPlan;
  /**
   * What the command looks at or writes, as far as its words tell: every path-like word that the path guard let through,
   * and the place that a program walks by itself. What the code of a workspace does is not in it. Empty when denied.
   */
  readonly touched: readonly TouchedPath[];
  /** As the guard read them, also where the command is denied; absent where it could not be read. */
  readonly words?: readonly string[];
}

export interface CommandGuard extends Guard<'command'> {
  /** Splits and checks the shape only; says nothing about the whitelist. Never rejects. */
  parse(command: string): Promise<ParsedCommand | Refusal>;
  /** The decision together with what would be run. Never rejects. */
  judge(subject: CommandSubject, context: CommandContext): Promise<CommandJudgement>;
  /**
   * For a command that is refused because it isn't listed: the entry that lets exactly these words run in exactly this
   * folder, after a question each time; or why there can't be one. Never rejects.
   */
  narrowestEntry(subject: CommandSubject): Promise<{ readonly entry: UserCommandEntry } | Refusal>;
  /** What is wrong with the person's own entries. Those that are right count all the same. Never rejects. */
  userEntryProblems(): Promise<readonly EntryProblem[]>;
}

export interface CommandGuardOptions {
  readonly paths: PathChecker;
  readonly locateWasm: LocateWasm;
  /** Default: this machine's. */
  readonly platform?: NodeJS.Platform;
  /** The person's own entries (UserCommandEntry, unchecked), asked for at every decision. Default: none. */
  readonly userEntries?: () => readonly unknown[];
}

/**
 * The command guard: one simple command of literal words, on the whitelist or on the person's own list, with paths that
 * the path guard lets through. What passes is always `ask`, with a grant for exactly these words in this folder where the
 * command comes listed; everything else is `deny`.
 */
export function createCommandGuard({ paths, locateWasm, platform = process.platform, userEntries = () => [] }: CommandGuardOptions): CommandGuard {
  const read = createGrammarReader(locateWasm);
  const parse = (command: string): Promise<ParsedCommand | Refusal> => parseCommand(command, read);
  let own: { readonly text: string; readonly checked: Promise<UserEntries> } | undefined;

  /** Checked once for as long as the setting reads the same. */
  function ownEntries(): Promise<UserEntries> | undefined {
    const given = userEntries();
    if (given.length === 0) return undefined;
    const text = JSON.stringify(given);
    if (own?.text !== text) own = { text, checked: checkUserEntries(given, parse) };
    return own.checked;
  }

  async function judge(subject: CommandSubject, context: CommandContext): Promise<CommandJudgement> {
    const parsed = await parse(subject.command);
    if (isRefusal(parsed)) return deny(context.trusted ? parsed : untrusted);
    return { ...(await judgeParsed(parsed, subject, context)), words: parsed.words.map((word) => word.text) };
  }

  async function judgeParsed(parsed: ParsedCommand, { cwd = '.' }: CommandSubject, { trusted, mayConfigure = true }: CommandContext): Promise<CommandJudgement> {
    if (!trusted) return deny(untrusted);
    const place = await paths.check(cwd, 'list');
    if (place.decision.verdict === 'deny' || place.resolved === undefined) return deny(refusalOf(place.decision));
    const context: ValueContext = { paths, base: place.resolved, place, top: topOf(place, place.resolved), mayConfigure };
    const found = findEntry(parsed.words);
    const listed = await judgeListed(parsed, found, place, context);
    if (!isRefusal(listed)) return listed;
    return (await judgeOwn(parsed, found, place.resolved, context)) ?? deny(listed);
  }

  async function judgeListed({ words }: ParsedCommand, found: Found | undefined, place: PathCheck, context: ValueContext): Promise<CommandJudgement | Refusal> {
    const texts = words.map((word) => word.text);
    if (!found) return notOnTheList(texts);
    const { data } = found.entry;
    if (data.batchFile === true && reachesCmd(texts)) return batchFile;
    const match = await matchArguments(found.entry, found.rest, context);
    if (isRefusal(match)) return match;
    const elsewhere = place.relative === undefined || place.relative === '.' ? '' : place.relative;
    const grant = {
      key: `command:${JSON.stringify(texts)}${elsewhere === '' ? '' : `@${context.base}`}`,
      label: `Run exactly "${visibleLine(shortenTo(200, quoteWords(texts)))}"${elsewhere === '' ? '' : ` in ${visibleLine(elsewhere)}`}`,
    };
    const asked = ask(data, texts, match, context.base);
    return { ...asked, decision: { ...asked.decision, grant } };
  }

  /** The first of the person's entries, those with the most words first, that lets the command through; undefined without one. */
  async function judgeOwn({ words }: ParsedCommand, found: Found | undefined, folder: string, context: ValueContext): Promise<CommandJudgement | undefined> {
    const { entries = [] } = (await ownEntries()) ?? {};
    const texts = words.map((word) => word.text);
    if (entries.length === 0 || refuseNeverListed(texts) || reachesCmd(texts)) return undefined;
    for (const each of entries.toSorted((a, b) => b.words.length - a.words.length)) {
      const rest = restOf(each, words);
      if (rest === undefined || !(await countsIn(each, folder))) continue;
      const match = await matchArguments(each.entry, rest, context);
      if (isRefusal(match)) continue;
      const places = await checkPathWords(texts.slice(1), each.entry.data.effect === 'reads' ? 'read' : 'write', context);
      if (isRefusal(places)) return deny(places);
      const warnings = [ownEntry, ...(found?.entry.data.warnings ?? []), ...match.warnings, ...places.warnings];
      return ask(each.entry.data, texts, { ...match, warnings: [...new Set(warnings)], risk: 'high', touched: [...match.touched, ...places.touched] }, folder, 'command.own-entry-asks');
    }
    return undefined;
  }

  async function countsIn(each: UserEntry, folder: string): Promise<boolean> {
    if (each.folder === undefined) return true;
    const place = await paths.check(each.folder, 'list');
    return place.decision.verdict !== 'deny' && place.resolved === folder;
  }

  /** On Windows cmd.exe would act on a character of these words, if the program is a batch file. */
  function reachesCmd(texts: readonly string[]): boolean {
    return platform === 'win32' && texts.some((text) => /[&|<>^%!"'\n]/.test(text));
  }

  async function narrowestEntry({ command, cwd = '.' }: CommandSubject): Promise<{ readonly entry: UserCommandEntry } | Refusal> {
    const { decision } = await judge({ command, cwd }, { trusted: true });
    if (decision.verdict !== 'deny') return refuse('command.is-listed', 'This command is not refused.', 'Run it; it asks first.');
    if (!mayBeAllowed(decision.rule)) return refuse(decision.rule, decision.reason, decision.next ?? '');
    const parsed = await parse(command);
    const place = await paths.check(cwd, 'list');
    if (isRefusal(parsed)) return parsed;
    if (place.resolved === undefined) return refusalOf(place.decision);
    const texts = parsed.words.map((word) => word.text);
    if (reachesCmd(texts)) return batchFile;
    const entry = entryFor(texts, place.resolved);
    if (isRefusal(entry)) return entry;
    const { problems } = await checkUserEntries([entry], parse);
    if (problems[0]) return refuse('command.never-listed', problems[0].message, 'Write the entry yourself, in the setting axon.commands.allowed.');
    const places = await checkPathWords(texts.slice(1), 'write', { paths, base: place.resolved });
    return isRefusal(places) ? places : { entry };
  }

  return {
    parse,
    judge,
    narrowestEntry,
    decide: async (subject, context) => (await judge(subject, context)).decision,
    userEntryProblems: async () => (await ownEntries())?.problems ?? [],
  };
}

function ask(data: EntryData, texts: readonly string[], match: Match, folder: string, rule = ruleOf[data.effect]): CommandJudgement {
  const hidden = texts.some(hasHidden) ? ['The command holds invisible characters; they are shown as \\u escapes.'] : [];
  const warnings = [...match.warnings, ...hidden].map((each) => visible(each));
  return {
    decision: { verdict: 'ask', risk: match.risk, rule, reason: visible(`${visibleLine(quoteWords(data.words))} ${data.about}.`), ...(warnings.length > 0 && { warnings }) },
    plan: { program: data.words[0] ?? '', subcommand: match.subcommand, args: match.args, folder },
    touched: match.touched,
  };
}

const ruleOf: Record<EntryData['effect'], string> = {
  reads: 'command.asks',
  changes: 'command.changes-asks',
  runs: 'command.runs-code-asks',
};

const untrusted = refuse('trust.no-execution', 'The workspace is not trusted, so nothing is run in it.', 'Trust the workspace first (command “Workspaces: Manage Workspace Trust”).');
const ownEntry = 'This command is on your own list (setting axon.commands.allowed); nothing is known about what it does.';
const batchFile = refuse('command.batch-file', 'On Windows this program is a batch file, and cmd.exe would act on characters in these words.', 'Leave out & | < > ^ % ! and quotes.');

function notOnTheList(words: readonly string[]): Refusal {
  const [program = '', second] = words;
  const listed = listedFor(program);
  if (listed.length === 0) {
    return refuse('command.not-listed', `"${visibleLine(shorten(program))}" is not on the list of commands.`, `Use one of: ${programs().join(', ')}; or the file tools, or code_execute.`);
  }
  const shown = second === undefined ? program : `${program} ${shorten(second)}`;
  return refuse('command.not-listed', `"${visibleLine(shown)}" is not on the list of commands.`, `Write one of these plainly, without quotes: ${listed.join(', ')}.`);
}

function deny({ rule, reason, next }: Refusal): CommandJudgement {
  return { decision: { verdict: 'deny', risk: 'high', rule, reason: visible(reason), next: visible(next) }, touched: [] };
}

/** The outermost open folder: a repository that a command in it uses may start there, and no further up. */
function topOf({ names }: PathCheck, folder: string): string {
  return (names?.real ?? []).reduce((top, each) => (each.folder.length < top.length ? each.folder : top), folder);
}

function shortenTo(length: number, text: string): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
