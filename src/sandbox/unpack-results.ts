import type { Extract, Header } from 'tar-stream';
import type { LeftOut, SandboxFile } from '../ports/sandbox.js';
import { visibleLine } from '../visible.js';
import { isPlainName } from '../policy/path/plain-name.js';
import { limits } from './limits.js';

const folder = 'results/';
const mostNamed = 20;
const megabytes = (bytes: number): string => `${bytes / 1024 / 1024} MB`;

/** What can stand in a tar archive besides files (pax, "typeflag"); the program made them, nobody follows them. */
const kinds: Partial<Record<Header['type'], string>> = {
  link: 'a second name of another file',
  symlink: 'a link',
  'character-device': 'a device',
  'block-device': 'a device',
  fifo: 'a pipe',
};

/**
 * Takes the files out of the archive of a result folder while it comes. The program shaped what is in it, so only plain
 * files with plain names count, no more and no larger ones than the limits say, and nothing touches a disk.
 */
export class ResultUnpacker {
  readonly #files = new Map<string, SandboxFile>();
  readonly #leftOut: LeftOut[] = [];
  #unnamed = 0;
  #input: Promise<Extract> | undefined;
  #done: Promise<void> | undefined;
  #bytes = 0;
  #isFull = false;

  /** False from when there is too much of it: nothing more has to be read. */
  push(bytes: Buffer): boolean {
    this.#bytes += bytes.length;
    // Headers and padding of so many files are a small part of that.
    if (this.#bytes > 2 * limits.resultBytes) this.#isFull = true;
    if (this.#isFull) return false;
    this.#input ??= this.#open();
    void this.#input.then((input) => input.write(bytes));
    return true;
  }

  /** What came. Never rejects: an archive that breaks off, or is none, gives what was whole in it. */
  async end(): Promise<{ readonly files: readonly SandboxFile[]; readonly leftOut: readonly LeftOut[] }> {
    if (this.#input) {
      (await this.#input).end(undefined);
      await this.#done;
    }
    if (this.#isFull) this.#leaveOut('the rest', `there is more than ${megabytes(limits.resultBytes)} in all`);
    if (this.#unnamed > 0) this.#leftOut.push({ name: `${this.#unnamed} more`, reason: 'for the like reasons' });
    // The engine's file system lists them in no order that means anything.
    const files = [...this.#files.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return { files, leftOut: this.#leftOut };
  }

  async #open(): Promise<Extract> {
    const { extract } = await import('tar-stream');
    const input = extract();
    this.#done = this.#take(input);
    return input;
  }

  async #take(entries: Extract): Promise<void> {
    let kept = 0;
    try {
      for await (const entry of entries) {
        assertSound(entry.header);
        // A folder has nothing to read, and the reader would wait for ever for one that says it has.
        if (entry.header.type === 'directory') continue;
        const reason = this.#reasonAgainst(entry.header, kept);
        const name = entry.header.name.slice(folder.length);
        if (reason) this.#leaveOut(name, reason);
        const chunks: Uint8Array[] = [];
        for await (const chunk of entry as AsyncIterable<Uint8Array>) if (reason === undefined) chunks.push(chunk);
        if (reason === undefined) this.#files.set(name, { name, bytes: Buffer.concat(chunks) });
        kept += chunks.reduce((sum, chunk) => sum + chunk.length, 0);
      }
    } catch {
      this.#leaveOut('the rest', 'it did not arrive whole');
    }
  }

  /** Why the entry is not taken. */
  #reasonAgainst({ name, type, size }: Header, kept: number): string | undefined {
    if (type !== 'file') return kinds[type] ?? 'not a plain file';
    const plain = name.slice(folder.length);
    if (!name.startsWith(folder) || !isPlainName(plain) || this.#files.has(plain)) return 'its name can\'t be used';
    if (size > limits.resultFileBytes) return `larger than ${megabytes(limits.resultFileBytes)}`;
    if (this.#files.size >= limits.resultFiles) return `more than ${limits.resultFiles} files`;
    if (kept + size > limits.resultBytes) return `more than ${megabytes(limits.resultBytes)} in all`;
    return undefined;
  }

  #leaveOut(name: string, reason: string): void {
    // Cut first: a path of nested folders can be a megabyte long, and looking at each of its characters would hold up the editor.
    if (this.#leftOut.length < mostNamed) this.#leftOut.push({ name: visibleLine(name.slice(0, 200)).slice(0, 200), reason });
    else this.#unnamed += 1;
  }
}

/** Throws for a header that no archiver writes: with a size that is no number the reader would wait for ever. */
function assertSound({ size }: { readonly size: unknown }): void {
  if (!Number.isSafeInteger(size) || Number(size) < 0) throw new Error('A header of the archive makes no sense.');
}
