import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { AxonError } from '../errors.js';

export interface BodyLimits {
  /** Bytes as they come over the network. */
  readonly rawBytes: number;
  /** Bytes after unpacking. */
  readonly unpackedBytes: number;
}

/** Reads a whole body and unpacks it, and stops at the first byte over a limit. Rejects with `AxonError` `limit`, or with the stream's error. */
export async function readBody(body: Readable, contentEncoding: string, limits: BodyLimits): Promise<Buffer> {
  const decoder = decoderFor(contentEncoding);
  const raw = (chunks: AsyncIterable<Buffer>) => limited(chunks, limits.rawBytes, 'over the network');
  const parts: Buffer[] = [];
  const collect = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of limited(chunks, limits.unpackedBytes, 'unpacked')) parts.push(chunk);
  };
  if (decoder === undefined) await pipeline(body, raw, collect);
  else await pipeline(body, raw, decoder, collect);
  return Buffer.concat(parts);
}

async function* limited(chunks: AsyncIterable<Buffer>, most: number, how: string): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > most) throw new AxonError('limit', `The answer is larger than ${most / 1_000_000} MB ${how}.`, 'Fetch a smaller page.');
    yield chunk;
  }
}

/** One layer of packing at most: layers in layers are how small bombs grow large. */
function decoderFor(contentEncoding: string): Transform | undefined {
  switch (contentEncoding.trim().toLowerCase()) {
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      throw new AxonError('io', 'The answer is packed in a way that was not asked for.', 'Fetch another page.');
  }
}
