import type { UserCommandEntry } from './entry-schema.js';
import { refuseNeverListed } from './never-listed.js';
import { quoteWords } from './quote-words.js';
import type { Refusal } from './refusal.js';

const offered = new Set(['command.not-listed', 'command.flag-not-listed', 'command.argument-not-listed']);

/** Whether a command that was refused by this rule may be put on the person's own list. */
export function mayBeAllowed(rule: string): boolean {
  return offered.has(rule);
}

/**
 * The entry for exactly these words in exactly this folder (absolute, real), with tests that show how narrow it is; or
 * why there can't be one.
 */
export function entryFor(words: readonly string[], folder: string): UserCommandEntry | Refusal {
  const refusal = refuseNeverListed(words);
  if (refusal) return refusal;
  const shorter = words.length > 1 ? [quoteWords(words.slice(0, -1))] : [];
  return { words: [...words], in: folder, match: [quoteWords(words)], notMatch: [`${quoteWords(words)} --x`, `${quoteWords(words)} x`, ...shorter] };
}
