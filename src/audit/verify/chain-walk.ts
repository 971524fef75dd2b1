import type { Head } from './anchor.js';
import { decodeLine, firstLink, type AuditRecord } from '../record.js';

export type ChainFault = 'changed' | 'inserted' | 'reordered' | 'doubled' | 'removed' | 'cut' | 'newer';

export interface ChainFinding {
  readonly fault: ChainFault;
  /** Counts from 1 in the file; absent for what isn't there. */
  readonly line?: number;
  readonly seq?: number;
}

/** Walks the lines of one journal, in a file of its own or inside a segment, and finds what isn't as it was written. */
export class ChainWalk {
  readonly #findings: ChainFinding[] = [];
  /** The next sequence number, and the hash it has to point back to (`undefined` after a line that can't be trusted). */
  #next = 1;
  #head: string | undefined;
  #good = 0;
  readonly #missing = new Set<number>();
  /** Sequence numbers that a bad line was taken to stand for, with the index of its finding. */
  readonly #assumed = new Map<number, number>();

  constructor(
    private readonly key: Uint8Array,
    readonly journal: string,
    private readonly expected: Head | undefined,
  ) {
    this.#head = firstLink(key, journal);
  }

  /** Authentic lines so far. */
  get good(): number {
    return this.#good;
  }

  take(line: string | undefined, lineNumber: number): void {
    const decoded = line === undefined ? ({ state: 'bad' } as const) : decodeLine(this.key, line);
    if (decoded.state === 'newer') this.#note({ fault: 'newer', line: lineNumber });
    else if (decoded.state === 'bad') this.#takeBad(lineNumber);
    else if (decoded.record.journal !== this.journal) this.#note({ fault: 'inserted', line: lineNumber });
    else this.#takeGood(decoded.record, lineNumber);
  }

  /** Ends the walk. At most `mostMissing` numbers are told one by one. */
  end(): readonly ChainFinding[] {
    for (const seq of [...this.#missing].slice(0, mostMissing)) this.#note({ fault: 'removed', seq });
    if (this.expected && this.#next <= this.expected.seq) this.#note({ fault: 'cut', seq: this.#next });
    return this.#findings;
  }

  #takeBad(line: number): void {
    this.#assumed.set(this.#next, this.#findings.length);
    this.#note({ fault: 'changed', line, seq: this.#next });
    this.#next += 1;
    this.#head = undefined;
  }

  #takeGood(record: AuditRecord, line: number): void {
    const { seq } = record;
    this.#good += 1;
    if (seq < this.#next) {
      this.#takeEarlier(record, line);
      return;
    }
    for (let each = this.#next; each < seq && this.#missing.size < mostMissing; each += 1) this.#missing.add(each);
    const follows = seq > this.#next || this.#head === undefined || record.prev === this.#head;
    const asAnchored = this.expected?.seq !== seq || this.expected.hash === record.hash;
    if (!follows || !asAnchored) this.#note({ fault: 'changed', line, seq });
    this.#step(record);
  }

  /** A line that comes after a later one: moved, or there twice, or pushed back by a line that was slipped in. */
  #takeEarlier(record: AuditRecord, line: number): void {
    const { seq } = record;
    const slippedIn = this.#assumed.get(seq);
    if (slippedIn !== undefined) {
      const finding = this.#findings[slippedIn];
      if (finding?.line !== undefined) this.#findings[slippedIn] = { fault: 'inserted', line: finding.line };
      this.#assumed.delete(seq);
      if (seq === this.#next - 1) this.#step(record);
    } else if (this.#missing.delete(seq)) this.#note({ fault: 'reordered', line, seq });
    else this.#note({ fault: 'doubled', line, seq });
  }

  #step(record: AuditRecord): void {
    this.#next = record.seq + 1;
    this.#head = record.hash;
  }

  #note(finding: ChainFinding): void {
    this.#findings.push(finding);
  }
}

const mostMissing = 1_000;
