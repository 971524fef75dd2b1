import { checkSize, PictureProblem } from '../picture-problem.js';
import type { PictureSize } from '../picture-problem.js';

/** CSS pixels of each unit (CSS Values, 6.2); a number alone is pixels. */
const units: Readonly<Record<string, number>> = { '': 1, px: 1, pt: 4 / 3, pc: 16, in: 96, cm: 96 / 2.54, mm: 96 / 25.4 };
const number = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,2})?`;
const length = new RegExp(`^\\s*(${number})(px|pt|pc|in|cm|mm)?\\s*$`, 'i');
const box = new RegExp(`^\\s*${number}(?:(?:\\s*,\\s*|\\s+)${number}){3}\\s*$`, 'i');
/** What a picture without any size has (CSS 2, 10.3.2). */
const usual: PictureSize = { width: 300, height: 150 };

function pixels(text: string | undefined): number | undefined {
  const match = length.exec(text ?? '');
  return match ? Number(match[1]) * (units[(match[2] ?? '').toLowerCase()] ?? 1) : undefined;
}

type Box = readonly [x: number, y: number, width: number, height: number];

function boxOf(text: string | undefined): Box | undefined {
  if (text === undefined || !box.test(text)) return undefined;
  const [x = 0, y = 0, width = 0, height = 0] = text.trim().split(/\s*,\s*|\s+/).map(Number);
  if (!(width > 0 && height > 0 && width < 1e7 && height < 1e7)) throw new PictureProblem('It has no size that can be drawn.');
  return [x, y, width, height];
}

export interface RootSize extends PictureSize {
  /** What of the picture's own units is drawn. */
  readonly box: Box | undefined;
}

/** The size that a picture's root element asks for; throws `PictureProblem` when it can't be drawn. */
export function sizeOf(attributes: ReadonlyMap<string, string>): RootSize {
  const drawn = boxOf(attributes.get('viewBox'));
  const ratio = drawn && drawn[2] / drawn[3];
  const [width, height] = [pixels(attributes.get('width')), pixels(attributes.get('height'))];
  const size: PictureSize = {
    width: width ?? (height !== undefined && ratio !== undefined ? height * ratio : (drawn?.[2] ?? usual.width)),
    height: height ?? (width !== undefined && ratio !== undefined ? width / ratio : (drawn?.[3] ?? usual.height)),
  };
  checkSize(size);
  return { ...size, box: drawn };
}
