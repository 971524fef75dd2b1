import path from 'node:path';
import { keyedHash } from '../record.js';
import { namesIn } from './durable-file.js';

/** Where things lie in the folder of one log. */
export interface Layout {
  readonly folder: string;
  readonly journals: string;
  readonly segments: string;
  /** What was found broken; never read for queries, never deleted. */
  readonly aside: string;
  readonly lock: string;
}

/** `folder` is that of one log: what `logFolderOf` gives, or a copy of it. */
export function layoutOf(folder: string): Layout {
  return {
    folder,
    journals: path.join(folder, 'journals'),
    segments: path.join(folder, 'segments'),
    aside: path.join(folder, 'aside'),
    lock: path.join(folder, 'lock'),
  };
}

/** Tells keys apart without giving anything of them away: 16 hex digits. */
export function keyIdOf(key: Uint8Array): string {
  return keyedHash(key, 'key-id').slice(0, 16);
}

/**
 * The folder of the log that is written with this key. A window with another key (another browser, a lost keychain) has
 * a folder of its own: neither can check the other's log, and neither calls it broken.
 */
export function logFolderOf(auditFolder: string, key: Uint8Array): string {
  return path.join(auditFolder, `log-${keyIdOf(key)}`);
}

/** Key ids of the logs beside this one, which its key can't check. */
export async function otherLogs(layout: Layout): Promise<string[]> {
  const own = path.basename(layout.folder);
  const names = await namesIn(path.dirname(layout.folder));
  return names.filter((name) => name !== own && /^log-[0-9a-f]{16}$/.test(name)).map((name) => name.slice('log-'.length));
}
