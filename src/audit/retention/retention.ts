import { messageOf } from '../../errors.js';
import { dayMilliseconds } from '../day.js';
import type { AuditEvent } from '../event.js';
import { Pace } from '../pace.js';
import type { OnProblem } from '../problem.js';
import { SegmentCorrupt } from '../segments/segment.js';
import type { SegmentFile } from '../segments/segment-name.js';
import type { ReadOptions } from '../segments/snapshot.js';
import type { LoadSqlite } from '../segments/sqlite.js';
import { WholeSegment } from '../segments/whole-segment.js';
import type { AnchorState } from '../storage/anchor-state.js';
import type { FolderLock } from '../storage/folder-lock.js';
import { goneBefore } from './gone.js';
import { trimLog } from './trim.js';

/** How long events are kept. Asked each time: both can change at any time. */
export interface RetentionRule {
  /** 0 keeps everything. */
  readonly keepDays: () => number;
  /** The first position that must stay, whatever its age: a collector still waits for it. `Infinity` when none does. */
  readonly keepFrom: () => Promise<number>;
}

export interface RetentionOptions {
  readonly rule: RetentionRule;
  readonly reading: ReadOptions;
  /** Runs the work under the folder's lock; `undefined` when another window keeps it. */
  readonly locked: (work: (lock: FolderLock) => Promise<number>) => Promise<number | undefined>;
  /** Resolves when the event is durable. */
  readonly append: (event: AuditEvent) => Promise<void>;
  readonly sqlite: LoadSqlite;
  /** What is remembered outside the folder. */
  readonly remembered: () => Promise<AnchorState>;
  /** These journals left the log, each up to that number: their ends need no remembering. Called under the lock. */
  readonly forget: (journals: ReadonlyMap<string, number>) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onProblem: OnProblem;
}

/** Lets events leave the log when their time is over. Any window does it, none has to; each looks once a day at most. */
export class Retention {
  #ranAt = -Infinity;
  #keepDays = 0;
  #running: Promise<number> | undefined;

  constructor(private readonly options: RetentionOptions) {}

  /** After a fold, and when a log is opened. What fails is told, and tried again a day later. */
  async runWhenDue(): Promise<void> {
    const { rule, now, onProblem } = this.options;
    const keepDays = rule.keepDays();
    const isDue = Math.abs(now() - this.#ranAt) >= dayMilliseconds || keepDays !== this.#keepDays;
    if (keepDays <= 0 || !isDue || this.#running) return;
    this.#ranAt = now();
    this.#keepDays = keepDays;
    try {
      await this.run();
    } catch (error) {
      onProblem({ kind: 'retention', message: `Events that are past their time can't leave the audit log now: ${messageOf(error)}`, next: 'Nothing is lost; it is tried again later.' });
    }
  }

  /** Gives the number of events that left; 0 when another window is at it. Rejects with the file system's error or `audit-unavailable`. */
  run(): Promise<number> {
    this.#running ??= this.#trim().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Resolves when nothing is being removed any more. */
  async dispose(): Promise<void> {
    await this.#running?.catch(() => undefined);
  }

  async #trim(): Promise<number> {
    const { rule, reading, locked, append, remembered, forget, now, onProblem } = this.options;
    const keepDays = rule.keepDays();
    if (keepDays <= 0) return 0;
    const { layout, key } = reading;
    const journalsOf = (segment: SegmentFile): Promise<ReadonlyMap<string, number> | undefined> => journalsIn(segment, this.options);
    const done = await locked((lock) => trimLog({ layout, key, lock, keepDays, now: now(), keepFrom: () => rule.keepFrom(), gone: () => goneBefore(reading), journalsOf, remembered, append, forget, onProblem }));
    return done ?? 0;
  }
}

/** The journals of a segment, and how far each goes; `undefined` when it is not what was written. Reads the whole file. */
async function journalsIn(file: SegmentFile, { reading, sqlite }: RetentionOptions): Promise<ReadonlyMap<string, number> | undefined> {
  try {
    const segment = await WholeSegment.open(await sqlite(), reading.key, file, new Pace());
    try {
      return segment.journals();
    } finally {
      segment.close();
    }
  } catch (error) {
    if (error instanceof SegmentCorrupt) return undefined;
    throw error;
  }
}
