import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { AxonError, isCancelled } from '../../errors.js';
import { Pace } from '../pace.js';
import { keyIdOf } from '../storage/layout.js';
import { findingOf, type Fault, type VerifyFinding } from '../verify/finding.js';
import { openPlain } from '../storage/plain-file.js';
import { bundleFolderPattern } from './bundle.js';
import { isBundlePath, longestManifest, manifestName, readManifest, type Manifest, type ManifestFile } from './manifest.js';
import { otherKey } from './other-key.js';
import { TarBroken, TarReader } from './tar.js';

export interface UnpackedBundle {
  /** A folder of its own that only this account can look into; the caller removes it. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** What is wrong with the archive itself. */
  readonly findings: readonly VerifyFinding[];
  /** Of the whole file, hex. */
  readonly sha256: string;
}

export interface UnpackOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly bytes: number; readonly totalBytes: number }) => void;
}

const chunkBytes = 256 * 1024;
/** Bytes of headers around one file, at most. */
const overhead = 4 * 512 + 1_024;

/**
 * Unpacks a bundle into a temporary folder. Nothing is written that the sealed manifest, which comes first, doesn't list, and
 * no more than it says; so an archive made to harm can neither place a file elsewhere nor fill the disk. Rejects with
 * `AxonError`: `not-text` when it isn't a bundle, `denied` when it was made with another key, `cancelled`, `not-found`, `io`.
 */
