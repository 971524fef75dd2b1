import { checkSize, PictureProblem } from './picture-problem.js';
import type { PictureSize } from './picture-problem.js';

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Length (13) and name of the header chunk, which stands first (ISO/IEC 15948, 11.2.2). */
const header = [0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];
const type = (name: string): readonly number[] => Array.from(name, (letter) => letter.charCodeAt(0));
/** Of a picture that moves (APNG): one frame is what is shown, and the number of frames is the program's. */
const animation = type('acTL');
const end = type('IEND');

const holds = (bytes: Uint8Array, at: number, wanted: readonly number[]): boolean => wanted.every((byte, index) => bytes[at + index] === byte);

/**
 * The size that a PNG says it has. Throws `PictureProblem` for bytes that are none or break off, for more pixels than are
 * shown, and for a picture that moves. The pixels are the browser's decoder's to judge: it refuses what is broken, and
 * allocates no more than this size.
 */
export function checkPng(bytes: Uint8Array): PictureSize {
  if (!holds(bytes, 0, signature) || !holds(bytes, signature.length, header)) throw new PictureProblem('It is no PNG picture.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33) throw brokenOff();
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  checkSize(size);
  // Length, name, data and sum of each chunk (5.3), up to the last one.
  for (let at = signature.length; !holds(bytes, at + 4, end); at += view.getUint32(at) + 12) {
    if (at + 12 > bytes.length) throw brokenOff();
    if (holds(bytes, at + 4, animation)) throw new PictureProblem('It is an animation; only still pictures are shown.');
  }
  return size;
}

const brokenOff = (): PictureProblem => new PictureProblem('It breaks off.');
