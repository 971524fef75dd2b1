import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

/**
 * Bytes by which a journal that is being written is made longer at once, filled with zeros. To flush bytes that are written
 * over costs half of what it costs to flush a file that grew: the file system has nothing to note of its length.
 */
export const roomBytes = 64 * 1024;
/** More zeros than that are none of our room, and are read as what somebody put there. */
const mostRoom = 2 * roomBytes;

/**
 * Where the data of a journal ends and the room begins; no line has a zero byte in it. Whoever reads on from there may meet
 * bytes that are being written: all before it is written already, for a journal is written from its start to its end.
 */
export async function dataEnd(handle: FileHandle, size: number): Promise<number> {
  const bytes = Buffer.alloc(Math.min(size, mostRoom));
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, size - bytes.length);
  return endIn(bytes.subarray(0, bytesRead), size - bytes.length);
}

/** The same, for who can't wait. */
export function dataEndSync(descriptor: number, size: number): number {
  const bytes = Buffer.alloc(Math.min(size, mostRoom));
  const bytesRead = readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
  return endIn(bytes.subarray(0, bytesRead), size - bytes.length);
}

function endIn(bytes: Buffer, offset: number): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return end === 0 && offset > 0 ? offset + bytes.length : offset + end;
}
