import { checkSize, PictureProblem } from './picture-problem.js';
import type { PictureSize } from './picture-problem.js';

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Length (13) and name of the header chunk, which stands first (ISO/IEC 15948, 11.2.2). */
const header = [0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];
/** Of a picture that moves (APNG): one frame is what is shown, and the number of frames is the program's. */
const animation = [0x61, 0x63, 0x54, 0x4c];
const frames = [0x49, 0x44, 0x41, 0x54];

const holds = (bytes: Uint8Array, at: number, wanted: readonly number[]): boolean => wanted.every((byte, index) => bytes[at + index] === byte);

/**
 * The size that a PNG says it has. Throws `PictureProblem` for bytes that are none, for more pixels than are shown, and
 * for a picture that moves. The rest is the browser's decoder's to judge: it refuses what is broken, and allocates no more
 * than this size.
 */
export function checkPng(bytes: Uint8Array): PictureSize {
  if (!holds(bytes, 0, signature) || !holds(bytes, signature.length, header) || bytes.length < 33) throw new PictureProblem('It is no PNG picture.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  checkSize(size);
  if (moves(bytes, view)) throw new PictureProblem('It is an animation; only still pictures are shown.');
  return size;
}

/** Whether the chunk that makes an animation stands before the first one with pixels, the only place where it counts. */
function moves(bytes: Uint8Array, view: DataView): boolean {
  let at = signature.length;
  while (at + 12 <= bytes.length) {
    if (holds(bytes, at + 4, animation)) return true;
    if (holds(bytes, at + 4, frames)) return false;
    at += view.getUint32(at) + 12;
  }
  return false;
}
