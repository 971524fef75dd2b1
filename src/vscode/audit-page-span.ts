const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
/** Lengths of a bar that a person can name. */
const lengths = [second, 5 * second, 15 * second, 30 * second, minute, 5 * minute, 15 * minute, 30 * minute, hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day, 14 * day, 28 * day, 91 * day, 364 * day];

const mostBars = 80;

export interface ChartSpan {
  /** Milliseconds since the epoch, inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly buckets: number;
}

/**
 * The bars of a chart that covers a time: at most 80, each of a length that a person can name, and begun where the clock
 * shows a round time.
 *
 * @param offset milliseconds to add to the time of the world for that of the place (`-60_000 * date.getTimezoneOffset()`)
 */
export function chartSpan(earliest: number, latest: number, offset: number): ChartSpan {
  const fits = (length: number): boolean => Math.floor((latest + offset) / length) - Math.floor((earliest + offset) / length) < mostBars;
  const length = lengths.find(fits) ?? Math.ceil((latest - earliest + 1) / (mostBars - 1));
  const from = Math.floor((earliest + offset) / length) * length - offset;
  const buckets = Math.floor((latest - from) / length) + 1;
  return { from, to: from + buckets * length, buckets };
}
