/** Words that a pattern of a person's own is tried on are at most this long, in UTF-16 units. */
export const longestMatched = 500;

/** Ways in which a pattern can be read in one word; a matcher that goes back tries them all, within some tenths of a second. */
const mostWays = 1_000_000;

/**
 * Whether a pattern is answered soon for every word of at most `longestMatched`. Repeated groups, look-around and back
 * references are out. What is left multiplies: each repetition by the lengths that it may have, each option and each
 * alternative by two.
 */
export function isQuick(pattern: string): boolean {
  const bare = pattern.replaceAll(/\\[^\dkxuUpPcC]/g, 'a').replaceAll(/\[[^\]]*\]/g, 'a');
  if (/\\[\dk]|\(\?(?!:)|\)[*+{]|\{\d{3,}|,\d{3,}\}/.test(bare) || waysOf(bare) > mostWays) return false;
  try {
    return new RegExp(`^(?:${pattern})$`, 'su').source !== '';
  } catch {
    // Not a pattern at all.
    return false;
  }
}

function waysOf(bare: string): number {
  let ways = 1;
  for (const [sign, least, most] of bare.replaceAll('(?:', '(').matchAll(/[*+?|]|\{(\d+)(?:,(\d*))?\}/g)) {
    if (sign === '?' || sign === '|') ways *= 2;
    else if (least === undefined || most === '') ways *= longestMatched;
    else ways *= Number(most ?? least) - Number(least) + 1;
  }
  return ways;
}
