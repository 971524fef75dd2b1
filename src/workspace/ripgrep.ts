import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { AxonError, messageOf } from '../errors.js';

export interface RipgrepRun {
  /** Undefined: the editor brought none. */
  readonly program: string | undefined;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMilliseconds: number;
  /** Gets one line of output at a time; `stop` ends the program, its work being done. */
  readonly onLine: (line: string) => 'go-on' | 'stop';
}

/**
 * Runs ripgrep without a shell and with an empty environment, and waits until it is gone. Exit code 1 means that nothing
 * was found, 2 that something was wrong, maybe only with one file. Rejects with `unavailable`, `timeout`, `cancelled`.
 */
export async function runRipgrep({ program, args, cwd, signal, timeoutMilliseconds, onLine }: RipgrepRun): Promise<{ exitCode: number | null; errors: string; stopped: boolean }> {
  if (program === undefined) throw unavailable();
  if (signal?.aborted) throw cancelled();
  const systemRoot = process.env['SystemRoot'];
  const child = spawn(program, args, { cwd, env: systemRoot === undefined ? {} : { SystemRoot: systemRoot }, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  let ended: 'stopped' | 'timeout' | 'cancelled' | undefined;
  const end = (how: 'stopped' | 'timeout' | 'cancelled'): void => {
    ended ??= how;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => end('timeout'), timeoutMilliseconds);
  const onAbort = (): void => end('cancelled');
  signal?.addEventListener('abort', onAbort, { once: true });

  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors = (errors + chunk).slice(0, 4000)));
  const lines = createInterface({ input: child.stdout, crlfDelay: Infinity });
  lines.on('line', (line) => {
    if (ended === undefined && onLine(line) === 'stop') end('stopped');
  });
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      // Lines are handed on from a buffer, and the last ones may come after the program's end.
      let left = 2;
      let code: number | null = null;
      const one = (): void => {
        if (--left === 0) resolve(code);
      };
      lines.once('close', one);
      child.once('close', (exit) => {
        code = exit;
        one();
      });
    });
    if (ended === 'timeout') throw new AxonError('timeout', `The search took more than ${timeoutMilliseconds / 1000} seconds and was stopped.`, 'Search in a smaller folder, or with a glob.');
    if (ended === 'cancelled') throw cancelled();
    return { exitCode, errors, stopped: ended === 'stopped' };
  } catch (error) {
    if (error instanceof AxonError) throw error;
    throw unavailable(messageOf(error));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

function unavailable(why = ''): AxonError {
  return new AxonError('unavailable', `ripgrep, which searches files, can’t be started.${why && ` ${why}`}`, 'Read the files that matter instead; a person can reinstall the editor, which brings ripgrep.');
}

function cancelled(): AxonError {
  return new AxonError('cancelled', 'The search was cancelled.');
}
