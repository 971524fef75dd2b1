import { FrameReader } from '../frame-reader.js';
import { limits } from '../limits.js';
import type { OutputCollector } from '../output-collector.js';
import { ReportReader, type ProgramEnd, type RunReport } from '../report-reader.js';
import type { LogQuery, SwarmEngine } from './swarm-engine.js';

export interface TaskReport extends RunReport {
  /** What came on standard error before the line about the end: words of the guard, never of the program. */
  readonly words: string;
  /** False when what was said about the end could not be read. */
  readonly isWhole: boolean;
}

const mostWords = 1_000;
/** A log costs a swarm by the line: some tens of thousands a second are what it carries. */
const mostLines = 100_000;
/** Milliseconds for the report, which is at the end of all that was printed, and for the rest of that. */
const reportPatience = 30_000;
const restPatience = 10_000;

/**
 * Reads the log of a service with one task. While the task runs the log is followed; a followed log never tells that
 * nothing more comes, so what is left is read again from the start once the task has ended.
 */
export class ServiceLog {
  readonly #flood = Promise.withResolvers<string>();
  readonly #live = new StandardError();
  #seen = 0;
  #lines = 0;
  #isFlood = false;
  #isFollowing = true;

  constructor(
    private readonly swarm: Pick<SwarmEngine, 'logs'>,
    private readonly service: string,
    private readonly collector: OutputCollector,
  ) {}

  /** Resolves when there is too much of it, with what was too much. */
  get flood(): Promise<string> {
    return this.#flood.promise;
  }

  /** Resolves when the program has ended, which is before its results have come; perhaps never. */
  get ended(): Promise<ProgramEnd> {
    return this.#live.report.ended;
  }

  /** Whether anything was printed. */
  get hasOutput(): boolean {
    return this.#seen > 0;
  }

  /** Hears everything as it comes, until the signal. Never rejects: what it misses is read at the end. */
  async follow(signal: AbortSignal): Promise<void> {
    const onOutput = (bytes: Buffer): boolean => {
      if (this.#isFollowing) this.#take(bytes);
      return !this.#isFlood;
    };
    await this.#read({ follow: true, stdout: true, stderr: true }, signal, onOutput, (bytes) => this.#live.push(bytes));
  }

  /** Of a task that still runs and is to go: what was heard so far, and nothing more. */
  async giveUp(): Promise<TaskReport> {
    this.#isFollowing = false;
    const { end } = await this.#live.report.report();
    return { ...(end && { end }), files: [], leftOut: [], words: '', isWhole: true };
  }

  /** After the end of the task: the rest of its output goes to the collector, and what was said about it is the answer. */
  async finish(signal: AbortSignal): Promise<TaskReport> {
    this.#isFollowing = false;
    const said = new StandardError();
    const within = (milliseconds: number): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
    const hasReport = await this.#read({ follow: false, stdout: false, stderr: true }, within(reportPatience), () => true, (bytes) => said.push(bytes));
    let skip = this.#seen;
    const onRest = (bytes: Buffer): boolean => {
      const rest = bytes.subarray(Math.min(skip, bytes.length));
      skip -= bytes.length - rest.length;
      if (rest.length > 0) this.#take(rest);
      return !this.#isFlood;
    };
    const hasRest = await this.#read({ follow: false, stdout: true, stderr: false }, within(restPatience), onRest, () => true);
    const report = await said.report.report();
    const end = report.end ?? (await this.giveUp()).end;
    const reason = 'its node could not hand it over in time';
    const missing = [...(hasReport ? [] : [{ name: 'the rest of the results', reason }]), ...(hasRest && !this.#isFlood ? [] : [{ name: 'the rest of what it printed', reason }])];
    return { ...report, ...(end && { end }), leftOut: [...report.leftOut, ...missing], words: said.words, isWhole: hasReport };
  }

  #take(bytes: Buffer): void {
    this.#seen += bytes.length;
    // The engine sends each line as a frame of its own.
    this.#lines += 1;
    this.#isFlood = this.#seen > limits.outputBytes || this.#lines > mostLines;
    if (!this.#isFlood) this.collector.push(bytes);
    else this.#flood.resolve(this.#lines > mostLines ? `${mostLines.toLocaleString('en')} lines` : `${limits.outputBytes / 1024 / 1024} MB`);
  }

  /** Resolves to false when the log could not be read. */
  async #read(query: LogQuery, signal: AbortSignal, onOutput: (bytes: Buffer) => boolean, onError: (bytes: Buffer) => boolean): Promise<boolean> {
    try {
      const stream = await this.swarm.logs(this.service, query, signal);
      const state = { goesOn: true };
      // Throws for the manager's own words that some of the log can't be had: they come as a stream of a third kind.
      const reader = new FrameReader((source, bytes) => {
        if (state.goesOn) state.goesOn = source === 'stderr' ? onError(bytes) : onOutput(bytes);
      });
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        reader.push(chunk);
        if (!state.goesOn) break; // Ends the stream.
      }
      return true;
    } catch {
      return false;
    }
  }
}

/** The line about the end, and after it the results, in lines of base64: a log knows lines only. */
class StandardError {
  readonly report = new ReportReader();
  words = '';
  #line: string | undefined = '';
  #code = '';

  push(bytes: Buffer): boolean {
    let text = bytes.toString('latin1');
    if (this.#line !== undefined) {
      this.#line += text;
      const at = this.#line.indexOf('\n');
      if (at === -1) return this.#line.length <= mostWords;
      if (!this.#line.startsWith('end ')) {
        this.words = this.#line.slice(0, mostWords);
        return this.words.length < mostWords;
      }
      const whole = this.#line;
      this.#line = undefined;
      text = whole.slice(at + 1);
      if (!this.report.push(Buffer.from(whole.slice(0, at + 1), 'latin1'))) return false;
    }
    this.#code += text.replaceAll('\n', '');
    const ready = this.#code.length - (this.#code.length % 4);
    const decoded = Buffer.from(this.#code.slice(0, ready), 'base64');
    this.#code = this.#code.slice(ready);
    return decoded.length === 0 || this.report.push(decoded);
  }
}
