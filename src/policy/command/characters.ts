import { hasHidden } from '../../visible.js';
import { refuse, type Refusal } from './refusal.js';

/** The longest command that a person can be expected to read, in UTF-16 units. */
export const longestCommand = 10_000;

/** C0 and C1 controls and DEL, without tab and newline. A bare CR, VT or FF is a blank to the grammar and not to bash. */
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
/** What shows text in another order or on another line than it is in (CVE-2021-42574). */
const misleading = /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const loneSurrogate = /\p{Surrogate}/u;

/** Looks at the raw text before anything reads it: too long, or with characters that must not be there even in quotes. */
export function checkCharacters(command: string): Refusal | undefined {
  if (command.length > longestCommand) {
    return refuse('command.too-long', `The command has more than ${longestCommand} characters, more than a person can check.`, 'Split the work, or put long text in a file.');
  }
  if (control.test(command)) {
    return refuse('command.control-character', 'The command holds a control character, so what is shown and what would run can differ.', 'Write the command in plain text.');
  }
  if (misleading.test(command) || loneSurrogate.test(command)) {
    return refuse('command.hidden-character', 'The command holds a character that changes the order or the lines of what is shown.', 'Write the command without direction marks and Unicode line breaks.');
  }
  return undefined;
}

/** Outside of quotes a blank is a space or a tab; every other blank or invisible character only looks like one, or like nothing. */
export function looksLikeNothing(character: string): boolean {
  return character !== ' ' && character !== '\t' && character !== '\n' && (/\s/.test(character) || hasHidden(character));
}
