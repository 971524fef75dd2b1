import type { FileHandle } from 'node:fs/promises';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import type { Entry, Header } from './entry.js';

/**
 * The file of one conversation, open for writing. Lines are appended one after the other, in the order of the calls.
 * Nothing is created before the first line, so an empty conversation leaves no file.
 */
export class ConversationFile {
  #handle: FileHandle | undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** Bytes known to be whole lines; what lies behind them is the torn rest of a line. Undefined: no file yet. */
  #size: number | undefined;
  #torn: boolean;
  #closed = false;

  /** `size`: bytes of whole lines in a file that exists; `torn`: it holds more than that. */
  constructor(
    private readonly path: string,
    private header: Header,
    found?: { readonly size: number; readonly torn: boolean },
  ) {
    this.#size = found?.size;
    this.#torn = found?.torn ?? false;
  }

  get id(): string {
    return this.header.id;
  }

  get saved(): boolean {
    return this.#size !== undefined;
  }

  /** Sets the title that the file will begin with; of no effect once it is saved. */
  beginWithTitle(title: string): void {
    this.header = { ...this.header, title };
  }

  /**
   * Resolves once the operating system has the line, so that it outlives this process; `sync` makes it outlive the
   * machine. Rejects with the file system's error; the next call starts on a whole line again.
   */
  append(entry: Entry): Promise<void> {
    return this.#next(async () => {
      const first = this.#size === undefined;
      const handle = await this.#open();
      const line = Buffer.from(`${first ? `${JSON.stringify(this.header)}\n` : ''}${JSON.stringify(entry)}\n`);
      if (this.#torn) await handle.truncate(this.#size ?? 0);
      this.#torn = true;
      await handle.appendFile(line);
      this.#torn = false;
      this.#size = (this.#size ?? 0) + line.length;
    });
  }

  /** Waits for what is being written, and for the disk. */
  sync(): Promise<void> {
    return this.#next(async () => this.#handle?.datasync());
  }

  /** Waits for what is being written. Later calls of `append` do nothing. */
  close(): Promise<void> {
    return this.#next(async () => {
      this.#closed = true;
      const handle = this.#handle;
      this.#handle = undefined;
      await handle?.close();
    });
  }

  async #open(): Promise<FileHandle> {
    if (this.#handle) return this.#handle;
    await mkdir(path.dirname(this.path), { recursive: true, mode: 0o700 });
    this.#handle = await open(this.path, 'a', 0o600);
    return this.#handle;
  }

  #next(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(() => (this.#closed ? undefined : work()));
    this.#last = done.catch(() => undefined);
    return done;
  }
}
