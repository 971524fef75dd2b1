import { constants, type BigIntStats } from 'node:fs';
import { lstat, open, realpath, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, messageOf } from '../errors.js';

/** Where a workspace folder's rules stand, relative to it. */
export const policyFileName = path.join('.axon', 'policy.json');

/** Bytes. A longer file is broken, not cut: the rest could hold a rule. */
export const mostPolicyBytes = 256 * 1024;

/** The rules' file of one folder as it stands now. `broken`: it is there, or something in its place, and can't be used. */
export type PolicyFileState =
  | { readonly state: 'none' }
  | { readonly state: 'text'; readonly text: string; /** Absolute and real. */ readonly folder: string }
  | { readonly state: 'broken'; readonly message: string };

/**
 * Reads `.axon/policy.json` of a workspace folder, at every decision: two looks at the disk while nothing changed. A link
 * on the way is not followed. Never rejects.
 */
export class PolicyFile {
  readonly #file: string;
  #read: { readonly stamp: string; readonly settled: boolean; readonly state: PolicyFileState } | undefined;

  /** @param folder absolute path of the workspace folder, as the editor gives it */
  constructor(
    readonly folder: string,
    private readonly now: () => number = Date.now,
  ) {
    this.#file = path.join(folder, policyFileName);
  }

  async load(): Promise<PolicyFileState> {
    try {
      const parent = await look(path.dirname(this.#file));
      if (parent === undefined) return { state: 'none' };
      if (!parent.isDirectory()) return broken(parent.isSymbolicLink() ? '.axon is a link; rules are not read through links.' : '.axon is not a folder.');
      const found = await look(this.#file);
      if (found === undefined) return { state: 'none' };
      const stamp = stampOf(found);
      // A clock that ticks slowly gives two changes one time (as in git's index): what was read fresh is read again.
      if (this.#read?.stamp !== stamp || !this.#read.settled) {
        const settled = this.now() - Number(found.ctimeMs) > 2_000;
        this.#read = { stamp, settled, state: await this.#readAgain(found) };
      }
      return this.#read.state;
    } catch (error) {
      return broken(`It can’t be read: ${messageOf(error)}`);
    }
  }

  async #readAgain(found: BigIntStats): Promise<PolicyFileState> {
    if (found.isSymbolicLink()) return broken('It is a link; rules are not read through links.');
    if (!found.isFile()) return broken('It is not a file.');
    // Without O_NONBLOCK a pipe that took the file's place would be waited for. Windows has neither flag.
    const handle = await open(this.#file, constants.O_RDONLY | (constants.O_NOFOLLOW || 0) | (constants.O_NONBLOCK || 0));
    try {
      const opened = await handle.stat({ bigint: true });
      if (!opened.isFile() || opened.ino !== found.ino || opened.dev !== found.dev) return broken('It changed while it was read.');
      const bytes = await readBounded(handle);
      if (bytes === undefined) return broken(`It has more than ${mostPolicyBytes / 1024} KB.`);
      return { state: 'text', text: decode(bytes), folder: await realpath(this.folder) };
    } finally {
      await handle.close();
    }
  }
}

const broken = (message: string): PolicyFileState => ({ state: 'broken', message });

/** What lies there, itself and not where it leads; undefined: nothing. */
async function look(file: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(file, { bigint: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function stampOf({ dev, ino, size, mtimeNs, ctimeNs, mode }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs, mode].join(':');
}

/** The whole of it, or undefined when it is too long, whatever its size was said to be. */
async function readBounded(handle: FileHandle): Promise<Uint8Array | undefined> {
  const buffer = Buffer.alloc(mostPolicyBytes + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
  }
  return undefined;
}

/** Throws for what is not UTF-8. A byte order mark is left out, as the editor does (RFC 8259, section 8.1). */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error('it is not UTF-8 text.');
  }
}
