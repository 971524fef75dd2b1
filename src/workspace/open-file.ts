import type { BigIntStats } from 'node:fs';
import { constants, type FileHandle, lstat, open } from 'node:fs/promises';
import { AxonError, codeOf } from '../errors.js';
import { changed } from './file-errors.js';
import type { OpenFolder } from './open-folder.js';

export interface OpenFile {
  readonly handle: FileHandle;
  readonly stats: BigIntStats;
}

/**
 * Opens an ordinary file for reading, never through a link and never waiting for a pipe, and makes sure that what was
 * opened lies in this folder. `mayBeLinked`: a second hard link was seen and asked about; otherwise one that turns up
 * now is refused, since it came after the check.
 */
export async function openFile(folder: OpenFolder, name: string, { shown, mayBeLinked }: { shown: string; mayBeLinked: boolean }): Promise<OpenFile> {
  const at = folder.at(name);
  // Windows knows neither flag: there the comparison below finds a link.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW || 0) | (constants.O_NONBLOCK || 0);
  const handle = await open(at, flags).catch(async (error: unknown) => {
    throw codeOf(error) === 'EISDIR' ? isFolder(shown) : error;
  });
  try {
    const stats = await handle.stat({ bigint: true });
    if (stats.isDirectory()) throw isFolder(shown);
    if (!stats.isFile()) throw new AxonError('denied', `${shown} is not an ordinary file.`, 'Use an ordinary file.');
    const seen = await lstat(at, { bigint: true });
    if (seen.isSymbolicLink() || seen.dev !== stats.dev || seen.ino !== stats.ino) throw changed(shown);
    if (stats.nlink > 1n && !mayBeLinked) throw changed(shown);
    await folder.verify();
    return { handle, stats };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function isFolder(shown: string): AxonError {
  return new AxonError('not-text', `${shown} is a folder.`, 'Use file_list to see what is in it.');
}

/** 10 MB: more is no source file, and no model reads it. */
export const mostBytes = 10 * 1024 * 1024;

/** All bytes of an open file; `too-large` beyond 10 MB, also when it grows while it is read. */
export async function readBytes({ handle, stats }: OpenFile, shown: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  if (stats.size > BigInt(mostBytes)) throw tooLarge(shown);
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.min(Math.max(Number(stats.size) - total + 1, 4096), 1 << 20));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) return Buffer.concat(chunks, total);
    chunks.push(chunk.subarray(0, bytesRead));
    total += bytesRead;
    if (total > mostBytes) throw tooLarge(shown);
  }
}

export function tooLarge(shown: string): AxonError {
  return new AxonError('too-large', `${shown} is larger than 10 MB.`, 'Search in it with file_search instead.');
}
