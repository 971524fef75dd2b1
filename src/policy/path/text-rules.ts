import type { PathStyle } from './path-style.js';
import type { Refusal } from './refusal.js';

/** Rules for the text as a whole, before it is known to be inside a folder. */
export function refuseText(text: string): Refusal | undefined {
  if (text.trim() === '') return { rule: 'path.empty', reason: 'The path is empty.', next: 'Name a file, or “.” for the folder.' };
  if (text.length > 4096) return { rule: 'path.too-long', reason: 'The path is longer than 4,096 characters.' };
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text)) {
    return { rule: 'path.control-character', reason: 'The path has a control character, which could hide where it leads.', next: 'Write the path without it.' };
  }
  if (!text.isWellFormed()) return { rule: 'path.control-character', reason: 'The path is not well-formed Unicode.' };
  return undefined;
}

const outsideNext = 'Use a path relative to the workspace folder.';

/** Rules for a text that isn't an absolute path inside an open folder: says as exactly as possible what it is instead. */
export function refuseForeign(style: PathStyle, text: string): Refusal | undefined {
  if (/^[\\/]{2}/.test(text) || text.startsWith('\\??\\')) {
    return { rule: 'path.network-or-device', reason: 'The path names a network share or a device.', next: outsideNext };
  }
  if (/^[A-Za-z]:/.test(text)) {
    return { rule: 'path.outside-workspace', reason: 'The path starts at a drive and is not inside an open folder.', next: outsideNext };
  }
  if (/^[A-Za-z][A-Za-z0-9+.-]*:(?:\/|[^/]*$)/.test(text) && !text.includes('::')) {
    return { rule: 'path.url', reason: 'This is an address with a scheme, not a path.', next: outsideNext };
  }
  if (text.startsWith('/') || (style.win32 && text.startsWith('\\'))) {
    return { rule: 'path.outside-workspace', reason: 'The path is absolute and not inside an open folder.', next: outsideNext };
  }
  if (/^['"`\u2018-\u201f]|['"`\u2018-\u201f]$/.test(text)) {
    return { rule: 'path.quoted', reason: 'The path begins or ends with a quotation mark.', next: 'Write the path without quotation marks.' };
  }
  if (/^~(?:[\\/]|$)|^~[^\\/]*[\\/]/.test(text)) {
    return { rule: 'path.home', reason: '“~” is not expanded, and the home folder is not inside an open folder.', next: outsideNext };
  }
  if (/^(?:\$[A-Z_][A-Z0-9_]*|\$\{[^}]*\}|%[^%\\/]+%)(?:[\\/]|$)/.test(text)) {
    return { rule: 'path.variable', reason: 'Variables in a path are not expanded.', next: outsideNext };
  }
  return undefined;
}
