import { readdirSync, statSync } from 'node:fs';
import { hasCode } from '../storage/durable-file.js';

/** Milliseconds. The coarsest clock of a file system in use (FAT) goes in steps of two seconds. */
const clockStep = 2_000;
/** Milliseconds: some file systems don't note on a folder that a name came or went. */
const believed = 1_000;

/**
 * The names in a folder. To read them takes many times as long as to ask whether they changed, so they are believed while the
 * folder keeps its time, if it had that time for longer than its clock takes for a step, and never for more than a second.
 * The same array means the same names.
 */
export class FolderNames {
  #known: readonly string[] | undefined;
  #folderTime: number | undefined;
  #readAt = 0;

  constructor(
    private readonly folder: string,
    /** Milliseconds since the epoch. */
    private readonly now: () => number = Date.now,
  ) {}

  /** Throws the file system's error; a folder that isn't there is empty. */
  read(): readonly string[] {
    const now = this.now();
    const folderTime = timeOf(this.folder);
    const isSettled = folderTime !== undefined && folderTime === this.#folderTime && this.#readAt - folderTime > clockStep;
    if (this.#known && isSettled && Math.abs(now - this.#readAt) < believed) return this.#known;
    // The time is that of before: what changes while the names are read changes it again.
    this.#folderTime = folderTime;
    this.#readAt = now;
    const names = namesNow(this.folder);
    const known = this.#known;
    if (known?.length !== names.length || !names.every((name, index) => name === known[index])) this.#known = names;
    return this.#known ?? names;
  }

  /** For who saw that a name is gone. */
  forget(): void {
    this.#folderTime = undefined;
  }
}

/** Without a way through the thread pool, which takes longer than to list a folder with some hundred names. */
function namesNow(folder: string): string[] {
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
