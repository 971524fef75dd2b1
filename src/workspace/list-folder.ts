import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { setImmediate as itsTurn } from 'node:timers/promises';
import { AxonError, codeOf } from '../errors.js';
import type { FileListing } from '../ports/files.js';
import { fileError } from './file-errors.js';
import { type IgnoreRules, isIgnored, rulesIn } from './ignore-rules.js';
import type { HidesPath } from '../policy/rules/with-path-rules.js';
import { touchedBelow } from '../policy/touches.js';
import { openFolder } from './open-folder.js';
import type { Place } from './place.js';

type Entry = FileListing['entries'][number];

/** Folders nearest to the start come first, so a limit cuts the depths; no more than this many entries are looked at. */
const mostSeen = 50_000;

export interface ListOptions {
  readonly depth: number;
  readonly limit: number;
  readonly anchored: boolean;
  readonly signal: AbortSignal | undefined;
  /** What rules keep out. */
  readonly hides?: HidesPath | undefined;
}

/** What is in a folder, without following a link. Entries that an ignore file names are counted and left out, and so are those that rules keep out. */
export async function listFolder(place: Place, { depth, limit, anchored, signal, hides }: ListOptions): Promise<FileListing> {
  const entries: Entry[] = [];
  let [left, ignored, seen, ruledOut] = [0, 0, 0, 0];
  const queue: { names: readonly string[]; level: number }[] = [{ names: place.names, level: 1 }];
  const rules = new RulesByFolder(place, anchored);

  for (let next = queue.shift(); next && seen < mostSeen; next = queue.shift()) {
    const { names, level } = next;
    const found = await readFolder(place, names, anchored).catch((error: unknown) => {
      if (level === 1) throw error;
      return { children: [] as Dirent[], sizes: new Map<string, number>() };
    });
    const own = await rules.of(names);
    for (const child of found.children) {
      if (signal?.aborted) throw new AxonError('cancelled', 'Listing was cancelled.');
      const path = [...names, child.name];
      seen++;
      // Rules are a stranger's, too, and each is asked about each entry: the editor gets its turn in between.
      if (hides && seen % 250 === 0) await itsTurn();
      if (hides?.(touchedBelow(place.touched, path.slice(place.names.length).join('/')))) ruledOut++;
      else if (isIgnored(own, path, child.isDirectory())) ignored++;
      else if (entries.length >= limit) left++;
      else {
        entries.push(entryOf(place, path, child, found.sizes));
        if (child.isDirectory() && level < depth) queue.push({ names: path, level: level + 1 });
      }
    }
  }
  return { path: place.relative, entries: entries.sort(asTree(entries)), left, ignored, ruledOut };
}

async function readFolder(place: Place, names: readonly string[], anchored: boolean): Promise<{ children: Dirent[]; sizes: Map<string, number> }> {
  try {
    const folder = await openFolder({ root: place.root, names, shown: place.shown }, { anchored });
    try {
      const children = await readdir(folder.at('.'), { withFileTypes: true });
      children.sort((a, b) => Number(b.isDirectory()) - Number(a.isDirectory()) || compareNames(a.name, b.name));
      const sizes = new Map<string, number>();
      for (const child of children.slice(0, 2000)) {
        if (!child.isFile()) continue;
        const stats = await lstat(folder.at(child.name)).catch(() => undefined);
        if (stats) sizes.set(child.name, stats.size);
      }
      await folder.verify();
      return { children, sizes };
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') throw new AxonError('invalid-arguments', `${place.shown} is not a folder.`, 'Use file_read to read a file.');
    throw fileError(error, place.shown);
  }
}

function entryOf(place: Place, path: readonly string[], child: Dirent, sizes: Map<string, number>): Entry {
  const below = path.slice(place.names.length).join('/');
  const name = place.relative === '.' ? below : `${place.relative}/${below}`;
  if (child.isDirectory()) return { path: name, kind: 'folder' };
  if (child.isSymbolicLink()) return { path: name, kind: 'link' };
  const size = sizes.get(child.name);
  return { path: name, kind: 'file', ...(size !== undefined && { size }) };
}

/** Reads the ignore files of a folder and of all above it, each once. */
class RulesByFolder {
  readonly #known = new Map<string, Promise<IgnoreRules>>();

  constructor(
    private readonly place: Place,
    private readonly anchored: boolean,
  ) {}

  of(names: readonly string[]): Promise<IgnoreRules> {
    const key = names.join('/');
    const known = this.#known.get(key) ?? this.#read(names);
    this.#known.set(key, known);
    return known;
  }

  async #read(names: readonly string[]): Promise<IgnoreRules> {
    const above = names.length === 0 ? [] : await this.of(names.slice(0, -1));
    const folder = await openFolder({ root: this.place.root, names, shown: this.place.shown }, { anchored: this.anchored }).catch(() => undefined);
    if (!folder) return above;
    try {
      return await rulesIn(folder, names.length, above);
    } finally {
      await folder.close();
    }
  }
}

/** Each folder right before what is in it; within one, folders first, by name. */
function asTree(entries: readonly Entry[]): (a: Entry, b: Entry) => number {
  const folders = new Set(entries.filter((entry) => entry.kind === 'folder').map((entry) => entry.path));
  return (a, b) => {
    const [left, right] = [a.path.split('/'), b.path.split('/')];
    let same = 0;
    while (same < left.length && same < right.length && left[same] === right[same]) same++;
    if (same === left.length || same === right.length) return left.length - right.length;
    const isFolder = (path: readonly string[]) => Number(path.length > same + 1 || folders.has(path.join('/')));
    return isFolder(right) - isFolder(left) || compareNames(left[same] ?? '', right[same] ?? '');
  };
}

/** The same order on every machine. */
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' });

function compareNames(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : 1);
}
