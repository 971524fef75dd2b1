import type { Head } from '../storage/anchor-state.js';
import type { Fault, Place } from './finding.js';
import { decodeLine, firstLink, type AuditRecord } from '../record.js';

export interface ChainFinding extends Place {
  readonly fault: Extract<Fault, 'changed' | 'inserted' | 'reordered' | 'doubled' | 'removed' | 'cut' | 'newer'>;
}

/** Events that lack, from one number to another. */
interface Gap {
  from: number;
  to: number;
  readonly after: number | undefined;
  readonly before: number;
}

type Draft = { -readonly [K in keyof ChainFinding]: ChainFinding[K] };

/** Bounds what one journal can take of memory, however broken it is. */
const most = 1_000;

/** Walks the lines of one journal, in a file of its own or inside a segment, and finds what isn't as it was written. */
export class ChainWalk {
  readonly #findings: Draft[] = [];
  #more = 0;
  /** The next sequence number, and the hash it has to point back to (`undefined` after a line that can't be trusted). */
  #next = 1;
  #head: string | undefined;
  #good = 0;
  #lastAt: number | undefined;
  #gaps: Gap[] = [];
  /** Sequence numbers that a bad line was taken to stand for, with its finding. */
  readonly #assumed = new Map<number, Draft>();
  /** Findings that wait for the time of the next authentic line. */
  #open: Draft[] = [];

  constructor(
    private readonly key: Uint8Array,
    readonly journal: string,
    private readonly expected: Head | undefined,
    private readonly onGood: (record: AuditRecord, place: Pick<Place, 'line' | 'position'>) => void = () => undefined,
  ) {
    this.#head = firstLink(key, journal);
  }

  /** Authentic lines so far. */
  get good(): number {
    return this.#good;
  }

  /** Findings beyond the first 1,000. */
  get more(): number {
    return this.#more;
  }

  /** `place` says where the line stands, beside its number. */
  take(line: string | undefined, place: Pick<Place, 'line' | 'position'>): void {
    const decoded = line === undefined ? ({ state: 'bad' } as const) : decodeLine(this.key, line);
    if (decoded.state === 'newer') this.#note({ fault: 'newer', ...place });
    else if (decoded.state === 'bad') this.#takeBad(place);
    // Authentic, but never confirmed: a write that was refused can be picked up before it is taken back.
    else if (decoded.record.journal !== this.journal || this.#isAfterEnd(decoded.record)) this.#note({ fault: 'inserted', ...place });
    else this.#takeGood(decoded.record, place);
  }

  /** Ends the walk. */
  end(): readonly ChainFinding[] {
    for (const { from, to, after, before } of this.#gaps) {
      this.#note({ fault: 'removed', seq: from, ...(to > from && { untilSeq: to }), ...(after !== undefined && { after }), before });
    }
    if (this.expected && this.#next <= this.expected.seq) {
      const { seq } = this.expected;
      this.#note({ fault: 'cut', seq: this.#next, ...(seq > this.#next && { untilSeq: seq }), ...this.#since() });
    }
    return this.#findings;
  }

  #isAfterEnd({ seq }: AuditRecord): boolean {
    return this.expected?.final === true && seq > this.expected.seq;
  }

  #takeBad(place: Pick<Place, 'line' | 'position'>): void {
    const finding = this.#note({ fault: 'changed', ...place, seq: this.#next, ...this.#since() });
    if (finding) {
      this.#assumed.set(this.#next, finding);
      this.#open.push(finding);
    }
    this.#next += 1;
    this.#head = undefined;
  }

  #takeGood(record: AuditRecord, place: Pick<Place, 'line' | 'position'>): void {
    const { seq, at } = record;
    this.#good += 1;
    this.onGood(record, place);
    if (seq < this.#next) {
      this.#takeEarlier(record, place);
      return;
    }
    for (const each of this.#open) each.before = at;
    this.#open = [];
    if (seq > this.#next && this.#gaps.length < most) this.#gaps.push({ from: this.#next, to: seq - 1, after: this.#lastAt, before: at });
    const follows = seq > this.#next || this.#head === undefined || record.prev === this.#head;
    const asAnchored = this.expected?.seq !== seq || this.expected.hash === record.hash;
    if (!follows || !asAnchored) this.#note({ fault: 'changed', ...place, seq, at });
    this.#step(record);
  }

  /** A line that comes after a later one: moved, or there twice, or pushed back by a line that was slipped in. */
  #takeEarlier(record: AuditRecord, place: Pick<Place, 'line' | 'position'>): void {
    const { seq, at } = record;
    const slippedIn = this.#assumed.get(seq);
    if (slippedIn !== undefined) {
      slippedIn.fault = 'inserted';
      delete slippedIn.seq;
      this.#assumed.delete(seq);
      if (seq === this.#next - 1) this.#step(record);
    } else this.#note({ fault: this.#fill(seq) ? 'reordered' : 'doubled', ...place, seq, at });
  }

  /** True when the number lacked until now. */
  #fill(seq: number): boolean {
    const gap = this.#gaps.find((each) => each.from <= seq && seq <= each.to);
    if (!gap) return false;
    const parts = [{ ...gap, to: seq - 1 }, { ...gap, from: seq + 1 }].filter((each) => each.from <= each.to);
    this.#gaps.splice(this.#gaps.indexOf(gap), 1, ...parts);
    return true;
  }

  #step(record: AuditRecord): void {
    this.#next = record.seq + 1;
    this.#head = record.hash;
    this.#lastAt = record.at;
  }

  #since(): Pick<Place, 'after'> {
    return this.#lastAt === undefined ? {} : { after: this.#lastAt };
  }

  #note(finding: ChainFinding): Draft | undefined {
    if (this.#findings.length >= most) {
      this.#more += 1;
      return undefined;
    }
    const draft = { ...finding, journal: this.journal };
    this.#findings.push(draft);
    return draft;
  }
}
