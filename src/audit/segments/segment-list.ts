import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { hasCode } from '../storage/durable-file.js';
import { hasTrueName, parseSegmentFile, segmentsInForce, type SegmentFile } from './segment-name.js';

/** What the names in the folder of segments say. */
export interface Listing {
  /** By position. */
  readonly inForce: readonly SegmentFile[];
  /** Files that are named like a segment, and that nobody with the key named so. */
  readonly forged: readonly string[];
}

const mostNames = 10_000;
/** Milliseconds. The coarsest clock of a file system in use (FAT) goes in steps of two seconds. */
const clockStep = 2_000;
/** Milliseconds: some file systems don't note on a folder that a name came or went. */
const believed = 1_000;

/**
 * The segments that lie in a folder. To read its names takes ten times as long as to ask whether they changed, so a list is
 * believed while the folder keeps its time, if it had that time for longer than its clock takes for a step, and never
 * for more than a second.
 */
export class SegmentList {
  /** What the name of each file says. */
  readonly #named = new Map<string, SegmentFile | 'forged'>();
  #known: (Listing & { readonly names: readonly string[] }) | undefined;
  #folderTime: number | undefined;
  #readAt = 0;

  constructor(
    private readonly folder: string,
    private readonly key: Uint8Array,
    /** Milliseconds since the epoch. */
    private readonly now: () => number = Date.now,
  ) {}

  /** Throws the file system's error; a folder that isn't there is empty. */
  read(): Listing {
    const now = this.now();
    const folderTime = timeOf(this.folder);
    const isSettled = folderTime !== undefined && folderTime === this.#folderTime && this.#readAt - folderTime > clockStep;
    if (this.#known && isSettled && Math.abs(now - this.#readAt) < believed) return this.#known;
    // The time is that of before: what changes while the names are read changes it again.
    this.#folderTime = folderTime;
    this.#readAt = now;
    return this.#listing(namesNow(this.folder));
  }

  /** For who saw that a file is gone. */
  forget(): void {
    this.#folderTime = undefined;
  }

  #listing(names: readonly string[]): Listing {
    const known = this.#known;
    if (known?.names.length === names.length && names.every((name, index) => name === known.names[index])) return known;
    const named: SegmentFile[] = [];
    const forged: string[] = [];
    for (const name of names) {
      const file = path.join(this.folder, name);
      const segment = this.#whatIs(file);
      if (segment === 'forged') forged.push(file);
      else if (segment) named.push(segment);
    }
    this.#known = { names, inForce: segmentsInForce(named).inForce, forged };
    return this.#known;
  }

  /** `undefined` for what isn't named like a segment. */
  #whatIs(file: string): SegmentFile | 'forged' | undefined {
    const known = this.#named.get(file);
    if (known) return known;
    const parsed = parseSegmentFile(file);
    if (!parsed) return undefined;
    if (this.#named.size >= mostNames) this.#named.clear();
    const named = hasTrueName(this.key, parsed) ? parsed : 'forged';
    this.#named.set(file, named);
    return named;
  }
}

/** Without a way through the thread pool, which takes longer than to list a folder with some hundred names. */
export function namesNow(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** When a name last came or went, in milliseconds. Who has the folder can set the one of these times, but not the other. */
function timeOf(folder: string): number | undefined {
  const stat = statSync(folder, { throwIfNoEntry: false });
  return stat && Math.max(stat.mtimeMs, stat.ctimeMs);
}
