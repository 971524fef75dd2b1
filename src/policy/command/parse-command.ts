import { messageOf } from '../../errors.js';
import { checkCharacters } from './characters.js';
import type { ReadWithGrammar } from './grammar.js';
import { isRefusal, refuse, type Refusal } from './refusal.js';
import { splitWords, type Word } from './split-words.js';

/** Exactly one simple command of literal words. */
export interface ParsedCommand {
  readonly words: readonly Word[];
}

/** Quotes, backslashes and other signs at which the grammar thinks anew: many take it tens of milliseconds. */
const signs = /['"\\{}@#$]/g;
const mostSigns = 600;
const tooManySigns = refuse('command.too-long', `The command has more than ${mostSigns} quotes and signs, more than a person can check.`, 'Split the work, or put long text in a file.');
const simpler = 'Run one plain command made of literal words, without keywords, assignments or functions.';

/**
 * Two readers have to agree: a strict splitter of our own, which knows nothing but words and quotes and refuses the rest,
 * and the bash grammar, which knows all that bash knows. A trick has to fool both in the same way. The splitter comes
 * first, so that nothing nested ever reaches the grammar. Never rejects: a grammar that can't be loaded refuses.
 */
export async function parseCommand(command: string, read: ReadWithGrammar): Promise<ParsedCommand | Refusal> {
  const bad = checkCharacters(command);
  if (bad) return bad;
  if ((command.match(signs)?.length ?? 0) > mostSigns) return tooManySigns;
  const words = splitWords(command);
  if (isRefusal(words)) return words;
  const first = words[0];
  if (!first) return refuse('command.empty', 'There is no command.', simpler);
  if (/^[A-Za-z_]\w*(?:\[.*\])?\+?=/.test(command.slice(first.start, first.end))) {
    return refuse('command.assignment', 'The command starts with an assignment, which would change what programs do.', simpler);
  }
  try {
    const reading = await read(command);
    const same =
      'words' in reading &&
      reading.words.length === words.length &&
      reading.words.every((range, index) => range.start === words[index]?.start && range.end === words[index].end);
    return same ? { words } : refuse('command.not-simple', 'This is not one simple command for bash.', simpler);
  } catch (error) {
    return refuse('command.grammar-unavailable', `The grammar that commands are checked with can’t be loaded: ${messageOf(error)}`, 'Reinstall the extension, then try again.');
  }
}
