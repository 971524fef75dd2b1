import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { hasCode } from './durable-file.js';

/**
 * Opens a file to read it, and only a plain one: in a folder that somebody handed over, a name may be a link to anywhere,
 * a pipe that never ends, or a device. `undefined` for those; `missing` when there is nothing of that name.
 */
export async function openPlain(file: string): Promise<FileHandle | 'missing' | undefined> {
  let handle: FileHandle;
  try {
    // Windows knows neither flag; there `isFile` below has to do.
    handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW | 0) | (constants.O_NONBLOCK | 0));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 'missing';
    if (hasCode(error, 'ELOOP', 'EISDIR', 'ENXIO', 'EMLINK')) return undefined;
    throw error;
  }
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  return undefined;
}
