import { createHash } from 'node:crypto';
import path from 'node:path';
import { canonicalJson } from '../../canonical.js';
import { keyedHash } from '../record.js';
import { namesIn, writeAtomically } from '../storage/durable-file.js';
import type { FolderLock } from '../storage/folder-lock.js';
import type { Layout } from '../storage/layout.js';
import { openPlain } from '../storage/plain-file.js';

/** The last line of a journal that was sent. The hash tells it from another that took its number after a failed write. */
export interface SentHead {
  readonly seq: number;
  readonly hash: string;
}

/** How far one collector has the log. The log itself is the queue, so this is all that is kept. */
export interface Cursor {
  /** The address it is about. */
  readonly url: string;
  /** Each event at this position of the segments, and before it, was sent or can't be any more. */
  readonly folded: number;
  /** Journals of which something was sent, and that weren't passed in the segments since. */
  readonly journals: ReadonlyMap<string, SentHead>;
  /** Events that the collector took. */
  readonly sent: number;
  /** Events that it said it will never take. */
  readonly rejected: number;
  /** How many of the rejected ones the log tells of, and since when; milliseconds since the epoch. */
  readonly noted: { readonly rejected: number; readonly at: number };
  /** When it last took something; milliseconds since the epoch. */
  readonly sentAt?: number;
  readonly trouble?: Trouble;
}

/** What is wrong with the collector; gone once it takes everything again. */
export interface Trouble {
  /** Since when; milliseconds since the epoch. */
  readonly at: number;
  readonly message: string;
  readonly next: string;
  /** It won't pass by itself. */
  readonly needsPerson: boolean;
}

export function newCursor(url: string): Cursor {
  return { url, folded: 0, journals: new Map(), sent: 0, rejected: 0, noted: { rejected: 0, at: 0 } };
}

export type LoadedCursor =
  | { readonly state: 'none' }
  | { readonly state: 'good'; readonly cursor: Cursor }
  /** Not what was written. It must not be believed: it could keep events from being sent. */
  | { readonly state: 'bad' };

export function cursorFolder({ folder }: Pick<Layout, 'folder'>): string {
  return path.join(folder, 'collector');
}

const nameOf = (url: string): string => `${createHash('sha256').update(url).digest('hex').slice(0, 16)}.json`;

function cursorFile(layout: Pick<Layout, 'folder'>, url: string): string {
  return path.join(cursorFolder(layout), nameOf(url));
}

/** Rejects with the file system's error, but for a missing file. */
export async function loadCursor(layout: Pick<Layout, 'folder'>, key: Uint8Array, url: string): Promise<LoadedCursor> {
  const bytes = await readPlain(cursorFile(layout, url));
  if (bytes === 'missing') return { state: 'none' };
  const cursor = bytes && openCursor(key, bytes);
  return cursor?.url === url ? { state: 'good', cursor } : { state: 'bad' };
}

/** `undefined` for what is no plain file, or longer than a cursor can be. */
async function readPlain(file: string): Promise<Buffer | 'missing' | undefined> {
  const handle = await openPlain(file);
  if (handle === undefined || handle === 'missing') return handle;
  try {
    const { size } = await handle.stat();
    return size <= mostBytes ? await handle.readFile() : undefined;
  } finally {
    await handle.close();
  }
}

/** A hundred times what a cursor over very many unfolded journals takes. */
const mostBytes = 16 * 1024 * 1024;

/** Durable when it resolves. Rejects when the lock was lost meanwhile: another window goes on then. */
export async function saveCursor(layout: Pick<Layout, 'folder'>, key: Uint8Array, cursor: Cursor, lock: FolderLock): Promise<void> {
  await writeAtomically(cursorFile(layout, cursor.url), sealCursor(key, cursor), () => lock.isHeld());
}

/** The cursor as it stands on disk. An old one that is put back makes doubles at the receiver, and no more. */
export function sealCursor(key: Uint8Array, cursor: Cursor): string {
  const body = { ...cursor, journals: Object.fromEntries(cursor.journals), v: 1 };
  return `${canonicalJson({ ...body, seal: keyedHash(key, 'cursor', canonicalJson(body)) })}\n`;
}

/** `undefined` when it isn't, byte for byte, what `sealCursor` makes with this key. */
export function openCursor(key: Uint8Array, bytes: Buffer): Cursor | undefined {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('seal' in value) || !('v' in value) || value.v !== 1) return undefined;
  const { seal, ...body } = value;
  if (!bytes.equals(Buffer.from(`${canonicalJson(value)}\n`)) || keyedHash(key, 'cursor', canonicalJson(body)) !== seal) return undefined;
  // The seal proves that `sealCursor` wrote it, so it has that shape.
  const { v: _v, journals, ...rest } = body as unknown as Omit<Cursor, 'journals'> & { readonly v: 1; readonly journals: Record<string, SentHead> };
  return { ...rest, journals: new Map(Object.entries(journals)) };
}

/**
 * What in the collector's folder isn't as it was written, for `verify`: names of files. A cursor is sealed, so each byte of it counts.
 */
export async function brokenCursors(layout: Pick<Layout, 'folder'>, key: Uint8Array): Promise<{ readonly changed: readonly string[]; readonly foreign: readonly string[] }> {
  const changed: string[] = [];
  const foreign: string[] = [];
  for (const name of await namesIn(cursorFolder(layout))) {
    if (name.endsWith('.tmp')) continue;
    if (!/^[0-9a-f]{16}\.json$/.test(name)) {
      foreign.push(name);
      continue;
    }
    const bytes = await readPlain(path.join(cursorFolder(layout), name));
    if (bytes === 'missing') continue;
    const cursor = bytes && openCursor(key, bytes);
    // A good one under another's name would be believed of the wrong address.
    if (!cursor || nameOf(cursor.url) !== name) changed.push(name);
  }
  return { changed, foreign };
}
