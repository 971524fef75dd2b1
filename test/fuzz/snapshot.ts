import { chmodSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

type Content = { readonly names: readonly string[] } | { readonly link: string } | { readonly bytes: Buffer };

interface Entry {
  readonly content: Content;
  readonly mode: number;
  stamp: string;
}

export interface Change {
  readonly path: string;
  /** `touched`: written, and the same as before; for a folder, also that something in it changed. */
  readonly kind: 'added' | 'removed' | 'changed' | 'touched';
}

/** All that lies in a folder, kept in memory: tells what changed, and puts it back. Links are not followed. */
export class Snapshot {
  private readonly entries = new Map<string, Entry>();

  constructor(root: string) {
    this.add(root);
  }

  /** What is different now. Reads nothing but what was written. */
  changes(): readonly Change[] {
    const found: Change[] = [];
    for (const [file, entry] of this.entries) {
      const now = stampOf(file);
      if (now === entry.stamp) continue;
      found.push({ path: file, kind: now === undefined ? 'removed' : isSame(file, entry) ? 'touched' : 'changed' });
      if (now === undefined || !('names' in entry.content) || !lstatSync(file).isDirectory()) continue;
      const { names } = entry.content;
      found.push(...readdirSync(file).filter((name) => !names.includes(name)).map((name) => ({ path: path.join(file, name), kind: 'added' as const })));
    }
    return found;
  }

  /** Brings back names, contents, modes and links; times may differ from before. */
  restore(): void {
    for (const { path: file, kind } of this.changes()) {
      const entry = this.entries.get(file);
      const isFolder = entry && 'names' in entry.content && kind !== 'removed' && lstatSync(file).isDirectory();
      if (!isFolder) rmSync(file, { recursive: true, force: true });
    }
    // Folders were added before what lies in them, so they are made in that order.
    for (const [file, { content, mode }] of this.entries) {
      if (stampOf(file) !== undefined) continue;
      if ('names' in content) mkdirSync(file, { mode });
      else if ('link' in content) symlinkSync(content.link, file);
      else writeFileSync(file, content.bytes, { mode });
      if (!('link' in content)) chmodSync(file, mode);
    }
    this.accept();
  }

  /** Takes the times that the files have now for those that they should have. */
  accept(): void {
    for (const [file, entry] of this.entries) entry.stamp = stampOf(file) ?? '';
  }

  private add(file: string): void {
    const content = contentOf(file);
    this.entries.set(file, { content, mode: modeOf(file), stamp: stampOf(file) ?? '' });
    if ('names' in content) for (const name of content.names) this.add(path.join(file, name));
  }
}

function contentOf(file: string): Content {
  const stats = lstatSync(file);
  return stats.isDirectory() ? { names: readdirSync(file) } : stats.isSymbolicLink() ? { link: readlinkSync(file) } : { bytes: readFileSync(file) };
}

function modeOf(file: string): number {
  return lstatSync(file).mode & 0o7777;
}

function isSame(file: string, { content, mode }: Entry): boolean {
  if (modeOf(file) !== mode) return false;
  const now = contentOf(file);
  if ('names' in content) return 'names' in now;
  if ('link' in content) return 'link' in now && now.link === content.link;
  return 'bytes' in now && now.bytes.equals(content.bytes);
}

/** Another one after every change of content, mode, name or times: nobody can set the time of the last status change. */
function stampOf(file: string): string | undefined {
  try {
    const { ino, mode, size, ctimeNs, mtimeNs } = lstatSync(file, { bigint: true });
    return `${ino} ${mode} ${size} ${ctimeNs} ${mtimeNs}`;
  } catch (error) {
    // Gone, or a file stands where its folder was.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw error;
  }
}
