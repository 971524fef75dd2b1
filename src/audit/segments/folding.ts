import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../errors.js';
import { parseJournalFile } from '../journal/journal-name.js';
import type { MendOptions } from '../journal/mend.js';
import type { OnProblem } from '../problem.js';
import type { AnchorKeeper } from '../storage/anchor.js';
import { namesIn, orMissing } from '../storage/durable-file.js';
import { foldJournals } from './fold.js';
import type { PastJournals } from './past-journals.js';
import type { LoadSqlite } from './sqlite.js';

export interface FoldingOptions {
  /** The folder of the journals. */
  readonly journals: string;
  readonly sqlite: LoadSqlite;
  readonly anchor: AnchorKeeper;
  readonly past: PastJournals;
  readonly limits: FoldLimits;
  /** Runs the work under the log's lock; `undefined` when another window keeps it. */
  readonly locked: (work: (options: MendOptions) => Promise<number>) => Promise<number | undefined>;
  /** After a fold that nobody asked for. */
  readonly onFolded: () => Promise<void>;
  readonly onProblem: OnProblem;
}

export interface FoldLimits {
  /** Of a segment. */
  readonly segmentEvents: number;
  /** Closed journals, and bytes of them, from which on they are folded. */
  readonly journalsToFold: number;
  readonly bytesToFold: number;
}

/** When one window folds: when it is asked to, and by itself when much waits. Any window may fold, none has to. */
export class Folding {
  #running: Promise<unknown> | undefined;
  #ended = false;

  constructor(private readonly options: FoldingOptions) {}

  /** Folds all closed journals. Gives the number of events folded; 0 when another window is at it. Rejects as `foldJournals` does. */
  async run(): Promise<number> {
    const { locked, sqlite, anchor, past, limits } = this.options;
    const run = locked((options) => foldJournals({ ...options, sqlite, anchor, past, segmentEvents: limits.segmentEvents }));
    // `dispose` waits for it; whoever asked for the fold hears of its failure.
    this.#running = run.catch(() => undefined);
    return (await run) ?? 0;
  }

  /** Nobody waits for this, so a failure is told. Events stay in the journals meanwhile. */
  async runWhenMany(): Promise<void> {
    if (this.#ended) return;
    try {
      if (!(await this.#areMany())) return;
      await this.run();
      await this.options.onFolded();
    } catch (error) {
      this.options.onProblem({ kind: 'fold', message: `The audit journals can't be folded now: ${messageOf(error)}`, next: 'Nothing is lost; it is tried again later.' });
    }
  }

  /** Nothing begins by itself any more. */
  end(): void {
    this.#ended = true;
  }

  /** Resolves when nothing is being folded any more. Twice is harmless. */
  async dispose(): Promise<void> {
    this.end();
    await this.#running;
  }

  async #areMany(): Promise<boolean> {
    const { journals, limits } = this.options;
    const closed = (await namesIn(journals)).filter((name) => parseJournalFile(name)?.live === false);
    if (closed.length >= limits.journalsToFold) return true;
    const sizes = await Promise.all(closed.map((name) => orMissing(lstat(path.join(journals, name)))));
    return sizes.reduce((sum, each) => sum + (each?.size ?? 0), 0) >= limits.bytesToFold;
  }
}
