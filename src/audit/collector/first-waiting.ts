import type { LogFiles } from '../log-files.js';
import { loadCursor } from './cursor.js';

/**
 * The first position in the segments that a collector still waits for: what stands before it may leave the log. `Infinity`
 * without a collector. A cursor that isn't as it was written holds everything back. Rejects with the file system's error.
 */
export async function firstWaiting({ layout, key }: Pick<LogFiles, 'layout' | 'key'>, url: string | undefined): Promise<number> {
  if (url === undefined) return Infinity;
  const loaded = await loadCursor(layout, key, url);
  return loaded.state === 'good' ? loaded.cursor.folded + 1 : 1;
}
