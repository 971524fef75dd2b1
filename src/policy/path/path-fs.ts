import { lstat, readlink, realpath } from 'node:fs/promises';

/** The little that the path guard needs to see of a file system. It never opens and never changes anything. */
export interface PathFs {
  /** What lies there, without following a link; undefined when nothing does. Rejects when it can't be told. */
  lstat(path: string): Promise<PathEntry | undefined>;
  readlink(path: string): Promise<string>;
  realpath(path: string): Promise<string>;
}

export interface PathEntry {
  readonly kind: 'file' | 'folder' | 'link' | 'special';
  /** Hard links to the same file. */
  readonly links: number;
}

export function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

export const nodePathFs: PathFs = {
  async lstat(path) {
    try {
      const stats = await lstat(path);
      const kind = stats.isSymbolicLink() ? 'link' : stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'special';
      return { kind, links: stats.nlink };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  },
  readlink: (path) => readlink(path),
  realpath: (path) => realpath(path),
};
