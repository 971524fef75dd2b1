import { visibleLine } from '../../visible.js';
import type { PathStyle } from './path-style.js';
import type { Refusal } from './refusal.js';

/**
 * Names that Windows gives to devices, with any ending (Microsoft, "Naming Files, Paths, and Namespaces"). Refused on
 * every platform, so that a repository stays portable and one rule holds everywhere.
 */
const deviceName = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?:[ .]|$)/i;
/** The 8.3 form: `GIT~1` reaches `.git` (CVE-2014-9390, CVE-2019-1353). */
const shortName = /^[^.~]{1,6}~[0-9]{1,6}(?:\.[^.]{0,3})?$/;

/** The rules for one name in a path. `.` and `..` never reach them. */
export function refuseSegment(style: PathStyle, segment: string): Refusal | undefined {
  const shown = visibleLine(segment).slice(0, 80);
  if (segment.includes(':')) {
    return {
      rule: 'path.alternate-stream',
      reason: `“${shown}” has a colon, which names a drive or an alternate stream on Windows.`,
      next: 'Use a name without a colon.',
    };
  }
  if (segment.includes('\\')) {
    return {
      rule: 'path.backslash',
      reason: `“${shown}” has a backslash, which separates folders on Windows and is part of a name elsewhere.`,
      next: 'Write the path with forward slashes.',
    };
  }
  if (/[. ]$/.test(segment)) {
    return {
      rule: 'path.trailing-dot-or-space',
      reason: `“${shown}” ends in a dot or a blank, which Windows drops, so that it would be another file there.`,
      next: 'Use the name without the dot or blank at its end.',
    };
  }
  if (deviceName.test(segment)) {
    return { rule: 'path.device-name', reason: `“${shown}” is the name of a device on Windows.`, next: 'Use another name.' };
  }
  if (shortName.test(segment)) {
    return {
      rule: 'path.short-name',
      reason: `“${shown}” looks like a short name, which stands for another file on Windows.`,
      next: 'Use the full name.',
    };
  }
  if (style.win32 && /[<>"|?*]/.test(segment)) {
    return { rule: 'path.bad-character', reason: `“${shown}” has a character that no name may have on Windows.` };
  }
  if (Buffer.byteLength(segment) > 255) {
    return { rule: 'path.too-long', reason: 'A name in the path is longer than 255 bytes.' };
  }
  return undefined;
}