export async function unpackBundle(file: string, key: Uint8Array, options: UnpackOptions = {}): Promise<UnpackedBundle> {
  const handle = await openPlain(file);
  if (handle === undefined || handle === 'missing') throw new AxonError('not-found', `${file} is not there, or is not a plain file.`, 'Give the path of a bundle or of a folder.');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'axon-bundle-'));
  try {
    return await new Unpacking(handle, file, folder, key, options).run();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

class Unpacking {
  readonly #findings: VerifyFinding[] = [];
  readonly #name: string;
  readonly #pace: Pace;
  readonly #hash = createHash('sha256');
  /** Bytes that came out of the compressed file, and how many may. */
  #unpacked = 0;
  #most = longestManifest + 2 * overhead;

  constructor(
    private readonly handle: FileHandle,
    private readonly file: string,
    private readonly folder: string,
    private readonly key: Uint8Array,
    private readonly options: UnpackOptions,
  ) {
    this.#name = path.basename(file);
    this.#pace = new Pace(options.signal, 'The check of the bundle');
  }

  async run(): Promise<UnpackedBundle> {
    const compressed = Readable.from(this.#read());
    const gunzip = createGunzip();
    compressed.on('error', (error) => gunzip.destroy(error));
    compressed.pipe(gunzip);
    const tar = new TarReader(this.#count(gunzip));
    let manifest: Manifest | undefined;
    try {
      const [read, top] = await this.#manifest(tar);
      manifest = read;
      await this.#files(tar, manifest, top);
      if ((await this.#lengthAtEnd()) !== this.#unpacked % 2 ** 32) throw new TarBroken('something stands behind its end');
    } catch (error) {
      if (error instanceof AxonError || isCancelled(error)) throw error;
      if (!isDamage(error)) throw error;
      if (!manifest) throw new AxonError('not-text', `${this.file} is no bundle of an Axon audit log, or its beginning is damaged.`, 'Get it again from where it was made.', { cause: error });
      this.#note('changed', this.#name, `${this.#name} is not what was written${error instanceof TarBroken ? `: ${error.message}` : ', and can\'t be unpacked to its end'}`);
    } finally {
      compressed.destroy();
      gunzip.destroy();
    }
    return { folder: this.folder, manifest, findings: this.#findings, sha256: await this.#wholeHash() };
  }

  async #manifest(tar: TarReader): Promise<[Manifest, string]> {
    const entry = await tar.next();
    const [top = '', name] = entry?.name.split('/') ?? [];
    if (!entry || name !== manifestName || !bundleFolderPattern.test(top) || entry.size > longestManifest) throw new TarBroken('it doesn\'t begin with a manifest');
    const chunks: Buffer[] = [];
    for await (const chunk of tar.content(entry.size)) chunks.push(Buffer.from(chunk));
    const keyId = keyIdOf(this.key);
    const manifest = readManifest(this.key, keyId, Buffer.concat(chunks).toString('utf8'));
    if (manifest === 'other-key') throw otherKey(this.file, keyId);
    if (manifest === 'changed') throw new AxonError('not-text', `The manifest of ${this.file} is not what was written, so nothing in it can be relied on.`, 'Get the bundle again from where it was made. To look at what is left, unpack it and check the folder.');
    this.#most = this.#unpacked + manifest.files.reduce((sum, each) => sum + each.size + overhead, chunkBytes);
    return [manifest, top];
  }

  async #files(tar: TarReader, manifest: Manifest, top: string): Promise<void> {
    const listed = new Map(manifest.files.map((each) => [each.path, each]));
    const seen = new Set<string>();
    for (const place of ['segments', 'journals', 'aside']) await mkdir(path.join(this.folder, place), { mode: 0o700 });
    for (let entry = await tar.next(); entry; entry = await tar.next()) {
      const name = entry.name.startsWith(`${top}/`) ? entry.name.slice(top.length + 1) : undefined;
      const expected = name === undefined ? undefined : listed.get(name);
      if (!expected || seen.has(expected.path)) {
        this.#note(expected ? 'doubled' : 'inserted', entry.name);
        await drain(tar.content(entry.size));
        continue;
      }
      seen.add(expected.path);
      await this.#file(tar, entry.size, expected);
    }
    for (const each of listed.keys()) if (!seen.has(each)) this.#note('removed', each);
  }

  async #file(tar: TarReader, size: number, expected: ManifestFile): Promise<void> {
    if (size > expected.size || !isBundlePath(expected.path)) {
      this.#note('changed', expected.path);
      await drain(tar.content(size));
      return;
    }
    const hash = createHash('sha256');
    const handle = await open(path.join(this.folder, ...expected.path.split('/')), 'wx', 0o600);
    try {
      for await (const chunk of tar.content(size)) {
        hash.update(chunk);
        await handle.writeFile(chunk);
      }
    } finally {
      await handle.close();
    }
    if (size !== expected.size || hash.digest('hex') !== expected.sha256) this.#note('changed', expected.path);
  }

  #note(fault: Fault, file: string, what?: string): void {
    if (this.#findings.length < 1_000) this.#findings.push(findingOf(fault, file, {}, what));
  }

  async *#read(): AsyncGenerator<Buffer, void, undefined> {
    const totalBytes = (await this.handle.stat()).size;
    for (let offset = 0; ; ) {
      const buffer = Buffer.allocUnsafe(chunkBytes);
      const { bytesRead } = await this.handle.read(buffer, 0, chunkBytes, offset);
      if (bytesRead === 0) return;
      offset += bytesRead;
      yield buffer.subarray(0, bytesRead);
      this.options.onProgress?.({ bytes: offset, totalBytes });
      await this.#pace.breathe();
    }
  }

  async *#count(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of chunks) {
      this.#unpacked += chunk.length;
      if (this.#unpacked > this.#most) throw new TarBroken('it holds more than its manifest says');
      yield chunk;
    }
  }

  /** What the file says of the length of its content (RFC 1952, ISIZE): bytes that were put behind it don't. */
  async #lengthAtEnd(): Promise<number> {
    const { size } = await this.handle.stat();
    const { buffer } = await this.handle.read(Buffer.alloc(4), 0, 4, size - 4);
    return buffer.readUInt32LE(0);
  }

  async #wholeHash(): Promise<string> {
    for (let offset = 0; ; ) {
      const { bytesRead, buffer } = await this.handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, offset);
      if (bytesRead === 0) return this.#hash.digest('hex');
      offset += bytesRead;
      this.#hash.update(buffer.subarray(0, bytesRead));
      await this.#pace.breathe();
    }
  }
}

async function drain(chunks: AsyncGenerator<Buffer>): Promise<void> {
  while (!(await chunks.next()).done);
}

/** Errors of the decompressor have codes such as `Z_DATA_ERROR`. */
function isDamage(error: unknown): boolean {
  return error instanceof TarBroken || (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'));
}
