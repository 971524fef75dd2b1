import type { ResultFileView } from '../../src/protocol/transcript.js';
import { PictureProblem } from './picture-problem.js';
import type { PictureSize } from './picture-problem.js';
import { checkPng } from './png.js';
import { askForResult } from './result-bytes.js';

export interface LoadedPicture {
  readonly blob: Blob;
  readonly size: PictureSize;
  /** Names of kinds of elements that are not shown. */
  readonly leftOut: readonly string[];
}

/**
 * The bytes of a picture, checked, and as the type that it was checked as, whatever its name says. Throws
 * `PictureProblem`. What makes an SVG safe is loaded when the first one comes.
 */
export async function loadPicture(id: string, { name, media }: ResultFileView): Promise<LoadedPicture> {
  const { bytes, problem } = await askForResult(id, name);
  if (!bytes) throw new PictureProblem(problem ?? 'It did not arrive.');
  if (media === 'image/svg+xml') {
    const { makeSafeSvg } = await import('./svg/safe-svg.js');
    const { text, size, leftOut } = makeSafeSvg(bytes);
    return { blob: new Blob([text], { type: media }), size, leftOut };
  }
  return { size: checkPng(bytes), blob: new Blob([new Uint8Array(bytes)], { type: 'image/png' }), leftOut: [] };
}
