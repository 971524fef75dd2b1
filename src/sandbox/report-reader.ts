import type { LeftOut, SandboxFile } from '../ports/sandbox.js';
import { ResultUnpacker } from './unpack-results.js';

/** How the program ended, as the shell beside it tells (media/sandbox/job.sh). */
export interface ProgramEnd {
  readonly exitCode: number;
  /** Bytes; absent where the system doesn't tell. */
  readonly peakMemory?: number;
}

export interface RunReport {
  /** Absent: whoever should have told was killed, with the program or before it. */
  readonly end?: ProgramEnd;
  readonly files: readonly SandboxFile[];
  readonly leftOut: readonly LeftOut[];
}

const longestLine = 64;

/** Reads what comes on a container's standard error: a line about the program's end, then its results as an archive. */
export class ReportReader {
  readonly #unpacker = new ResultUnpacker();
  readonly #ended = Promise.withResolvers<ProgramEnd>();
  #line = Buffer.alloc(0);
  #end: ProgramEnd | undefined;
  #isBroken = false;

  /** Resolves when the program has ended, which is before its results have come; perhaps never. */
  get ended(): Promise<ProgramEnd> {
    return this.#ended.promise;
  }

  /** False when nothing more has to be read: there is too much of it, or it makes no sense. */
  push(bytes: Buffer): boolean {
    if (this.#end) return this.#unpacker.push(bytes);
    if (this.#isBroken) return false;
    this.#line = Buffer.concat([this.#line, bytes.subarray(0, longestLine)]);
    const length = this.#line.indexOf('\n');
    if (length === -1) {
      this.#isBroken = this.#line.length >= longestLine;
      return !this.#isBroken;
    }
    const rest = bytes.subarray(bytes.indexOf('\n') + 1);
    this.#end = parseEnd(this.#line.toString('latin1', 0, length));
    this.#isBroken = this.#end === undefined;
    if (!this.#end) return false;
    this.#ended.resolve(this.#end);
    return rest.length === 0 || this.#unpacker.push(rest);
  }

  /** After the last byte. Never rejects. */
  async report(): Promise<RunReport> {
    return { ...(this.#end && { end: this.#end }), ...(await this.#unpacker.end()) };
  }
}

function parseEnd(line: string): ProgramEnd | undefined {
  const match = /^end (\d{1,3}) (\d{1,15}|-)$/.exec(line);
  if (!match) return undefined;
  return { exitCode: Number(match[1]), ...(match[2] !== '-' && { peakMemory: Number(match[2]) }) };
}
