import { readFileSync, readdirSync } from 'node:fs';
import { AxonError } from '../../../src/errors.js';
import type { PathChecker } from '../../../src/policy/path/path-check.js';
import { createPathGuard } from '../../../src/policy/path/path-guard.js';
import { createFiles } from '../../../src/workspace/files.js';
import type { Folders } from './folders.js';
import { type Swap, applySwap } from './setup.js';

/**
 * Reads or writes a file whose name, or whose folder, is replaced by a link right after the guard's last check (or after
 * the approval). `deny`: the use was refused and nothing outside was read or written.
 */
export async function trySwap(path: string, operation: 'read' | 'write', swaps: readonly Swap[], folders: Folders, anchored: boolean): Promise<'allow' | 'deny'> {
  const roots = { folders: () => [{ name: 'workspace', path: folders.workspace }], writable: () => [folders.workspace] };
  const real = createPathGuard({ roots });
  let armed = false;
  const swapNow = (): void => {
    if (armed) for (const swap of swaps) applySwap(swap, folders);
    armed = false;
  };
  const guard: PathChecker = {
    async check(...asked) {
      const check = await real.check(...asked);
      swapNow();
      return check;
    },
  };
  const files = createFiles({ guard, roots, documents: { dirtyText: () => undefined }, ripgrepPath: undefined, anchored });
  const before = snapshot(folders.outside);
  try {
    if (operation === 'read') {
      armed = true;
      await files.read(path);
      return 'allow';
    }
    const change = await files.planWrite(path, 'written by the agent');
    armed = true;
    if (swaps.some((swap) => swap.when === 'after-approval')) swapNow();
    await files.apply(change);
    return 'allow';
  } catch (error) {
    if (!(error instanceof AxonError)) throw error;
    return snapshot(folders.outside) === before ? 'deny' : 'allow';
  }
}

/** Names and contents of everything below a folder. */
function snapshot(folder: string): string {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const lines = entries.map((entry) => {
    const path = `${entry.parentPath}/${entry.name}`;
    return `${path}=${entry.isFile() ? readFileSync(path, 'utf8') : ''}`;
  });
  return lines.sort().join('\n');
}
