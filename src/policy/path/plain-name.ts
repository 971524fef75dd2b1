import { hasHidden } from '../../visible.js';

const longestName = 255;
const deepest = 20;

/**
 * True for a relative path of plain names with forward slashes, which means the same on every system: nothing that goes up,
 * no drive, no stream, no control, separator or formatting character that would make it look like another (Unicode
 * categories Cc, Cf, Cs, Co, Cn, Zl, Zp, and letters that are drawn as nothing; compare CVE-2021-42574).
 */
export function isPlainName(name: string): boolean {
  const parts = name.split('/');
  return name.length <= longestName && parts.length <= deepest && parts.every(isPlainPart);
}

function isPlainPart(part: string): boolean {
  if (part === '' || part === '.' || part === '..') return false;
  return !/[\p{C}\p{Zl}\p{Zp}\\:*?"<>|]/u.test(part) && !hasHidden(part) && !/^\s|[\s.]$/u.test(part);
}
