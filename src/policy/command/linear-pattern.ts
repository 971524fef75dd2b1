/** Words that a pattern of a person's own is tried on are at most this long, in UTF-16 units. */
export const longestMatched = 500;

/**
 * Whether a pattern is answered soon for every word. Repeated groups, look-around and back references are out, and more
 * than two unlimited repetitions: with two, the time grows with the square of a length that is limited.
 */
export function isLinear(pattern: string): boolean {
  const bare = pattern.replaceAll(/\\[^\dkxuUpPcC]/g, 'a').replaceAll(/\[[^\]]*\]/g, 'a');
  if (/\\[\dk]|\(\?(?!:)|\)[*+{]/.test(bare)) return false;
  if ((bare.match(/[*+]|\{\d+,\}/g) ?? []).length > 2 || /\{\d{3,}/.test(bare) || /,\d{3,}\}/.test(bare)) return false;
  try {
    return new RegExp(`^(?:${pattern})$`, 'su').source !== '';
  } catch {
    // Not a pattern at all.
    return false;
  }
}
