import type { SqlJsStatic } from 'sql.js';
import type { Layout } from '../storage/layout.js';
import type { Catalog, Wanted } from './catalog.js';
import { FewLines, mostEvents } from './few-lines.js';
import { FolderNames } from './folder-names.js';
import { Segment } from './segment.js';
import { SegmentList } from './segment-list.js';
import type { SegmentFile } from './segment-name.js';
import type { LoadSqlite } from './sqlite.js';

/** Segments that stay open when nobody reads them: the next page of a list is in the same ones. */
const mostIdle = 8;
const idleMilliseconds = 20_000;
/** Beyond these, catalogs that were made first are forgotten. */
const mostCatalogs = 1_000;

interface Held {
  readonly segment: Segment;
  users: number;
}

/**
 * The open segments of one log, each open once. A segment file never changes, so what is known of it stays true; its
 * name may go while it is open.
 */
export class SegmentPool {
  /** Which there are. */
  readonly list: SegmentList;
  /** Names of what isn't folded yet. */
  readonly journals: FolderNames;
  readonly #held = new Map<string, Held>();
  readonly #catalogs = new Map<string, Catalog>();
  readonly #few = new FewLines();
  /** The same few words stand in every catalog. */
  #texts = new Map<string, string>();
  #sqlite: SqlJsStatic | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(
    private readonly sqlite: LoadSqlite,
    { segments, journals }: Layout,
    key: Uint8Array,
  ) {
    this.list = new SegmentList(segments, key);
    this.journals = new FolderNames(journals);
  }

  /** True when `acquireNow` and `catalogNow` may be called; `load` makes it so. */
  get isLoaded(): boolean {
    return this.#sqlite !== undefined;
  }

  /** Loads sql.js. */
  async load(): Promise<void> {
    this.#sqlite = await this.sqlite();
  }

  /** Give it back with `release`. Rejects with `SegmentCorrupt` or the file system's error. */
  async acquire(file: SegmentFile): Promise<Segment> {
    if (!this.#sqlite) await this.load();
    return this.acquireNow(file);
  }

  /** The same without waiting, which among many segments takes longer than the look into one. Throws. */
  acquireNow(file: SegmentFile): Segment {
    if (!this.#sqlite) throw new Error('sql.js is not loaded');
    let held = this.#held.get(file.file);
    if (held) this.#held.delete(file.file);
    else held = { segment: Segment.openUnchecked(this.#sqlite, file), users: 0 };
    // The last of the map is the one used last.
    this.#held.set(file.file, held);
    held.users += 1;
    return held.segment;
  }

  release(segment: Segment): void {
    const held = this.#held.get(segment.file.file);
    if (held?.segment !== segment) return;
    held.users -= 1;
    if (this.#disposed || this.#held.size > mostIdle) {
      const idle = [...this.#held.values()].filter(({ users }) => users === 0);
      for (const each of idle.slice(0, this.#disposed ? idle.length : Math.max(0, idle.length - mostIdle))) this.#close(each.segment);
    }
    this.#idleTimer?.refresh();
    this.#idleTimer ??= setTimeout(() => this.closeIdle(), idleMilliseconds).unref();
  }

  /** What is known of a segment, from memory where it was looked at before. Rejects as `acquire` does. */
  async catalog(file: SegmentFile): Promise<Catalog> {
    if (!this.#sqlite) await this.load();
    return this.catalogNow(file);
  }

  /** What is known of a segment without a look at it. */
  knownCatalog(file: SegmentFile): Catalog | undefined {
    return this.#catalogs.get(file.file);
  }

  /** The same without waiting. Throws. */
  catalogNow(file: SegmentFile): Catalog {
    let catalog = this.#catalogs.get(file.file);
    if (catalog) return catalog;
    const segment = this.acquireNow(file);
    try {
      catalog = segment.catalog((text) => this.#shared(text));
    } finally {
      this.release(segment);
    }
    this.#catalogs.set(file.file, catalog);
    const [first] = this.#catalogs.keys();
    if (this.#catalogs.size > mostCatalogs && first !== undefined) this.#catalogs.delete(first);
    return catalog;
  }

  /**
   * All lines with the rarest word asked for, newest first, where few events of the segment have it: what else is asked is
   * to be looked for in them. `undefined` where they are many. Throws.
   */
  fewLinesNow(file: SegmentFile, catalog: Catalog, wanted: readonly Wanted[]): readonly string[] | undefined {
    const rarest = catalog.rarest(wanted, mostEvents);
    if (!rarest) return undefined;
    const known = this.#few.of(file, rarest);
    if (known) return known;
    const segment = this.acquireNow(file);
    try {
      const filters = segment.filters(catalog, [rarest]) ?? [];
      if (filters.some(({ words }) => words.some(({ events }) => events > mostEvents))) return undefined;
      return this.#few.keep(file, rarest, filters.length === 0 ? [] : segment.ways(filters, {}, 'newest').flatMap((way) => [...segment.linesOn(way)]));
    } finally {
      this.release(segment);
    }
  }

  /** Closes what nobody reads, and forgets its lines; it is opened again when needed. */
  closeIdle(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = undefined;
    this.#few.clear();
    for (const { segment, users } of [...this.#held.values()]) if (users === 0) this.#close(segment);
  }

  /** What is being read is closed when it is given back. Twice is harmless. */
  dispose(): void {
    this.#disposed = true;
    this.closeIdle();
    this.#catalogs.clear();
    this.#texts = new Map();
  }

  #close(segment: Segment): void {
    this.#held.delete(segment.file.file);
    segment.close();
  }

  #shared(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, text);
    return text;
  }
}
