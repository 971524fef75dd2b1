import ignore, { type Ignore } from 'ignore';
import { openFile, readBytes } from './open-file.js';
import type { OpenFolder } from './open-folder.js';

/** The ignore files on the way from the workspace folder down, each with the depth of the folder it lies in. */
export type IgnoreRules = readonly { readonly depth: number; readonly rules: Ignore }[];

const names = ['.gitignore', '.ignore'];

/** The rules that hold in a folder: those from above and its own ignore files, as far as they can be read. */
export async function rulesIn(folder: OpenFolder, depth: number, above: IgnoreRules): Promise<IgnoreRules> {
  const rules = ignore();
  let found = false;
  for (const name of names) {
    const text = await readRules(folder, name);
    if (text === undefined) continue;
    rules.add(text);
    found = true;
  }
  return found ? [...above, { depth, rules }] : above;
}

/** An ignore file that is absent, a link, or too large names nothing; listing goes on without it. */
async function readRules(folder: OpenFolder, name: string): Promise<string | undefined> {
  try {
    const file = await openFile(folder, name, { shown: name, mayBeLinked: true });
    try {
      return (await readBytes(file, name)).toString('utf8');
    } finally {
      await file.handle.close();
    }
  } catch {
    return undefined;
  }
}

/** True when the nearest rule that speaks about the entry (names below the workspace folder) says so. `.git` always is. */
export function isIgnored(rules: IgnoreRules, entry: readonly string[], isFolder: boolean): boolean {
  if (entry.at(-1) === '.git') return true;
  for (const { depth, rules: own } of [...rules].reverse()) {
    const path = entry.slice(depth).join('/') + (isFolder ? '/' : '');
    const found = own.test(path);
    if (found.ignored) return true;
    if (found.unignored) return false;
  }
  return false;
}
