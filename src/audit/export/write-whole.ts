import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { AxonError, isCancelled, messageOf } from '../../errors.js';
import { hasCode } from '../storage/durable-file.js';

export interface Written {
  readonly bytes: number;
  /** Of the whole file, hex. */
  readonly sha256: string;
}

/**
 * Writes a file that only its owner can read, as the chunks come. It has its name only when it is whole; whatever happens,
 * nothing half-written is left. Rejects with `cancelled`, with what the chunks reject with, or with `io`.
 */
export async function writeWhole(chunks: AsyncIterable<string | Uint8Array>, file: string, options: { readonly signal?: AbortSignal; readonly gzip?: boolean } = {}): Promise<Written> {
  const { signal, gzip } = options;
  const partial = `${file}.${randomBytes(4).toString('hex')}.partial`;
  const hash = createHash('sha256');
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const target = createWriteStream(partial, { mode: 0o600, flags: 'wx', flush: true });
  try {
    const source = Readable.from(chunks, { objectMode: true });
    if (gzip) await pipeline(source, createGzip(), count, target, { ...(signal && { signal }) });
    else await pipeline(source, count, target, { ...(signal && { signal }) });
    await rename(partial, file);
    return { bytes, sha256: hash.digest('hex') };
  } catch (error) {
    if (signal?.aborted || isCancelled(error)) throw new AxonError('cancelled', 'The export was stopped; nothing of it is left.');
    throw error instanceof AxonError ? error : unwritable(error, file);
  } finally {
    await rm(partial, { force: true });
  }
}

function unwritable(error: unknown, file: string): AxonError {
  if (hasCode(error, 'ENOSPC', 'EDQUOT')) return new AxonError('io', `There is no room for ${file}.`, 'Free some space or choose another place.', { cause: error });
  if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) return new AxonError('io', `${file} can't be written there.`, 'Choose a folder that you may write to.', { cause: error });
  if (hasCode(error, 'ENOENT')) return new AxonError('io', `The folder of ${file} is not there.`, 'Choose another place.', { cause: error });
  return new AxonError('io', `${file} can't be written: ${messageOf(error)}`, '', { cause: error });
}
