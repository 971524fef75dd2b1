import { realpath } from 'node:fs/promises';
import { AxonError } from '../errors.js';
import type { CommandGuard, RunPlan } from '../policy/command/command-guard.js';
import type { CommandOptions, CommandResult, Commands } from '../ports/commands.js';
import type { Roots } from '../ports/roots.js';
import { commandEnvironment, programFolders } from './command-environment.js';
import { findProgram } from './find-program.js';
import { hardenGit } from './harden-git.js';
import { runProgram } from './run-program.js';

export interface CommandsOptions {
  readonly guard: Pick<CommandGuard, 'judge'>;
  readonly roots: Roots;
  readonly trusted: () => boolean;
  /** Absolute paths of programs that come with the editor and need not be on PATH (ripgrep). */
  readonly programs?: Readonly<Record<string, string>>;
  /** Default: this process's. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const noop = (): void => undefined;
const defaultSeconds = 60;
const mostSeconds = 600;
/** Reading git's configuration is quick, or something is wrong. */
const gitMilliseconds = 10_000;

export interface ClosableCommands extends Commands {
  /** Kills what still runs, and resolves when it is gone. Nothing starts afterwards; twice is harmless. */
  dispose(): Promise<void>;
}

/** Runs what the command guard lets through. */
export function createCommands({ guard, roots, trusted, programs = {}, environment = process.env }: CommandsOptions): ClosableCommands {
  const closing = new AbortController();
  const underWay = new Set<Promise<unknown>>();

  async function run(command: string, options: CommandOptions): Promise<CommandResult> {
    const signal = AbortSignal.any([options.signal, closing.signal]);
    const { decision, plan } = await guard.judge({ command, ...(options.cwd !== undefined && { cwd: options.cwd }) }, { trusted: trusted() });
    if (!plan) throw new AxonError('denied', decision.reason, decision.next);
    const folders = await realFolders(roots);
    const untrustedFolders = [...new Set([...folders.open, ...folders.real])];
    const scrubbed = commandEnvironment({ source: environment, untrustedFolders });
    const search = { folders: programFolders({ source: environment, untrustedFolders }), untrustedFolders, platform: process.platform };
    const file = await findProgram(plan.program, search).catch((error: unknown) => {
      const bundled = Object.hasOwn(programs, plan.program) ? programs[plan.program] : undefined;
      if (bundled === undefined) throw error;
      return bundled;
    });
    const start = { file, folder: plan.folder, signal };
    const prepared = plan.program === 'git' ? await prepareGit(plan, scrubbed, folders.real, start) : { args: [...plan.subcommand, ...plan.args], environment: scrubbed };
    const seconds = Math.min(Math.max(options.timeoutSeconds ?? defaultSeconds, 1), mostSeconds);
    return runProgram({ ...start, ...prepared, timeoutMilliseconds: seconds * 1000, ...(options.onOutput && { onOutput: options.onOutput }) });
  }

  return {
    run: (command, options) => {
      const running = run(command, options);
      const ended = running.then(noop, noop).finally(() => underWay.delete(ended));
      underWay.add(ended);
      return running;
    },
    dispose: async () => {
      closing.abort();
      await Promise.all(underWay);
    },
  };
}

function prepareGit(
  plan: RunPlan,
  environment: Readonly<Record<string, string>>,
  workspaceFolders: readonly string[],
  start: { readonly file: string; readonly folder: string; readonly signal: AbortSignal },
): Promise<{ args: readonly string[]; environment: Record<string, string> }> {
  return hardenGit({ subcommand: plan.subcommand, args: plan.args, environment, workspaceFolders }, (args, own) =>
    runProgram({ ...start, args, environment: own, timeoutMilliseconds: gitMilliseconds }),
  );
}

async function realFolders(roots: Roots): Promise<{ open: readonly string[]; real: readonly string[] }> {
  const open = [...roots.folders().map((folder) => folder.path), ...roots.writable()];
  const real = await Promise.all(roots.folders().map((folder) => realpath(folder.path).catch(() => folder.path)));
  return { open, real };
}
