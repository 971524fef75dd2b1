import { existsSync } from 'node:fs';
import { constants, type FileHandle, lstat, mkdir, open, readlink } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../errors.js';
import { changed } from './file-errors.js';

/** A folder that is held open while something in it is used, so that nobody can put another one in its place. */
export interface OpenFolder {
  /** A path to the name in this very folder, good until `close`. */
  at(name: string): string;
  /** Rejects with `denied` when the folder is no longer the one that was opened. */
  verify(): Promise<void>;
  /** Makes renames in it durable, where the system can. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface FolderPlace {
  /** Real path of the workspace folder. */
  readonly root: string;
  /** Names below it; none of them a link. */
  readonly names: readonly string[];
  /** For messages. */
  readonly shown: string;
}

/**
 * Linux lets a path begin at an open folder (`/proc/PID/fd/N`), which is what `openat` is elsewhere; Node has no other
 * way to it. The number instead of `self`: a program that is started there reads the path in its own process.
 */
const descriptors = `/proc/${process.pid}/fd`;
export const canAnchor = process.platform === 'linux' && existsSync(descriptors);

/**
 * Opens a folder below a root, name by name, and never through a link. With `create`, missing folders are made.
 * Anchored, each step starts at the folder opened before it, so a swap between two steps gains nothing at all. Otherwise
 * every folder on the way is known by device, number and time of change, and `verify` compares them all again: a swap is
 * found, at the latest before anything is written into or told from what was opened.
 */
export function openFolder(place: FolderPlace, { create = false, anchored = canAnchor } = {}): Promise<OpenFolder> {
  return anchored ? openAnchored(place, create) : openCompared(place, create);
}

const folderFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

async function openAnchored({ root, names, shown }: FolderPlace, create: boolean): Promise<OpenFolder> {
  let handle = await open(root, folderFlags);
  try {
    if ((await readlink(`${descriptors}/${handle.fd}`)) !== root) throw changed(shown);
    for (const name of names) {
      const next = await openStep(handle, name, shown, create);
      await handle.close();
      handle = next;
    }
  } catch (error) {
    await handle.close();
    throw error;
  }
  const held = handle;
  return {
    at: (name) => `${descriptors}/${held.fd}/${name}`,
    verify: () => Promise.resolve(),
    sync: () => held.sync(),
    close: () => held.close(),
  };
}

async function openStep(parent: FileHandle, name: string, shown: string, create: boolean): Promise<FileHandle> {
  const at = `${descriptors}/${parent.fd}/${name}`;
  if (create) await makeFolder(at);
  try {
    return await open(at, folderFlags);
  } catch (error) {
    const found = await lstat(at).catch(() => undefined);
    throw found?.isSymbolicLink() ? changed(shown) : error;
  }
}

async function openCompared({ root, names, shown }: FolderPlace, create: boolean): Promise<OpenFolder> {
  const steps = [root];
  for (const name of names) steps.push(path.join(steps.at(-1) ?? root, name));
  const folder = steps.at(-1) ?? root;
  const identify = async (step: string): Promise<string> => {
    const stats = await lstat(step, { bigint: true });
    if (stats.isSymbolicLink()) throw changed(shown);
    if (!stats.isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
    // To put another folder in a step's place, and to put the first one back, the folder above has to change, and
    // nobody can set that time. What changes in the last folder is its content, ours too.
    return step === folder ? `${stats.dev}:${stats.ino}` : `${stats.dev}:${stats.ino}:${stats.ctimeNs}`;
  };
  for (const step of steps.slice(1)) {
    if (create) await makeFolder(step);
    await identify(step);
  }
  const known: string[] = [];
  for (const step of steps) known.push(await identify(step));
  const verify = async (): Promise<void> => {
    for (const [index, step] of steps.entries()) {
      const now = await identify(step).catch(() => undefined);
      if (now !== known[index]) throw changed(shown);
    }
  };
  await verify();
  return { at: (name) => path.join(folder, name), verify, sync: () => Promise.resolve(), close: () => Promise.resolve() };
}

async function makeFolder(at: string): Promise<void> {
  try {
    await mkdir(at);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}
