import type { PathOperation } from '../subject.js';
import type { TouchedPath } from '../touches.js';
import { isRefusal, refuse, type Refusal } from './refusal.js';
import { checkPath, shorten, type Finding, type ValueContext } from './value-kind.js';

export interface PathWords {
  readonly touched: readonly TouchedPath[];
  readonly warnings: readonly string[];
}

/**
 * Checks the words of a program that nothing is known about. Each word, and each part of it that may be a path of its own
 * (behind `=`, `:`, `,`, `@` or the letter of a flag), passes the path guard when it looks like a path or something is
 * there: for reading always, since what a program reads it may print, and for writing where it isn't known to read only.
 * A word that is plain text is no path; but where it has the name of a secret, it is refused as well.
 */
export async function checkPathWords(words: readonly string[], operation: PathOperation, context: ValueContext): Promise<PathWords | Refusal> {
  const touched: TouchedPath[] = [];
  const warnings: string[] = [];
  for (const word of words) {
    const found = await checkWord(word, operation, context);
    if (isRefusal(found)) return found;
    for (const each of found) {
      touched.push(...(each.touched ?? []));
      warnings.push(...(each.warnings ?? []));
    }
  }
  return { touched, warnings: [...new Set(warnings)] };
}

async function checkWord(word: string, operation: PathOperation, context: ValueContext): Promise<readonly Finding[] | Refusal> {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(word)) return /^file:/i.test(word) ? refuse('path.outside-workspace', `"${shorten(word)}" names a file by its address.`, 'Name the file by its path.') : [];
  const findings: Finding[] = [];
  for (const part of partsOf(word)) {
    const looks = looksLikePath(part);
    for (const each of operation === 'write' ? (['read', 'write'] as const) : [operation]) {
      const finding = await checkPath(part, each, context);
      if (finding.refusal && (looks || !textRules.has(finding.refusal.rule))) return finding.refusal;
      if (!finding.refusal && (looks || finding.exists === true)) findings.push(finding);
    }
  }
  return findings;
}

/** The rules that a text breaks which is no path at all. What lies there, or would, they say nothing about. */
const textRules = new Set(['path.alternate-stream', 'path.trailing-dot-or-space', 'path.backslash', 'path.bad-character', 'path.device-name', 'path.short-name', 'path.too-long', 'path.control-character', 'path.hidden-character', 'path.quoted', 'path.variable', 'path.url', 'path.empty']);

/** The word itself, and what a program may take out of it. */
function partsOf(word: string): readonly string[] {
  const parts = new Set([word]);
  for (const { index } of word.matchAll(/[=:,;@]/g)) parts.add(word.slice(index + 1));
  for (const piece of word.split(/[=:,;@]/)) parts.add(piece);
  // `-Iinclude`, `-xf../x`, `-o/etc/x`
  for (const part of [...parts]) {
    if (/^-[^-]./.test(part)) parts.add(part.slice(2));
    if (/^-.*[./~\\]/.test(part)) parts.add(part.slice(part.search(/[./~\\]/)));
  }
  return [...parts].filter((part) => part !== '' && part !== '-' && !/^-+$/.test(part) && !/^--?[\w-]+$/.test(part));
}

function looksLikePath(part: string): boolean {
  return /[/\\]/.test(part) || part === '.' || part === '..' || part.startsWith('~') || /^\.[^.\s]/.test(part);
}
