/**
 * As much of the tar format as a bundle needs: plain files and nothing else (POSIX ustar, with a pax header where a name is
 * longer than 100 bytes; IEEE Std 1003.1, "pax Interchange Format"). What an archive may hold besides, links, devices,
 * folders, sparse files, is refused when reading: a general reader would do something with it.
 */
const block = 512;
const longestName = 100;
/** One record with one name. */
const longestPax = 1_024;

export interface TarFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/** What stands before a file's bytes. Names are ASCII, with forward slashes. `at`: milliseconds since the epoch. */
export function tarHeader({ name, size }: TarFile, at: number): Buffer {
  if (name.length <= longestName) return header({ name, size }, '0', at);
  const pax = paxRecord(name);
  return Buffer.concat([header({ name: 'name', size: pax.length }, 'x', at), pax, padding(pax.length), header({ name: name.slice(-longestName), size }, '0', at)]);
}

/** What stands after a file's bytes. */
export const padding = (size: number): Buffer => Buffer.alloc((block - (size % block)) % block);

/** What stands after the last file. */
export const tarEnd = Buffer.alloc(2 * block);

function header({ name, size }: TarFile, type: '0' | 'x', at: number): Buffer {
  const bytes = Buffer.alloc(block);
  const octal = (value: number, length: number): string => value.toString(8).padStart(length - 1, '0');
  bytes.write(name, 0, longestName, 'ascii');
  bytes.write(octal(0o600, 8), 100, 'ascii');
  bytes.write(octal(0, 8), 108, 'ascii');
  bytes.write(octal(0, 8), 116, 'ascii');
  bytes.write(octal(size, 12), 124, 'ascii');
  bytes.write(octal(Math.max(0, Math.trunc(at / 1000)), 12), 136, 'ascii');
  bytes.write(type, 156, 'ascii');
  bytes.write('ustar\u000000', 257, 'ascii');
  bytes.write(`${octal(checksum(bytes), 7)}\0 `, 148, 'ascii');
  return bytes;
}

/** The sum of all bytes, with blanks where the sum itself stands. */
function checksum(bytes: Uint8Array): number {
  let sum = 8 * 32;
  for (let at = 0; at < block; at += 1) if (at < 148 || at >= 156) sum += bytes[at] ?? 0;
  return sum;
}

/** `LENGTH path=NAME\n`, where the length counts itself. */
function paxRecord(name: string): Buffer {
  const rest = ` path=${name}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length += 1;
  return Buffer.from(`${length}${rest}`, 'ascii');
}

/** Why the archive isn't one that Axon wrote. */
export class TarBroken extends Error {
  override readonly name = 'TarBroken';
}

/** Reads an archive from first to last. Nothing is kept: the caller takes each file's bytes, or doesn't. */
export class TarReader {
  #rest: Buffer = Buffer.alloc(0);
  readonly #chunks: AsyncIterator<Buffer>;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next file; `undefined` at the end. Its bytes have to be taken first. Throws `TarBroken`. */
  async next(): Promise<TarFile | undefined> {
    let name: string | undefined;
    for (;;) {
      const bytes = await this.#exactly(block);
      if (bytes.every((byte) => byte === 0)) return this.#end();
      const { type, ...file } = parseHeader(bytes);
      if (type === '0') return { name: name ?? file.name, size: file.size };
      if (type !== 'x' || name !== undefined) throw new TarBroken('it holds something that is not a plain file');
      if (file.size > longestPax) throw new TarBroken('a name in it is too long');
      name = parsePax(await this.#exactly(file.size));
      await this.#exactly(padding(file.size).length);
    }
  }

  /** The bytes of the file that `next` gave, in chunks, with what stands after them. */
  async *content(size: number): AsyncGenerator<Buffer, void, undefined> {
    for (let left = size; left > 0; ) {
      const chunk = this.#rest.length > 0 ? this.#rest : await this.#more();
      if (!chunk) throw new TarBroken('it ends in the middle of a file');
      const part = chunk.subarray(0, left);
      this.#rest = chunk.subarray(part.length);
      left -= part.length;
      yield part;
    }
    await this.#exactly(padding(size).length);
  }

  /** One more empty block, and nothing after it. */
  async #end(): Promise<undefined> {
    if (!(await this.#exactly(block)).every((byte) => byte === 0)) throw new TarBroken('its end is not marked as one');
    if (this.#rest.length > 0 || (await this.#more())) throw new TarBroken('something stands behind its end');
    return undefined;
  }

  async #exactly(count: number): Promise<Buffer> {
    while (this.#rest.length < count) {
      const chunk = await this.#more();
      if (!chunk) throw new TarBroken('it is cut off');
      this.#rest = Buffer.concat([this.#rest, chunk]);
    }
    const bytes = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return bytes;
  }

  async #more(): Promise<Buffer | undefined> {
    const next = await this.#chunks.next();
    return next.done ? undefined : next.value;
  }
}

function parseHeader(bytes: Buffer): TarFile & { readonly type: string } {
  const text = (from: number, length: number): string => {
    const field = bytes.toString('latin1', from, from + length);
    const end = field.indexOf('\0');
    return end === -1 ? field : field.slice(0, end);
  };
  const number = (from: number, length: number): number => {
    const digits = text(from, length).trim();
    if (!/^[0-7]{1,11}$/.test(digits)) throw new TarBroken('a header in it can\'t be read');
    return Number.parseInt(digits, 8);
  };
  if (number(148, 8) !== checksum(bytes) || text(257, 6) !== 'ustar') throw new TarBroken('a header in it is not whole');
  if (text(345, 155) !== '') throw new TarBroken('a name in it is written in a way that Axon doesn\'t use');
  return { name: text(0, longestName), size: number(124, 12), type: text(156, 1) };
}

function parsePax(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  const name = /^\d+ path=([^\n\0]+)\n$/.exec(text)?.[1];
  if (name === undefined || !paxRecord(name).equals(bytes)) throw new TarBroken('a name in it is written in a way that Axon doesn\'t use');
  return name;
}
