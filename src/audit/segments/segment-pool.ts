import type { Catalog } from './catalog.js';
import { Segment } from './segment.js';
import { hasTrueName, parseSegmentFile, type SegmentFile } from './segment-name.js';
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
  #idleTimer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(private readonly sqlite: LoadSqlite) {}

  /** Give it back with `release`. Rejects with `SegmentCorrupt` or the file system's error. */
  async acquire(file: SegmentFile): Promise<Segment> {
    const sqlite = await this.sqlite();
    let held = this.#held.get(file.file);
    if (!held) {
      held = { segment: Segment.openUnchecked(sqlite, file), users: 0 };
    } else this.#held.delete(file.file);
    // The last of the map is the one used last.
    this.#held.set(file.file, held);
    held.users += 1;
    return held.segment;
  }

  release(segment: Segment): void {
    const held = this.#held.get(segment.file.file);
    if (held?.segment !== segment) return;
    held.users -= 1;
    const idle = [...this.#held.values()].filter(({ users }) => users === 0);
    for (const each of idle.slice(0, this.#disposed ? idle.length : Math.max(0, idle.length - mostIdle))) this.#close(each.segment);
    this.#idleTimer?.refresh();
    this.#idleTimer ??= setTimeout(() => this.closeIdle(), idleMilliseconds).unref();
  }

  /** What is known of a segment, from memory where it was looked at before. Rejects as `acquire` does. */
  async catalog(file: SegmentFile): Promise<Catalog> {
    let catalog = this.#catalogs.get(file.file);
    if (catalog) this.#catalogs.delete(file.file);
    else {
      const segment = await this.acquire(file);
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

  /** What a file is by its name; `undefined` for what isn't named like a segment. */
  named(file: string, key: Uint8Array): SegmentFile | 'forged' | undefined {
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
