import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { AxonError } from '../errors.js';
import type { CommandResult } from '../ports/commands.js';
import { MiddleCut } from './middle-cut.js';
import { runMark, signalTree, type ProcessTree } from './process-tree.js';

/** Characters of output that are kept. */
export const longestOutput = 100_000;
/** Milliseconds that a process gets between SIGTERM and SIGKILL, and that leftovers get to end by themselves. */
const grace = 1_500;

export interface ProgramRun {
  /** Absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMilliseconds: number;
  readonly signal: AbortSignal;
  readonly onOutput?: (chunk: string) => void;
}

/**
 * Runs a program without a shell, with nothing on standard input, in a process group of its own. When this settles,
 * the program and what it started are gone. Rejects with `timeout`, `cancelled` (both after the kill) or `unavailable`.
 */
export async function runProgram(run: ProgramRun): Promise<CommandResult> {
  if (run.signal.aborted) throw new AxonError('cancelled', 'The command was stopped before it started.');
  const started = performance.now();
  const mark = randomUUID();
  const child = start(run, mark);
  const output = new MiddleCut(longestOutput);
  collect(child, output, run.onOutput);
  const { code, signal, stopped } = await ended({ child, mark }, run);
  const { text, cut } = output.result();
  const milliseconds = Math.round(performance.now() - started);
  if (stopped === 'timeout') throw new AxonError('timeout', `The command ran longer than ${run.timeoutMilliseconds / 1000} seconds and was killed.`, 'Give it more time with timeout_seconds, or do less at once.');
  if (stopped === 'cancelled') throw new AxonError('cancelled', 'The command was stopped and killed.');
  return { exitCode: code, signal, output: text, cut, milliseconds };
}

function start({ file, args, folder, environment }: ProgramRun, mark: string): ChildProcess {
  const options = { cwd: folder, env: { ...environment, [runMark]: mark }, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'], windowsHide: true };
  if (!/\.(?:cmd|bat)$/i.test(file)) return spawn(file, [...args], { ...options, detached: process.platform !== 'win32' });
  // Node starts no batch file without a shell (CVE-2024-27980). The guard has refused every character that cmd.exe acts on.
  const line = [file, ...args].map((word) => `"${word}"`).join(' ');
  const shell = path.join(environment['SystemRoot'] ?? 'C:\\Windows', 'System32', 'cmd.exe');
  return spawn(shell, ['/d', '/s', '/c', `"${line}"`], { ...options, windowsVerbatimArguments: true });
}

/** Both streams in the order their pieces come; live output stops at the limit, so that a flood floods nobody. */
function collect(child: ChildProcess, output: MiddleCut, onOutput: ProgramRun['onOutput']): void {
  let shown = 0;
  for (const stream of [child.stdout, child.stderr]) {
    const decoder = new StringDecoder('utf8');
    const take = (chunk: string): void => {
      output.add(chunk);
      const part = chunk.slice(0, longestOutput - shown);
      shown += part.length;
      if (part !== '') onOutput?.(part);
    };
    stream?.on('data', (bytes: Buffer) => take(decoder.write(bytes)));
    stream?.on('end', () => take(decoder.end()));
  }
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stopped?: 'timeout' | 'cancelled';
}

function ended(tree: ProcessTree, { timeoutMilliseconds, signal }: ProgramRun): Promise<Ended> {
  const { child } = tree;
  return new Promise((resolve, reject) => {
    let stopped: Ended['stopped'];
    const timers = new Set<NodeJS.Timeout>();
    const later = (milliseconds: number, what: () => void): void => void timers.add(setTimeout(what, milliseconds));
    const kill = (): void => {
      signalTree(tree, 'SIGTERM');
      later(grace, () => {
        signalTree(tree, 'SIGKILL');
        // A process that even SIGKILL can't reach must not hold the pipes open for ever.
        later(grace, () => [child.stdout, child.stderr].forEach((stream) => stream?.destroy()));
      });
    };
    const stop = (why: 'timeout' | 'cancelled'): void => {
      stopped ??= why;
      kill();
    };
    const onAbort = (): void => stop('cancelled');
    const finish = (): void => {
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    later(timeoutMilliseconds, () => stop('timeout'));
    child.on('error', (error) => {
      finish();
      reject(new AxonError('unavailable', `The program could not be started: ${error.message}`, 'Check that it is installed.', { cause: error }));
    });
    // What the program left running still holds the pipes, so that `close` would not come.
    child.on('exit', () => later(grace / 10, kill));
    child.on('close', (code, exitSignal) => {
      finish();
      signalTree(tree, 'SIGKILL');
      resolve({ code, signal: exitSignal, ...(stopped && { stopped }) });
    });
  });
}
