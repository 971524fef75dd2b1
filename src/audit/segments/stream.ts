import type { Pace } from '../pace.js';
import type { AuditPosition } from '../query.js';
import { decodeLine, type AuditRecord } from '../record.js';
import { SegmentCorrupt } from './segment.js';
import type { Source } from './source.js';

/** What all streams of one scan ask of an event. */
export interface Demand {
  readonly key: Uint8Array;
  readonly matches: (record: AuditRecord) => boolean;
  /** Below zero when the first comes before the second. */
  readonly compare: (a: AuditPosition, b: AuditPosition) => number;
  readonly pace: Pace;
}

/** Lines between two looks at the clock, each of which takes as long as a fiftieth of what is done with a line. */
const linesOfLook = 16;

/** The events of one source, each checked. */
export class Stream {
  /** The next event. */
  head: AuditRecord | undefined;
  #linesToLook = linesOfLook;

  constructor(
    readonly source: Source,
    private readonly demand: Demand,
  ) {}

  /**
   * On to the next event that matches. `bad`: what comes next isn't what was written; it is passed over when this is called
   * again. `due`: others on the thread are to have their turn before that.
   */
  advance(): 'found' | 'ended' | 'bad' | 'due' {
    const { matches, pace } = this.demand;
    try {
      for (;;) {
        if (this.#linesToLook <= 0) {
          if (pace.isDue) return 'due';
          this.#linesToLook = linesOfLook;
        }
        const next = this.source.lines.next();
        if (next.done) return 'ended';
        // Much may have been passed over to get here.
        this.#linesToLook = next.value === undefined ? 0 : this.#linesToLook - 1;
        if (next.value === undefined) continue;
        const record = this.#read(next.value);
        if (record === 'bad') return 'bad';
        if (record === 'newer' || !matches(record)) continue;
        this.head = record;
        return 'found';
      }
    } catch (error) {
      if (!(error instanceof SegmentCorrupt)) throw error;
      return 'bad';
    }
  }

  #read(line: string | null): AuditRecord | 'newer' | 'bad' {
    const decoded = line === null ? undefined : decodeLine(this.demand.key, line);
    if (decoded?.state === 'newer') return 'newer';
    if (decoded?.state !== 'good') return 'bad';
    const { record } = decoded;
    if (this.source.journal !== undefined && this.source.journal !== record.journal) return 'bad';
    // Each stream by itself is in order. What isn't was moved, and would make pages go in a circle.
    return this.head && this.demand.compare(record, this.head) <= 0 ? 'bad' : record;
  }
}
