import type { AuditLog } from '../audit/audit-log.js';
import type { AuditPosition, AuditQuery } from '../audit/query.js';
import type { AuditRecord } from '../audit/record.js';
import type { TimelineBucket } from '../audit/timeline.js';

/** A place whose number of newer events is known: `offset` of them match. */
interface Mark {
  readonly offset: number;
  readonly before: AuditPosition;
}

/** Events of equal length in time between two marks. */
type Span = Pick<TimelineBucket, 'from' | 'to' | 'events'> & { readonly offset: number };

/** Events that are read to get from a mark to a row; more than that are first counted in finer steps. */
const fewEvents = 2_000;
const steps = 200;
const mostRefinements = 12;
const longestPage = 1_000;

/** Right after all events of a time before `at`. */
const justBefore = (at: number): AuditPosition => ({ at, journal: '', seq: 0 });

/**
 * The events that match a question, by their number from the newest on, as they were when it was asked. The log can only
 * be read page after page from a place on; counts over time tell the place of any number, so that a jump into the middle
 * of a million reads a few hundred.
 */
export class MatchingRows {
  #marks: Mark[] = [];
  #spans: Span[] = [];
  /** All that match, once they are counted. */
  #total = Infinity;

  constructor(
    private readonly log: Pick<AuditLog, 'page' | 'timeline'>,
    /** Asks for nothing newer than `newest`. */
    private readonly query: AuditQuery,
    newest: AuditPosition,
    private readonly signal: AbortSignal,
  ) {
    this.#marks = [{ offset: 0, before: { ...newest, seq: newest.seq + 1 } }];
  }

  /** @param buckets all that match, counted over time, oldest first, without a gap */
  counted(buckets: readonly TimelineBucket[]): void {
    this.#spans = this.#add(buckets, 0);
    this.#total = buckets.reduce((sum, each) => sum + each.events, 0);
  }

  /** Newest first. Fewer than `count` at the end. */
  async read(from: number, count: number): Promise<readonly AuditRecord[]> {
    if (from >= this.#total) return [];
    await this.#comeNear(from);
    let { offset, before } = this.#nearest(from);
    const found: AuditRecord[] = [];
    while (offset < from + count) {
      const { records, next } = await this.log.page({ ...this.query, limit: Math.min(longestPage, from + count - offset), before }, this.signal);
      found.push(...records.slice(Math.max(0, from - offset)));
      offset += records.length;
      if (!next) break;
      before = next;
      this.#mark({ offset, before });
    }
    return found;
  }

  async #comeNear(from: number): Promise<void> {
    for (let left = mostRefinements; left > 0 && from - this.#nearest(from).offset > fewEvents; left -= 1) {
      const span = this.#spans.find((each) => each.offset <= from && from < each.offset + each.events);
      if (!span || span.to - span.from <= 1) return;
      const { buckets } = await this.log.timeline(this.query, { from: span.from, to: span.to, buckets: steps }, this.signal);
      const finer = this.#add(buckets, span.offset);
      this.#spans = [...this.#spans.filter((each) => each !== span), ...finer];
    }
  }

  #add(buckets: readonly TimelineBucket[], start: number): Span[] {
    let offset = start;
    return buckets.toReversed().flatMap(({ from, to, events }) => {
      if (events === 0) return [];
      if (offset > 0) this.#mark({ offset, before: justBefore(to) });
      const span = { from, to, events, offset };
      offset += events;
      return [span];
    });
  }

  #nearest(offset: number): Mark {
    return this.#marks.findLast((mark) => mark.offset <= offset) ?? this.#marks[0] ?? { offset: 0, before: justBefore(Number.MAX_SAFE_INTEGER) };
  }

  #mark(mark: Mark): void {
    const at = this.#marks.findIndex((each) => each.offset >= mark.offset);
    if (at === -1) this.#marks.push(mark);
    else if (this.#marks[at]?.offset !== mark.offset) this.#marks.splice(at, 0, mark);
  }
}
