import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { keyedHasher } from '../record.js';
import { makeFolder, syncFolder, writeAtomically } from './durable-file.js';
import { openPlain } from './plain-file.js';
import type { Layout } from './layout.js';

/** What is kept for whoever looks into it: the unfinished end that a crash left, or a file that isn't as it was written. */
export type AsideKind = 'torn' | 'corrupt';

export interface AsideFile {
  /** The name it had. */
  readonly of: string;
  readonly kind: AsideKind;
  /** Keyed hash (hex) over kind, name and content: what is kept aside can't be changed unseen either. */
  readonly hash: string;
}

const pattern = /^(.{1,150})\.(torn|corrupt)-([0-9a-f]{64})$/;

/** What a file in the folder `aside` is; `undefined` for what is none of ours. */
export function parseAsideFile(file: string): AsideFile | undefined {
  const [, of, kind, hash] = pattern.exec(path.basename(file)) ?? [];
  return of === undefined || kind === undefined || hash === undefined ? undefined : { of, kind: kind as AsideKind, hash };
}

/** True when the file is what was kept; a link or a pipe never is. Reads it in pieces. */
export async function isAsKept(file: string, key: Uint8Array): Promise<boolean> {
  const parsed = parseAsideFile(file);
  if (!parsed) return false;
  const hash = await asideHash(key, file, parsed.of, parsed.kind);
  return hash === parsed.hash;
}

/** Keeps the bytes that don't belong to a file. Keeping the same again changes nothing. */
export async function keepBytes(bytes: Uint8Array, of: string, kind: AsideKind, layout: Layout, key: Uint8Array): Promise<string> {
  const hash = begin(key, of, kind).update(bytes).digest('hex');
  const kept = path.join(layout.aside, `${of}.${kind}-${hash}`);
  await writeAtomically(kept, bytes);
  return kept;
}

/**
 * Keeps a copy of a file as it is; `of` is the name that it is kept under. Rejects for what is no plain file: what a link
 * leads to is none of the log's, and must not get into it.
 */
export async function keepCopy(file: string, of: string, layout: Layout, key: Uint8Array): Promise<string> {
  await makeFolder(layout.aside);
  const temporary = path.join(layout.aside, `${randomBytes(6).toString('hex')}.tmp`);
  const hash = begin(key, of, 'corrupt');
  try {
    const copy = await open(temporary, 'wx', 0o600);
    try {
      if (!(await readInto(hash, file, (chunk) => copy.writeFile(chunk)))) throw new Error(`${path.basename(file)} is no plain file`);
      await copy.sync();
    } finally {
      await copy.close();
    }
    const kept = path.join(layout.aside, `${of}.corrupt-${hash.digest('hex')}`);
    await rename(temporary, kept);
    await syncFolder(layout.aside);
    return kept;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Moves a file out of the way under a name that says what is wrong with it. What is no plain file has no content to name it by: `verify` calls it foreign. */
export async function setAside(file: string, layout: Layout, key: Uint8Array): Promise<string> {
  const of = path.basename(file).slice(0, 150);
  const hash = await asideHash(key, file, of, 'corrupt');
  const kept = path.join(layout.aside, `${of}.${hash === undefined ? `foreign-${randomBytes(6).toString('hex')}` : `corrupt-${hash}`}`);
  await makeFolder(layout.aside);
  await rename(file, kept);
  await syncFolder(layout.aside);
  await syncFolder(path.dirname(file));
  return kept;
}

type Hash = ReturnType<typeof keyedHasher>;

const begin = (key: Uint8Array, of: string, kind: AsideKind): Hash => keyedHasher(key, 'aside').update(`${kind} ${of}\n`);

/** `undefined` for what is no plain file, and where there is nothing. */
async function asideHash(key: Uint8Array, file: string, of: string, kind: AsideKind): Promise<string | undefined> {
  const hash = begin(key, of, kind);
  return (await readInto(hash, file)) ? hash.digest('hex') : undefined;
}

async function readInto(hash: Hash, file: string, take?: (chunk: Buffer) => Promise<void>): Promise<boolean> {
  const handle = await openPlain(file);
  if (handle === undefined || handle === 'missing') return false;
  try {
    for await (const chunk of handle.createReadStream({ highWaterMark: 256 * 1024, autoClose: false })) {
      hash.update(chunk as Buffer);
      await take?.(chunk as Buffer);
    }
    return true;
  } finally {
    await handle.close();
  }
}
