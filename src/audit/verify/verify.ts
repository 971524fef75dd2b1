import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as breathe, setTimeout as delay } from 'node:timers/promises';
import { AxonError } from '../../errors.js';
import type { AnchorState, Head } from './anchor.js';
import { ChainWalk, type ChainFault, type ChainFinding } from './chain-walk.js';
import { namesIn, orMissing } from '../storage/durable-file.js';
import { closedFile, parseJournalFile } from '../journal/journal-name.js';
import { otherLogs, type Layout } from '../storage/layout.js';
import { splitLines, type SplitLines } from '../storage/lines.js';
import type { AuditRecord } from '../record.js';
import { Segment, SegmentCorrupt } from '../segments/segment.js';
import { listSegments, parseSegmentFile, segmentsInForce, type SegmentFile } from '../segments/segment-name.js';
import type { LoadSqlite } from '../segments/sqlite.js';

export interface VerifyFinding extends Omit<ChainFinding, 'fault'> {
  /**
   * `torn`: the end of a journal is unfinished. `foreign`: a file that isn't ours. `set-aside`: found broken before and
   * kept. The others are about events.
   */
  readonly fault: ChainFault | 'torn' | 'foreign' | 'set-aside';
  /** Relative to the audit folder. */
  readonly file: string;
  /** One sentence for a person. */
  readonly message: string;
}

export interface VerifyReport {
  /** True when every byte is as it was written, as far back as the anchor reaches. */
  readonly ok: boolean;
  /** Authentic events. */
  readonly events: number;
  readonly segments: number;
  readonly journals: number;
  /** At most 1,000. */
  readonly findings: readonly VerifyFinding[];
  /** How many more there were. */
  readonly more: number;
  /** Unfinished lines that crashes left behind, kept aside: no fault. */
  readonly tornKept: number;
  /** Key ids of logs beside this one that this key can't check. */
  readonly otherLogs: readonly string[];
}

export interface VerifyOptions {
  readonly layout: Layout;
  readonly key: Uint8Array;
  readonly sqlite: LoadSqlite;
  /** What is remembered outside the folder, and the newest line that this window wrote itself. */
  readonly anchor: AnchorState;
  readonly signal?: AbortSignal;
}

const mostFindings = 1_000;

const messages: Record<VerifyFinding['fault'], string> = {
  changed: 'is not what was written',
  inserted: 'was slipped in',
  reordered: 'stands in the wrong place',
  doubled: 'is there more than once',
  removed: 'is missing',
  cut: 'and what followed it were cut off the end',
  newer: 'was written by a newer version and can\'t be checked',
  torn: 'has an unfinished last line',
  foreign: 'is not a file of the audit log',
  'set-aside': 'was found broken before and is kept aside',
};

/**
 * Walks every segment and journal. The caller holds the folder's lock (or knows that nobody folds). Rejects with
 * `cancelled`, or with the file system's error.
 */
export async function verifyLog(options: VerifyOptions): Promise<VerifyReport> {
  return new Verification(options).run();
}

class Verification {
  readonly #findings: VerifyFinding[] = [];
  #more = 0;
  #events = 0;
  /** Journals seen, with where; a journal is folded whole, so each may be in one place only. */
  readonly #seen = new Set<string>();
  /** A window that died right after a fold leaves the folded journals behind: the next fold removes them. */
  #inLastSegment: ReadonlySet<string> = new Set();

  constructor(private readonly options: VerifyOptions) {}

  async run(): Promise<VerifyReport> {
    const { layout } = this.options;
    const { inForce, superseded } = segmentsInForce(await listSegments(layout.segments));
    await this.#segments(inForce);
    // A dead fold leaves true ones behind. Another that is covered is a forgery, though it does nothing.
    for (const each of superseded) await this.#superseded(each);
    const journals = await this.#journals();
    for (const [name, head] of this.options.anchor.journals) {
      if (!this.#seen.has(name)) this.#note('removed', path.join('journals', closedFile(name)), { seq: head.seq });
    }
    const tornKept = await this.#others();
    const { length } = this.#findings;
    return { ok: length === 0, events: this.#events, segments: inForce.length, journals, findings: this.#findings, more: this.#more, tornKept, otherLogs: await otherLogs(layout) };
  }

  async #segments(segments: readonly SegmentFile[]): Promise<void> {
    let next = 1;
    for (const segment of segments) {
      const file = path.join('segments', path.basename(segment.file));
      if (segment.from > next) this.#note('removed', file, {}, `The events at positions ${next} to ${segment.from - 1}, before this file, are missing.`);
      if (segment.from < next) this.#note('doubled', file, {}, `The events at positions ${segment.from} to ${next - 1} are in another file too.`);
      next = Math.max(next, segment.to + 1);
      await this.#segment(segment, file);
    }
    const { folded } = this.options.anchor;
    if (folded >= next) this.#note('cut', 'segments', {}, `The events at positions ${next} to ${folded} are missing from the end.`);
  }

  async #segment(segment: SegmentFile, file: string): Promise<void> {
    let open: Segment;
    try {
      open = await Segment.open(await this.options.sqlite(), this.options.key, segment);
    } catch (error) {
      if (!(error instanceof SegmentCorrupt)) throw error;
      this.#note('changed', file, {});
      return;
    }
    this.#inLastSegment = new Set(open.journals().keys());
    try {
      let walk: ChainWalk | undefined;
      let lineNumber = 0;
      for (const line of open.lines()) {
        lineNumber += 1;
        const journal = journalOf(line);
        if (walk?.journal !== journal) {
          this.#end(walk, file);
          walk = this.#begin(journal, file);
        }
        walk.take(line, lineNumber);
        if (lineNumber % 500 === 0) await this.#breathe();
      }
      this.#end(walk, file);
      const span = segment.to - segment.from + 1;
      if (lineNumber !== span) this.#note('removed', file, {}, `${span} events should be in this file, ${lineNumber} are.`);
    } finally {
      open.close();
    }
  }

