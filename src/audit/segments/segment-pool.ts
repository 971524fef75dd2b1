import path from 'node:path';
import type { SqlJsStatic } from 'sql.js';
import type { Catalog } from './catalog.js';
import { Segment } from './segment.js';
import { hasTrueName, parseSegmentFile, segmentsInForce, type SegmentFile } from './segment-name.js';
import type { LoadSqlite } from './sqlite.js';

/** Segments that stay open when nobody reads them: the next page of a list, and the next look for something rare, are in the same ones. */
const mostIdle = 32;
const idleMilliseconds = 20_000;
/** Beyond these, catalogs that weren't used for longest are forgotten. */
const mostCatalogs = 1_000;
const mostNames = 10_000;

interface Held {
  readonly segment: Segment;
  users: number;
}

/** What the names in the folder of segments say. */
interface Listing {
  /** By position. */
  readonly inForce: readonly SegmentFile[];
  /** Files that are named like a segment, and that nobody with the key named so. */
  readonly forged: readonly string[];
}

/**
 * The open segments of one log, each open once. A segment file never changes, so what is known of it stays true; its
 * name may go while it is open.
 */
export class SegmentPool {
  readonly #held = new Map<string, Held>();
  readonly #catalogs = new Map<string, Catalog>();
  /** The same few words stand in every catalog. */
  #texts = new Map<string, string>();
  /** What the names of files say: they are looked at again and again. */
  readonly #names = new Map<string, SegmentFile | 'forged'>();
  #listed: (Listing & { readonly names: readonly string[] }) | undefined;
  #sqlite: SqlJsStatic | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(private readonly sqlite: LoadSqlite) {}

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

  /** The same without waiting. Throws. */
  catalogNow(file: SegmentFile): Catalog {
    let catalog = this.#catalogs.get(file.file);
    if (catalog) this.#catalogs.delete(file.file);
    else {
      const segment = this.acquireNow(file);
      try {
        catalog = segment.catalog((text) => this.#shared(text));
      } finally {
        this.release(segment);
      }
    }
    this.#catalogs.set(file.file, catalog);
    const [oldest] = this.#catalogs.keys();
    if (this.#catalogs.size > mostCatalogs && oldest !== undefined) this.#catalogs.delete(oldest);
    return catalog;
  }

  /** What these names of files say. The same names, asked for again, cost next to nothing. */
  listing(folder: string, names: readonly string[], key: Uint8Array): Listing {
    const known = this.#listed;
    if (known?.names.length === names.length && names.every((name, index) => name === known.names[index])) return known;
    const named: SegmentFile[] = [];
    const forged: string[] = [];
    for (const name of names) {
      const file = path.join(folder, name);
      const segment = this.#named(file, key);
      if (segment === 'forged') forged.push(file);
      else if (segment) named.push(segment);
    }
    const listed = { names, inForce: segmentsInForce(named).inForce, forged };
    this.#listed = listed;
    return listed;
  }

  /** What a file is by its name; `undefined` for what isn't named like a segment. */
  #named(file: string, key: Uint8Array): SegmentFile | 'forged' | undefined {
    const known = this.#names.get(file);
    if (known) return known;
    const parsed = parseSegmentFile(file);
    if (!parsed) return undefined;
    if (this.#names.size >= mostNames) this.#names.clear();
    const named = hasTrueName(key, parsed) ? parsed : 'forged';
    this.#names.set(file, named);
    return named;
  }

  /** Closes what nobody reads; it is opened again when needed. */
  closeIdle(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = undefined;
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
