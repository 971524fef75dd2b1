/** Why a picture is not shown: a sentence for a person, without anything from the picture in it. */
export class PictureProblem extends Error {
  override readonly name = 'PictureProblem';
}

/** Pixels of one side, and of a whole picture (16 megapixels): it is unpacked to four bytes each. */
export const mostPixels = { side: 10_000, area: 16_000_000 } as const;

export interface PictureSize {
  /** In CSS pixels, more than zero. */
  readonly width: number;
  readonly height: number;
}

/** Throws `PictureProblem` for a size that isn't one, or needs too much memory to be drawn. */
export function checkSize({ width, height }: PictureSize): void {
  if (!(width >= 1 && height >= 1)) throw new PictureProblem('It has no size.');
  const size = `${Math.ceil(width).toLocaleString('en')} × ${Math.ceil(height).toLocaleString('en')} pixels`;
  if (width > mostPixels.side || height > mostPixels.side) throw new PictureProblem(`It has ${size}; at most ${mostPixels.side.toLocaleString('en')} a side are shown.`);
  if (width * height > mostPixels.area) throw new PictureProblem(`It has ${size}; at most ${mostPixels.area / 1_000_000} million are shown.`);
}
