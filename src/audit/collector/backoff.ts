/** Milliseconds. */
const first = 1_000;
const longest = 5 * 60_000;
/** Where a person has to do something first, or the collector takes none of it. */
const slow = 15 * 60_000;

/**
 * How long to wait after the n-th failure in a row (from 1): twice as long each time up to five minutes, half of it drawn,
 * so that many machines don't come back at once (the OTLP specification wants jitter). What the collector asked for is the least.
 */
export function waitAfter(failures: number, asked = 0, random = Math.random): number {
  const whole = Math.min(longest, first * 2 ** Math.min(failures - 1, 20));
  return Math.max(asked * (1 + random() / 10), whole / 2 + (random() * whole) / 2);
}

export function slowWait(random = Math.random): number {
  return slow * (0.75 + random() / 2);
}
