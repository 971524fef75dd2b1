import { lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { codeOf } from '../../errors.js';

/**
 * The little that the path guard needs to see of a file system. It never opens and never changes anything.
 *
 * Each answer comes at once: a look at a name takes a few microseconds, a way through the thread pool ten times that, and
 * a decision made in one piece leaves no moment in which the folder can be swapped between two of its looks. Only paths
 * inside the open folders are looked at, where the editor itself already works.
 */
export interface PathFs {
  /** What lies there, without following a link; undefined when nothing does. Throws when it can't be told. */
  lstat(path: string): PathEntry | undefined;
  readlink(path: string): string;
  /** Throws when nothing is there. */
  realpath(path: string): string;
}

export interface PathEntry {
  readonly kind: 'file' | 'folder' | 'link' | 'special';
  /** Hard links to the same file. */
  readonly links: number;
}

export const nodePathFs: PathFs = {
  lstat(path) {
    const stats = statsOf(path);
    if (!stats) return undefined;
    const kind = stats.isSymbolicLink() ? 'link' : stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'special';
    return { kind, links: stats.nlink };
  },
  readlink: (path) => readlinkSync(path),
  realpath: (path) => realpathSync.native(path),
};

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // Below a file there is nothing either.
    if (codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Undefined when nothing is there, or it can't be told. */
export function realPathOf(fs: Pick<PathFs, 'realpath'>, path: string): string | undefined {
  try {
    return fs.realpath(path);
  } catch {
    return undefined;
  }
}
