import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AxonError } from '../errors.js';
import { isInside } from './command-environment.js';

export interface ProgramSearch {
  /** Absolute folders, searched in order. */
  readonly folders: readonly string[];
  /** Absolute real folders that no program may come from, not even through a link. */
  readonly untrustedFolders: readonly string[];
  readonly platform: NodeJS.Platform;
}

/**
 * The absolute path of a program. The current folder and the workspace are never searched, on Windows neither (where a
 * program is otherwise looked for in the current folder first). Rejects with `unavailable`.
 */
export async function findProgram(name: string, { folders, untrustedFolders, platform }: ProgramSearch): Promise<string> {
  const endings = platform === 'win32' ? ['.exe', '.com', '.cmd', '.bat'] : [''];
  for (const folder of folders) {
    for (const ending of endings) {
      const candidate = path.join(folder, name + ending);
      const real = await executable(candidate, platform);
      if (real !== undefined && ![candidate, real].some((each) => untrustedFolders.some((outer) => isInside(each, outer)))) return candidate;
    }
  }
  throw new AxonError('unavailable', `There is no program "${name}" on PATH, the workspace left out.`, `Install ${name}, or use another command.`);
}

async function executable(file: string, platform: NodeJS.Platform): Promise<string | undefined> {
  try {
    const real = await realpath(file);
    if (!(await stat(real)).isFile()) return undefined;
    if (platform !== 'win32') await access(real, constants.X_OK);
    return real;
  } catch {
    // Not there, or not ours to run: the next folder may have it.
    return undefined;
  }
}
