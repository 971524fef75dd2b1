import { randomBytes } from 'node:crypto';
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, link, lstat, open, rename, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { sha256 } from '../canonical.js';
import { AxonError, codeOf } from '../errors.js';
import type { FileChange, FileCopy } from '../ports/files.js';
import { changed, fileError } from './file-errors.js';
import { openFile, readBytes } from './open-file.js';
import { type OpenFolder, openFolder } from './open-folder.js';
import { type Place, folderAndName } from './place.js';
import { encode } from './text-encoding.js';

/**
 * Writes a planned change: a new file next to the old one, made durable, then renamed over it, so that at every instant
 * there is the old text or the new one. The new file's name can't be guessed, and renaming it needs the folder it was
 * made in: in a folder that was put in its place there is no such file.
 */
export async function applyChange(place: Place, change: FileChange | FileCopy, anchored: boolean): Promise<void> {
  const { folder, name } = folderAndName(place);
  const bytes = 'bytes' in change ? change.bytes : encode(change.after, change.encoding);
  try {
    const opened = await openFolder(folder, { create: change.beforeHash === undefined, anchored });
    try {
      await replaceIn(opened, name, { place, bytes, beforeHash: change.beforeHash });
    } finally {
      await opened.close();
    }
  } catch (error) {
    const known = fileError(error, place.shown);
    throw known.code === 'not-found' ? stale(place) : known;
  }
}

interface Writing {
  readonly place: Place;
  readonly bytes: Uint8Array;
  readonly beforeHash: string | undefined;
}

async function replaceIn(folder: OpenFolder, name: string, { place, bytes, beforeHash }: Writing): Promise<void> {
  await compare(folder, name, place, beforeHash);
  const temporary = `.axon-${randomBytes(12).toString('hex')}.tmp`;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW || 0);
  const handle = await open(folder.at(temporary), flags, 0o666);
  try {
    try {
      await sameFile(folder, temporary, handle, place);
      await handle.writeFile(bytes);
      const stats = await compare(folder, name, place, beforeHash);
      if (stats) await keepOwnerAndMode(handle, stats);
      await handle.sync();
      await sameFile(folder, temporary, handle, place);
    } finally {
      await handle.close();
    }
    if (beforeHash === undefined) await moveToNew(folder.at(temporary), folder.at(name), place);
    else await moveOver(folder.at(temporary), folder.at(name));
  } catch (error) {
    await rm(folder.at(temporary), { force: true });
    throw error;
  }
  await folder.verify();
  await folder.sync();
}

/** Makes sure that the file is still what the plan was made from, and returns what is there now. */
async function compare(folder: OpenFolder, name: string, place: Place, beforeHash: string | undefined): Promise<BigIntStats | undefined> {
  await folder.verify();
  if (beforeHash === undefined) {
    const found = await lstat(folder.at(name)).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (found?.isSymbolicLink()) throw changed(place.shown);
    if (found) throw stale(place);
    return undefined;
  }
  const file = await openFile(folder, name, { shown: place.shown, mayBeLinked: !place.plain });
  try {
    if (sha256(await readBytes(file, place.shown)) !== beforeHash) throw stale(place);
    if ((file.stats.mode & 0o222n) === 0n) {
      throw new AxonError('denied', `${place.shown} is write-protected. (path.write-protected)`, 'A person can lift the protection.');
    }
    return file.stats;
  } finally {
    await file.handle.close();
  }
}

async function sameFile(folder: OpenFolder, name: string, handle: FileHandle, place: Place): Promise<void> {
  await folder.verify();
  const [own, seen] = [await handle.stat({ bigint: true }), await lstat(folder.at(name), { bigint: true })];
  if (own.dev !== seen.dev || own.ino !== seen.ino || seen.nlink !== 1n) throw changed(place.shown);
}

async function keepOwnerAndMode(handle: FileHandle, stats: BigIntStats): Promise<void> {
  const own = await handle.stat({ bigint: true });
  if (own.uid !== stats.uid || own.gid !== stats.gid) {
    await handle.chown(Number(stats.uid), Number(stats.gid)).catch((error: unknown) => {
      // Only the owner's system account may give files away; the text matters more than the name on it.
      if (codeOf(error) !== 'EPERM') throw error;
    });
  }
  // Not the set-user-ID bits: the system too drops them when a file is written.
  await handle.chmod(Number(stats.mode & 0o777n));
}

/** A new file never overwrites one that appeared meanwhile: a hard link fails where a rename would not. */
async function moveToNew(temporary: string, target: string, place: Place): Promise<void> {
  try {
    await link(temporary, target);
    await rm(temporary);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw stale(place);
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'].includes(codeOf(error) ?? '')) throw error;
    // This file system has no hard links.
    await moveOver(temporary, target);
  }
}

/** Windows refuses while a virus scanner or an indexer looks at the file; that passes. */
async function moveOver(temporary: string, target: string): Promise<void> {
  for (const wait of [20, 100, 400]) {
    try {
      await rename(temporary, target);
      return;
    } catch (error) {
      if (process.platform !== 'win32' || !['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error) ?? '')) throw error;
      await sleep(wait);
    }
  }
  await rename(temporary, target);
}

function stale(place: Place): AxonError {
  return new AxonError('stale', `${place.shown} has changed since the change was worked out.`, 'Read it again and make the change anew.');
}
