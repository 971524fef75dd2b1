import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { hasCode } from './durable-file.js';

// Windows knows neither flag; there `isFile` has to do.
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW | 0) | (constants.O_NONBLOCK | 0);

/**
 * Opens a file to read it, and only a plain one: in a folder that somebody handed over, a name may be a link to anywhere,
 * a pipe that never ends, or a device. `undefined` for those; `missing` when there is nothing of that name.
 */
export async function openPlain(file: string): Promise<FileHandle | 'missing' | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, flags);
  } catch (error) {
    return withoutFile(error);
  }
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  return undefined;
}

/** The same, for who can't wait; gives the file's descriptor. */
export function openPlainSync(file: string): number | 'missing' | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, flags);
  } catch (error) {
    return withoutFile(error);
  }
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  return undefined;
}

function withoutFile(error: unknown): 'missing' | undefined {
  if (hasCode(error, 'ENOENT')) return 'missing';
  if (hasCode(error, 'ELOOP', 'EISDIR', 'ENXIO', 'EMLINK', 'EOPNOTSUPP')) return undefined;
  throw error;
}
