import type { AuditPosition, AuditQuery } from '../query.js';
import { linePattern } from '../text-pattern.js';
import { wantedWords, type Catalog, type Wanted } from './catalog.js';
import type { JournalFileReader } from './journal-file-reader.js';
import type { Segment } from './segment.js';
import type { SegmentFile } from './segment-name.js';
import type { SegmentPool } from './segment-pool.js';
import { eventsOf, type Order } from './selection.js';
import { TextSearch } from './text-search.js';

/** Lines of one file that may match, or of one way through it, in order. */
export interface Source {
  readonly file: string;
  readonly kind: 'journal' | 'segment';
  /** The one whose file it is; a segment has many. */
  readonly journal?: string;
  /** Null for a line that isn't UTF-8, `undefined` where the caller may stop. */
  readonly lines: Iterator<string | null | undefined, void, undefined>;
  readonly close: () => void;
}

export function journalSource(journal: JournalFileReader, query: AuditQuery, order: Order, beyond: AuditPosition | undefined): Source {
  const found = journal.search(query, order, beyond);
  const lines = query.text === undefined ? found : withText(found, linePattern(query.text));
  return { file: journal.file, kind: 'journal', journal: journal.name, lines, close: () => journal.close() };
}

function* withText(lines: Iterable<string | null | undefined>, pattern: RegExp): Generator<string | null | undefined, void, undefined> {
  for (const line of lines) yield typeof line === 'string' && !pattern.test(line) ? undefined : line;
}

/** How one query finds its events in segment after segment. */
export class SegmentSources {
  readonly #wanted: readonly Wanted[];
  readonly #text: TextSearch | undefined;

  constructor(
    private readonly pool: SegmentPool,
    private readonly query: AuditQuery,
    private readonly order: Order,
  ) {
    this.#wanted = wantedWords(query);
    this.#text = query.text === undefined ? undefined : new TextSearch(query.text);
  }

  /** False when it is known already that the segment can't hold what is asked for. */
  mayHold(file: SegmentFile): boolean {
    return this.#wanted.length === 0 || (this.pool.knownCatalog(file)?.mayHold(this.#wanted) ?? true);
  }

  /** None where the segment can't hold what is asked for. sql.js must be loaded. Throws `SegmentCorrupt` or the file system's error. */
  of(file: SegmentFile, beyond: AuditPosition | undefined): readonly Source[] {
    // What asks for no word has no need of the words: to read them takes as long as a page.
    const catalog = this.#wanted.length > 0 ? this.pool.catalogNow(file) : undefined;
    if (catalog && !catalog.mayHold(this.#wanted)) return [];
    const few = catalog && this.pool.fewLinesNow(file, catalog, this.#wanted);
    return few ? [this.#fewSource(file, few)] : this.#sources(this.pool.acquireNow(file), catalog, beyond);
  }

  #fewSource({ file }: SegmentFile, few: readonly string[]): Source {
    const found = this.#text ? few.filter((line) => this.#text?.isIn(line)) : few;
    return { file, kind: 'segment', lines: (this.order === 'newest' ? found : found.toReversed()).values(), close: () => undefined };
  }

  /** One for each way through the segment, which is given back when the last of them is closed. */
  #sources(segment: Segment, catalog: Catalog | undefined, beyond: AuditPosition | undefined): Source[] {
    let open = 0;
    try {
      return this.#linesOf(segment, catalog, beyond).map((lines) => {
        open += 1;
        const close = (): void => {
          lines.return();
          open -= 1;
          if (open === 0) this.pool.release(segment);
        };
        return { file: segment.file.file, kind: 'segment', lines, close };
      });
    } finally {
      if (open === 0) this.pool.release(segment);
    }
  }

  #linesOf(segment: Segment, catalog: Catalog | undefined, beyond: AuditPosition | undefined): Generator<string | undefined, void, undefined>[] {
    const filters = catalog ? segment.filters(catalog, this.#wanted) : [];
    if (!filters) return [];
    const text = this.#text;
    if (!text) return segment.ways(filters, this.query, this.order, beyond).map((way) => segment.linesOn(way));
    const { from, to } = segment.file;
    const events = Math.min(to - from + 1, ...filters.map(eventsOf));
    // A single way, for each goes through the whole file.
    return segment.ways(filters, this.query, this.order, beyond, 1).map((way) => text.linesOn(segment, way, events));
  }
}