  async #superseded(segment: SegmentFile): Promise<void> {
    try {
      (await Segment.open(await this.options.sqlite(), this.options.key, segment)).close();
    } catch (error) {
      if (!(error instanceof SegmentCorrupt)) throw error;
      this.#note('changed', path.join('segments', path.basename(segment.file)), {});
    }
  }

  async #journals(): Promise<number> {
    const { layout } = this.options;
    let count = 0;
    for (const name of await namesIn(layout.journals)) {
      const parsed = parseJournalFile(name);
      if (!parsed) {
        if (!name.endsWith('.tmp')) this.#note('foreign', path.join('journals', name), {});
        continue;
      }
      const read = await this.#readJournal(path.join(layout.journals, name), parsed.journal.name, parsed.live);
      if (!read) continue;
      count += 1;
      const file = path.join('journals', name);
      const leftBehind = this.#inLastSegment.has(parsed.journal.name);
      const walk = this.#begin(parsed.journal.name, file, leftBehind);
      for (const [index, line] of read.lines.entries()) {
        walk.take(line, index + 1);
        if (index % 500 === 499) await this.#breathe();
      }
      if (read.torn.length > 0) this.#note('torn', file, { line: read.lines.length + 1 });
      this.#end(walk, file, leftBehind);
    }
    return count;
  }

  /** A live journal may be in the middle of a write, or be closed under our eyes: look again before telling. */
  async #readJournal(file: string, name: string, live: boolean): Promise<SplitLines | undefined> {
    for (let attempt = 0; ; attempt += 1) {
      this.#checkCancelled();
      const bytes = (await orMissing(readFile(file))) ?? (await orMissing(readFile(path.join(path.dirname(file), closedFile(name)))));
      if (!bytes) return undefined;
      const split = splitLines(bytes);
      if (split.torn.length === 0 || !live || attempt >= 10) return split;
      await delay(50);
    }
  }

  #begin(journal: string, file: string, leftBehind = false): ChainWalk {
    if (this.#seen.has(journal) && !leftBehind) this.#note('doubled', file, {}, `The journal ${journal} is there more than once.`);
    this.#seen.add(journal);
    const expected: Head | undefined = this.options.anchor.journals.get(journal);
    return new ChainWalk(this.options.key, journal, expected);
  }

  #end(walk: ChainWalk | undefined, file: string, leftBehind = false): void {
    if (!walk) return;
    for (const { fault, ...where } of walk.end()) this.#note(fault, file, where);
    if (!leftBehind) this.#events += walk.good;
  }

  /** What was kept aside, and files that are none of ours. Gives the number of torn ends. */
  async #others(): Promise<number> {
    const { layout } = this.options;
    for (const name of await namesIn(layout.segments)) {
      if (!parseSegmentFile(name) && !name.endsWith('.tmp')) this.#note('foreign', path.join('segments', name), {});
    }
    let torn = 0;
    for (const name of await namesIn(layout.aside)) {
      if (/\.torn-[0-9a-f]{8}$/.test(name)) torn += 1;
      else if (!name.endsWith('.tmp')) this.#note('set-aside', path.join('aside', name), {});
    }
    return torn;
  }

  #note(fault: VerifyFinding['fault'], file: string, where: Omit<ChainFinding, 'fault'>, message?: string): void {
    if (this.#findings.length >= mostFindings) {
      this.#more += 1;
      return;
    }
    const subject = where.line !== undefined ? `Line ${where.line} of ${file}` : where.seq !== undefined ? `Event ${where.seq} of ${file}` : file;
    this.#findings.push({ fault, file, ...where, message: message ?? `${subject} ${messages[fault]}.` });
  }

  async #breathe(): Promise<void> {
    await breathe();
    this.#checkCancelled();
  }

  #checkCancelled(): void {
    if (this.options.signal?.aborted) throw new AxonError('cancelled', 'The check of the audit log was stopped.');
  }
}

/** The journal that a segment's line says it is from; the chain walk checks it. */
function journalOf(line: string): string {
  return (JSON.parse(line) as AuditRecord).journal;
}
