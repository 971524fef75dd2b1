import { statSync, writeSync } from 'node:fs';
import { open, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { roomBytes } from '../storage/data-end.js';
import { hasCode, makeFolder, orMissing, syncFolder } from '../storage/durable-file.js';

/** Something else moved, removed, cut or added to the file. What was to be appended is not in the log. */
export class JournalDisturbed extends Error {
  override readonly name = 'JournalDisturbed';
}

/**
 * A call that takes longer shows a disk that makes the caller wait: a network drive, or one with a full write queue.
 * The rest of the file is then written without blocking the thread.
 */
const slowMilliseconds = 25;

/**
 * A file that is only appended to, and whose end is durable or taken back. Behind its data it keeps room, filled with zeros,
 * that goes when it is closed (data-end.ts). Bytes go into the page cache synchronously:
 * a copy of a few microseconds, where a way through the thread pool takes longer than that. Only the flush waits.
 */
export class JournalFile {
  /** Bytes that are durable: where the next line starts. */
  #size = 0;
  /** Of the file, with its room. */
  #length = 0;
  #usable = true;
  #slow = false;

  private constructor(
    readonly file: string,
    private readonly handle: FileHandle,
    private readonly inode: number,
  ) {}

  /** Makes the file and its folder, durably. Rejects with the file system's error, and leaves nothing behind then. */
  static async create(file: string): Promise<JournalFile> {
    await makeFolder(path.dirname(file));
    const handle = await open(file, 'wx', 0o600);
    try {
      await syncFolder(path.dirname(file));
      return new JournalFile(file, handle, (await handle.stat()).ino);
    } catch (error) {
      await handle.close();
      await rm(file, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  get size(): number {
    return this.#size;
  }

  /** False after a failure that leaves open what is on disk: nothing may be appended any more. */
  get usable(): boolean {
    return this.#usable;
  }

  /**
   * Resolves when the bytes are durable, under the file's own name. Rejects with `JournalDisturbed` or the file system's
   * error; what was written of the bytes is taken back then, as far as the disk lets that be done.
   */
  async append(bytes: Uint8Array): Promise<void> {
    try {
      await this.#write(bytes);
    } catch (error) {
      // A full disk takes the first half of a line. Cut off, the file is as good as before.
      this.#usable = await this.#takeBack();
      throw error;
    }
    try {
      await this.handle.datasync();
    } catch (error) {
      // After a failed fdatasync nobody knows which pages are on disk, and the next one may not tell.
      this.#usable = false;
      await this.#takeBack();
      throw error;
    }
    await this.#checkPlace();
    this.#size += bytes.length;
  }

  /** Twice is harmless. Rejects with the file system's error; the room may still be there then, and mending finds it. */
  async close(): Promise<void> {
    const hasRoom = this.#usable && this.#length > this.#size;
    this.#usable = false;
    try {
      if (!hasRoom) return;
      await this.handle.truncate(this.#size);
      await this.handle.datasync();
    } finally {
      await this.handle.close();
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.#put(bytes, this.#size);
    const end = this.#size + bytes.length;
    if (end <= this.#length) return;
    this.#length = end;
    try {
      const room = roomBytes - (end % roomBytes);
      await this.#put(Buffer.alloc(room), end);
      this.#length = end + room;
    } catch {
      // A full disk has room for the line and none for more.
      await this.handle.truncate(end);
    }
  }

  async #put(bytes: Uint8Array, at: number): Promise<void> {
    if (this.#slow) {
      for (let done = 0; done < bytes.length; ) done += accepted((await this.handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten);
      return;
    }
    this.#timed(() => {
      // A write may be short: the rest then fails with the reason, or goes through.
      for (let done = 0; done < bytes.length; ) done += accepted(writeSync(this.handle.fd, bytes, done, bytes.length - done, at + done));
    });
  }

  /** An open file outlives its name. What is durable under no name, or under another, is nothing that a reader finds. */
  async #checkPlace(): Promise<void> {
    let found;
    try {
      found = this.#slow ? await orMissing(stat(this.file)) : this.#timed(() => statSync(this.file, { throwIfNoEntry: false }));
    } catch (error) {
      // A volume that went away. ENOTDIR: a file stands where the folder was.
      this.#usable = false;
      await this.#takeBack();
      if (!hasCode(error, 'ENOTDIR')) throw error;
    }
    if (found?.ino === this.inode && found.size === this.#length) return;
    this.#usable = false;
    // A moved file loses its last lines, for they are written again elsewhere. One that was changed is left as evidence.
    if (found?.ino !== this.inode) await this.#takeBack();
    throw new JournalDisturbed('the journal was moved or changed');
  }

  /** Cuts off what isn't durable, so that a refused event doesn't stand in the log. Where it fails, mending finds the rest. */
  async #takeBack(): Promise<boolean> {
    try {
      await this.handle.truncate(this.#size);
      await this.handle.datasync();
      this.#length = this.#size;
      return true;
    } catch {
      return false;
    }
  }

  #timed<T>(work: () => T): T {
    const started = performance.now();
    const result = work();
    this.#slow ||= performance.now() - started > slowMilliseconds;
    return result;
  }
}

function accepted(bytes: number): number {
  if (bytes === 0) throw new Error('the disk takes no bytes and tells no reason');
  return bytes;
}
