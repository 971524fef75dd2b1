import { hasHidden, visible, visibleLine } from '../../visible.js';
import type { Decision } from '../decision.js';
import type { Guard, GuardContext } from '../guard.js';
import type { PathCheck, PathChecker } from '../path/path-check.js';
import type { TouchedPath } from '../touches.js';
import type { CommandEntry } from './entry.js';
import { createGrammarReader, type LocateWasm } from './grammar.js';
import { matchArguments } from './match-arguments.js';
import { parseCommand, type ParsedCommand } from './parse-command.js';
import { quoteWords } from './quote-words.js';
import { isRefusal, refuse, type Refusal } from './refusal.js';
import { shorten } from './value-kind.js';
import { findEntry, listedFor, programs } from './whitelist.js';

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
}

export interface CommandGuard extends Guard<'command'> {
  /** Splits and checks the shape only; says nothing about the whitelist. Never rejects. */
  parse(command: string): Promise<ParsedCommand | Refusal>;
  /** The decision together with what would be run. Never rejects. */
  judge(subject: CommandSubject, context: CommandContext): Promise<CommandJudgement>;
}

export interface CommandGuardOptions {
  readonly paths: PathChecker;
  readonly locateWasm: LocateWasm;
  /** Default: this machine's. */
  readonly platform?: NodeJS.Platform;
}

/**
 * The command guard: one simple command of literal words, on the whitelist, with paths that the path guard lets through.
 * What passes is always `ask`, with a grant for exactly these words in this folder; everything else is `deny`.
 */
export function createCommandGuard({ paths, locateWasm, platform = process.platform }: CommandGuardOptions): CommandGuard {
  const read = createGrammarReader(locateWasm);
  const parse = (command: string): Promise<ParsedCommand | Refusal> => parseCommand(command, read);

  async function judge({ command, cwd = '.' }: CommandSubject, { trusted, mayConfigure = true }: CommandContext): Promise<CommandJudgement> {
    if (!trusted) return deny(untrusted);
    const parsed = await parse(command);
    if (isRefusal(parsed)) return deny(parsed);
    const words = parsed.words.map((word) => word.text);
    const found = findEntry(parsed.words);
    if (!found) return deny(notOnTheList(words));
    const { entry, rest } = found;
    if (platform === 'win32' && entry.batchFile === true && words.some((word) => /[&|<>^%!"'\n]/.test(word))) return deny(batchFile);
    const place = await paths.check(cwd, 'list');
    if (place.decision.verdict === 'deny' || place.resolved === undefined) return deny(refusalOf(place.decision));
    const match = await matchArguments(entry, rest, { paths, base: place.resolved, top: topOf(place, place.resolved), mayConfigure });
    if (isRefusal(match)) return deny(match);
    const hidden = words.some(hasHidden) ? ['The command holds invisible characters; they are shown as \\u escapes.'] : [];
    const elsewhere = place.relative === undefined || place.relative === '.' ? '' : place.relative;
    return {
      decision: {
        verdict: 'ask',
        risk: match.risk,
        rule: ruleOf[entry.effect],
        reason: `${visibleLine(entry.words.join(' '))} ${entry.about}.`,
        ...(match.warnings.length + hidden.length > 0 && { warnings: [...match.warnings, ...hidden].map((each) => visible(each)) }),
        grant: {
          key: `command:${JSON.stringify(words)}${elsewhere === '' ? '' : `@${place.resolved}`}`,
          label: `Run exactly "${visibleLine(shortenTo(200, quoteWords(words)))}"${elsewhere === '' ? '' : ` in ${visibleLine(elsewhere)}`}`,
        },
      },
      plan: { program: entry.words[0] ?? '', subcommand: entry.words.slice(1), args: match.args, folder: place.resolved },
      touched: match.touched,
    };
  }

  return { parse, judge, decide: async (subject, context) => (await judge(subject, context)).decision };
}

const ruleOf: Record<CommandEntry['effect'], string> = {
  reads: 'command.asks',
  changes: 'command.changes-asks',
  runs: 'command.runs-code-asks',
};

const untrusted = refuse('trust.no-execution', 'The workspace is not trusted, so nothing is run in it.', 'Trust the workspace first (command “Workspaces: Manage Workspace Trust”).');
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

function refusalOf(decision: Decision): Refusal {
  return refuse(decision.rule, decision.reason, decision.next ?? 'Use a folder of the workspace.');
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
