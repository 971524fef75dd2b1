import { openCopy } from '../audit/export/log-copy.js';
import type { LoadSqlite } from '../audit/segments/sqlite.js';
import { AxonError, messageOf } from '../errors.js';
import { parseCommand, UsageError, type Command } from './arguments.js';
import { runExport } from './export-command.js';
import { readKey } from './read-key.js';
import { printLine, ProgressLine, type Terminal } from './terminal.js';
import { usage } from './usage.js';
import { runVerify } from './verify-command.js';

export interface RunOptions extends Terminal {
  readonly version: string;
  readonly sqlite: LoadSqlite;
  readonly signal: AbortSignal;
}

/** Runs one command of `axon`. Never rejects: what went wrong is printed. Gives the exit code, which `usage` explains. */
export async function run(argv: readonly string[], options: RunOptions): Promise<0 | 1 | 2> {
  const { out, err } = options;
  try {
    const command = parseCommand(argv);
    if (command.name === 'help') {
      out.write(usage);
      return 0;
    }
    if (command.name === 'version') {
      printLine(out, options.version);
      return 0;
    }
    return await runAudit(command, options);
  } catch (error) {
    if (error instanceof UsageError) {
      err.write(usage);
      return 2;
    }
    printLine(err, `axon: ${messageOf(error)}`);
    if (error instanceof AxonError && error.next !== '') printLine(err, error.next);
    return 2;
  }
}

async function runAudit(command: Extract<Command, { place: string }>, options: RunOptions): Promise<0 | 1> {
  const { sqlite, signal, err } = options;
  const key = await readKey(command.keyFile);
  const progress = new ProgressLine(err);
  const copy = await openCopy(command.place, { key, sqlite, signal, onProgress: ({ bytes, totalBytes }) => progress.show(`unpacking ${Math.round(bytes / 1e6)} of ${Math.round(totalBytes / 1e6)} MB`) });
  progress.end();
  try {
    return await (command.name === 'verify' ? runVerify(copy, command, options, signal) : runExport(copy, command, options, signal));
  } finally {
    await copy.dispose();
  }
}
