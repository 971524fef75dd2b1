import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { AxonError } from '../../errors.js';
import { closedFile, parseJournalFile } from '../journal/journal-name.js';
import { Pace } from '../pace.js';
import { namesIn } from '../storage/durable-file.js';
import { keyIdOf, otherLogs, type Layout } from '../storage/layout.js';
import type { AnchorState } from '../storage/anchor-state.js';
import { dataEnd } from '../storage/data-end.js';
import { openPlain } from '../storage/plain-file.js';
import { bundleReadme } from './bundle-readme.js';
import { isBundlePath, manifestName, manifestText, type ManifestFile } from './manifest.js';
import { padding, tarEnd, tarHeader } from './tar.js';

export interface BundleOptions {
  readonly layout: Layout;
  readonly key: Uint8Array;
  /** Loaded before this is called: no journal may be in it that is younger than the bundle. */
  readonly anchor: AnchorState;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly signal?: AbortSignal;
  /** Must not throw. */
  readonly onProgress?: (progress: BundleProgress) => void;
}

/** Every file is read twice: `bytes` goes to `totalBytes` over both. */
export interface BundleProgress {
  readonly bytes: number;
  readonly totalBytes: number;
}

const chunkBytes = 256 * 1024;
/** A journal in use is copied at once, up to its last whole line. Axon ends a journal long before this. */
const mostOfLiveJournal = 64 * 1024 * 1024;
/** What the header of an archive can say. */
const mostBytes = 8 ** 11 - 1;

/** The folder that everything in a bundle is in. */
const bundleFolder = (keyId: string, madeAt: number): string => `axon-audit-${keyId}-${new Date(madeAt).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
export const bundleFolderPattern = /^axon-audit-[0-9a-f]{16}-\d{8}T\d{6}Z$/;

/**
 * The bytes of a bundle's tar archive, not compressed yet. The caller holds the folder's lock, so that nothing folds or
 * leaves; windows may append meanwhile. Rejects with `cancelled`, with `conflict` when a file changes that mustn't, or
 * with the file system's error.
 */
export async function* bundleChunks(options: BundleOptions): AsyncGenerator<Uint8Array, void, undefined> {
  const { layout, key, anchor, now } = options;
  const work = new Work(options);
  const { sources, leftOut } = await work.plan();
  const keyId = keyIdOf(key);
  const readme = Buffer.from(bundleReadme({ keyId, madeAt: now }));
  const files: ManifestFile[] = [{ path: 'README.txt', size: readme.length, sha256: createHash('sha256').update(readme).digest('hex') }];
  for (const source of sources) files.push({ path: source.path, size: source.size, sha256: await work.hash(source) });
  const manifest = Buffer.from(manifestText(key, { keyId, madeAt: now, anchor, files, leftOut, otherLogs: await otherLogs(layout) }));
  const folder = bundleFolder(keyId, now);
  // The manifest first: whoever unpacks knows then what may follow.
  for (const [name, bytes] of [[manifestName, manifest], ['README.txt', readme]] as const) {
    yield tarHeader({ name: `${folder}/${name}`, size: bytes.length }, now);
    yield bytes;
    yield padding(bytes.length);
  }
  for (const [index, source] of sources.entries()) {
    yield tarHeader({ name: `${folder}/${source.path}`, size: source.size }, now);
    const hash = createHash('sha256');
    yield* work.content(source, hash);
    if (hash.digest('hex') !== files[index + 1]?.sha256) throw changed(source);
    yield padding(source.size);
  }
  yield tarEnd;
}

/** One file as it was when the bundle was begun. */
interface Source {
  readonly path: string;
  readonly file: string;
  readonly size: number;
  /** The content of a journal in use. */
  readonly held?: Buffer;
}

class Work {
  readonly #pace: Pace;
  #bytes = 0;
  #totalBytes = 0;

  constructor(private readonly options: BundleOptions) {
    this.#pace = new Pace(options.signal, 'The export of the audit log');
  }

  async plan(): Promise<{ readonly sources: Source[]; readonly leftOut: string[] }> {
    const { segments, journals, aside } = this.options.layout;
    const sources: Source[] = [];
    const leftOut: string[] = [];
    for (const [place, folder] of [['segments', segments], ['journals', journals], ['aside', aside]] as const) {
      for (const name of await namesIn(folder)) {
        if (name.endsWith('.tmp')) continue;
        const source = await this.#source(place, folder, name);
        if (source === undefined) leftOut.push(`${place}/${name}`);
        else if (source !== 'missing') sources.push(source);
      }
    }
    this.#totalBytes = 2 * sources.reduce((sum, each) => sum + each.size, 0);
    return { sources, leftOut };
  }

  async hash(source: Source): Promise<string> {
    const hash = createHash('sha256');
    const chunks = this.content(source, hash);
    while (!(await chunks.next()).done) this.#pace.check();
    return hash.digest('hex');
  }

  /** Exactly as many bytes as the plan says. */
  async *content(source: Source, hash: Hash): AsyncGenerator<Buffer, void, undefined> {
    const { held, file, size } = source;
    if (held) {
      hash.update(held);
      yield held;
      await this.#breathe(size);
      return;
    }
    const handle = await openPlain(file);
    if (handle === undefined || handle === 'missing') throw changed(source);
    try {
      for (let offset = 0; offset < size; ) {
        const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, size - offset));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
        if (bytesRead === 0) throw changed(source);
        const chunk = buffer.subarray(0, bytesRead);
        hash.update(chunk);
        yield chunk;
        offset += bytesRead;
        await this.#breathe(bytesRead);
      }
    } finally {
      await handle.close();
    }
  }

  /** `undefined`: it can't be taken along. `missing`: it is gone, and what it held is elsewhere. */
  async #source(place: string, folder: string, name: string): Promise<Source | 'missing' | undefined> {
    const journal = place === 'journals' ? parseJournalFile(name) : undefined;
    if (!isBundlePath(`${place}/${name}`)) return undefined;
    const file = path.join(folder, name);
    const handle = await openPlain(file);
    // A window may close its journal under our eyes.
    if (handle === 'missing') return journal?.live ? this.#source(place, folder, closedFile(journal.journal.name)) : 'missing';
    if (!handle) return undefined;
    try {
      const { size } = await handle.stat();
      if (size > mostBytes) return undefined;
      const source = { path: `${place}/${name}`, file, size };
      if (!journal?.live || size > mostOfLiveJournal) return source;
      const held = await wholeLines(handle, await dataEnd(handle, size));
      return { ...source, size: held.length, held };
    } finally {
      await handle.close();
    }
  }

  async #breathe(bytes: number): Promise<void> {
    this.#bytes += bytes;
    if (!this.#pace.isDue) return;
    this.options.onProgress?.({ bytes: this.#bytes, totalBytes: this.#totalBytes });
    await this.#pace.breathe();
  }
}

/** What is behind the last newline is just being written. */
async function wholeLines(handle: FileHandle, size: number): Promise<Buffer> {
  const buffer = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await handle.read(buffer, length, size - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, buffer.subarray(0, length).lastIndexOf(10) + 1);
}

const changed = ({ path: name }: Source): AxonError => new AxonError('conflict', `A file of the audit log changed while it was copied: ${name}.`, 'Try again. If it happens again, run "Axon: Verify Audit Log".');
