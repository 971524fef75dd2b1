import { begunAt } from '../journal/journal-name.js';
import type { Pace } from '../pace.js';
import { decodeLine } from '../record.js';
import { goneBefore } from '../retention/gone.js';
import { hasLeft, isAsOld } from '../retention/tombstone.js';
import type { AnchorState } from '../storage/anchor-state.js';
import type { JournalFileReader } from './journal-file-reader.js';
import { withSegment } from './over-snapshot.js';
import type { SegmentFile } from './segment-name.js';
import type { ReadOptions } from './snapshot.js';

/** `folded`: a segment holds the journal. `left`: it left the log with one. */
export type Past = 'folded' | 'left';

interface Known {
  /** When an authentic line of it was written. */
  readonly at: number;
  /** Segments that don't hold it: no file changes under its name. */
  readonly notIn: Set<string>;
}

const mostKnown = 1_000;

/**
 * Knows the journals whose time is over although there is a file of them. So it is for a moment after each fold; but anybody
 * can put an old copy back, cut wherever he likes, or with a line in it that was refused. What the segment says is what counts.
 */
export class PastJournals {
  readonly #known = new Map<string, Known>();
  /** Those that are to be read while the segments are the same: what is asked for each page. */
  #toRead: { readonly segments: readonly SegmentFile[]; readonly journals: Set<string> } = { segments: [], journals: new Set() };
  #left: { readonly first: number; readonly until: number } | undefined;

  constructor(
    /** As one reads who believes every journal. */
    private readonly reading: ReadOptions,
    /** What is remembered outside the folder. */
    private readonly remembered: () => Promise<AnchorState>,
  ) {}

  /** True when it is known without a look that a journal is to be read. */
  isToRead({ name }: JournalFileReader, segments: readonly SegmentFile[]): boolean {
    return this.#toRead.segments === segments && this.#toRead.journals.has(name);
  }

  /** `undefined` for a journal that is to be read. Rejects with `Moved`, or with the file system's error. */
  async whatIs(journal: JournalFileReader, segments: readonly SegmentFile[], pace: Pace): Promise<Past | undefined> {
    const at = this.#known.get(journal.name)?.at ?? (await firstTime(journal, this.reading.key, pace));
    if (at === undefined) return undefined;
    const past = await this.find(journal.name, at, segments);
    if (this.#toRead.segments !== segments) this.#toRead = { segments, journals: new Set() };
    if (!past) this.#toRead.journals.add(journal.name);
    return past;
  }

  /** The same, where it is known when the first authentic line was written. */
  async find(journal: string, at: number, segments: readonly SegmentFile[]): Promise<Past | undefined> {
    const known = this.#known.get(journal) ?? { at, notIn: new Set() };
    if (this.#known.size >= mostKnown) this.#known.clear();
    this.#known.set(journal, known);
    if (await this.#isFolded(journal, known, segments)) return 'folded';
    const until = await this.#leftUntil(segments);
    return isAsOld(journal, at, until) && hasLeft(journal, await this.remembered()) ? 'left' : undefined;
  }

  /** Journals are folded whole, so the segment that holds one was there between its name and any of its lines. */
  async #isFolded(journal: string, { at, notIn }: Known, segments: readonly SegmentFile[]): Promise<boolean> {
    const begun = begunAt(journal);
    for (const file of segments) {
      if (file.latest < Math.min(begun, at) || file.earliest > Math.max(begun, at) || notIn.has(file.file)) continue;
      const found: unknown[] = [];
      await withSegment(this.reading, file, async (segment) => void found.push(...segment.rows({ sql: 'SELECT id FROM journals WHERE name = ?', values: [journal] })));
      if (found.length > 0) return true;
      notIn.add(file.file);
    }
    return false;
  }

  /** When the newest event that left was; before all time where nothing did. Looked for anew when more has left. */
  async #leftUntil(segments: readonly SegmentFile[]): Promise<number> {
    const first = segments[0]?.from ?? 1;
    if (first === 1) return -Infinity;
    if (this.#left?.first === first) return this.#left.until;
    const { until } = await goneBefore(this.reading);
    this.#left = { first, until };
    return until;
  }
}

async function firstTime(journal: JournalFileReader, key: Uint8Array, pace: Pace): Promise<number | undefined> {
  for (const line of journal.search({}, 'oldest')) {
    if (pace.isDue) await pace.breathe();
    const decoded = line ? decodeLine(key, line) : undefined;
    if (decoded?.state === 'good' && decoded.record.journal === journal.name) return decoded.record.at;
  }
  return undefined;
}
