import { performance } from 'node:perf_hooks';
import type { CommandGuard, CommandJudgement } from '../../src/policy/command/command-guard.js';
import { quoteWords } from '../../src/policy/command/quote-words.js';
import { isRefusal } from '../../src/policy/command/refusal.js';
import type { Commands } from '../../src/ports/commands.js';
import { runApproved, type Watch } from './behaviour.js';
import type { Case } from './generate.js';
import { differs, Shells, type Shell } from './shells.js';

export type Oracle = 'stability' | 'reading' | 'behaviour';

export interface Failure {
  readonly oracle: Oracle;
  readonly detail: string;
}

export interface Verdict {
  readonly letThrough: boolean;
  readonly program?: string;
  readonly failure?: Failure;
  /** How many shells read it, and whether its program was really started. */
  readonly shells: number;
  readonly ran: boolean;
}

const trusted = { trusted: true } as const;

/** Tries single commands: whether the guard is of one mind, whether shells read the same words, and what running it does. */
export class Trial {
  /** Milliseconds of the longest decision, with its command. */
  slowest = { milliseconds: 0, command: '' };
  /** Commands and words, each with their folder, that need no second look. */
  private readonly seen = new Set<string>();

  constructor(
    private readonly guard: CommandGuard,
    private readonly commands: Commands,
    private readonly shells: Shells,
    private readonly watch: Watch,
  ) {}

  async attempt({ command, cwd }: Case): Promise<Verdict> {
    const refused = { letThrough: false, shells: 0, ran: false };
    try {
      const judgement = await this.judge({ command, cwd });
      const again = await this.guard.judge({ command, cwd }, trusted);
      if (JSON.stringify(again) !== JSON.stringify(judgement)) return { ...refused, failure: { oracle: 'stability', detail: `asked twice, it said ${judgement.decision.rule} and ${again.decision.rule}` } };
      if (!judgement.plan) return judgement.decision.verdict === 'deny' ? refused : { ...refused, failure: { oracle: 'stability', detail: `it said ${judgement.decision.verdict} without a plan` } };
      const passed = { ...refused, letThrough: true, program: judgement.plan.program };
      const parsed = await this.guard.parse(command);
      if (isRefusal(parsed)) return { ...passed, failure: { oracle: 'stability', detail: "it let through what it can't parse" } };
      const words = parsed.words.map((word) => word.text);
      const unstable = await this.unstable(words, cwd, judgement);
      if (unstable !== undefined) return { ...passed, failure: { oracle: 'stability', detail: unstable } };
      const key = JSON.stringify([command, judgement.plan.folder]);
      if (this.seen.has(key)) return passed;
      const verdict = { ...passed, ...(await this.compare(command, words)), ...(await this.behave({ command, cwd }, words, judgement)) };
      if (!verdict.failure) this.seen.add(key);
      return verdict;
    } catch (error) {
      return { ...refused, failure: { oracle: 'stability', detail: `it threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` } };
    }
  }

  private async judge({ command, cwd }: Case): Promise<CommandJudgement> {
    const since = performance.now();
    const judgement = await this.guard.judge({ command, cwd }, trusted);
    const milliseconds = performance.now() - since;
    if (milliseconds > this.slowest.milliseconds) this.slowest = { milliseconds, command };
    return judgement;
  }

  /** Written in another way, the same words have to get the same answer; and what runs has to be these words in their order. */
  private async unstable(words: readonly string[], cwd: string, judgement: CommandJudgement): Promise<string | undefined> {
    const { decision, plan } = judgement;
    const quoted = quoteWords(words);
    const other = await this.guard.judge({ command: quoted, cwd }, trusted);
    if (JSON.stringify(other) !== JSON.stringify(judgement)) return `written as ${quoted}, it said ${other.decision.rule} instead of ${decision.rule}`;
    // Shown by asking `git diff` for the same, which can leave files out.
    if (words.join(' ').startsWith('git stash show')) return undefined;
    // The number of an object is bound to mean a commit.
    const planned = [plan?.program ?? '', ...(plan?.subcommand ?? []), ...(plan?.args ?? [])].map((word) => word.replaceAll('^{commit}', ''));
    const given = words.filter((word, index) => !(index === 1 && word === '--no-pager' && words[0] === 'git')).map((word) => word.replaceAll('^{commit}', ''));
    let at = 0;
    for (const word of planned) if (word === given[at]) at++;
    return at === given.length ? undefined : `it plans ${JSON.stringify(planned)} for ${JSON.stringify(given)}`;
  }

  private async compare(command: string, words: readonly string[]): Promise<{ shells: number; failure?: Failure }> {
    let shells = 0;
    for (const shell of ['bash', 'dash'] satisfies Shell[]) {
      if (!Shells.knows(shell, words[0] ?? '')) continue;
      shells++;
      const locale = command.length % 2 === 0 ? 'C.UTF-8' : 'C';
      let difference = differs(await this.shells.read(shell, command, locale), words);
      // A thread of this process takes a number as well, so a second look decides.
      if (difference?.startsWith('took') === true) difference = differs(await this.shells.read(shell, command, locale), words);
      if (difference !== undefined) return { shells, failure: { oracle: 'reading', detail: `${shell} ${difference}` } };
    }
    return { shells };
  }

  /** The same words in the same folder do the same, so they are run once. */
  private async behave({ command, cwd }: Case, words: readonly string[], { decision, plan }: CommandJudgement): Promise<{ ran: boolean; failure?: Failure }> {
    const key = JSON.stringify([words, plan?.folder]);
    if (this.seen.has(key)) return { ran: false };
    const { ran, breach } = await this.watch.observe({ program: words[0] ?? '', changes: decision.rule !== 'command.asks' }, () => runApproved(this.commands, command, cwd));
    if (breach === undefined) this.seen.add(key);
    return breach === undefined ? { ran } : { ran, failure: { oracle: 'behaviour', detail: breach } };
  }
}
