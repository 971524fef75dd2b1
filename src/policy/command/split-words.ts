import { looksLikeNothing } from './characters.js';
import { refuse, type Refusal } from './refusal.js';

/** One word of a command with its quotes resolved. */
export interface Word {
  readonly text: string;
  /** Written without quotes and backslashes. */
  readonly plain: boolean;
  /** Where it stands in the command, in UTF-16 units; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

const oneCommand = 'Run one plain command at a time; head, tail and match are arguments of the tool.';
const quoteIt = 'Put the text in single quotes if it is meant literally.';

/** Characters that mean something to a shell outside of quotes. None of them is literal text, so none is let through. */
const special: Readonly<Record<string, Refusal>> = {
  ';': refuse('command.chaining', 'A ";" starts a second command.', oneCommand),
  '\n': refuse('command.chaining', 'A line break starts a second command.', oneCommand),
  '&': refuse('command.chaining', 'An "&" starts a second command or runs one in the background.', oneCommand),
  '|': refuse('command.pipe', 'A "|" pipes into a second command.', oneCommand),
  '<': refuse('command.redirect', 'A "<" redirects input.', 'Name the file as an argument.'),
  '>': refuse('command.redirect', 'A ">" redirects output into a file.', 'Use file_write to write a file.'),
  '(': refuse('command.group', 'Parentheses group or call commands.', quoteIt),
  ')': refuse('command.group', 'Parentheses group or call commands.', quoteIt),
  '`': refuse('command.substitution', 'Backticks run another command inside this one.', quoteIt),
  $: refuse('command.expansion', 'A "$" would be expanded by a shell; there is none here.', 'Write the value itself, or use single quotes if the "$" is meant literally.'),
  '*': refuse('command.glob', 'An unquoted "*" would be expanded by a shell; there is none here.', 'Name the files, or quote the pattern for a program that matches patterns itself.'),
  '?': refuse('command.glob', 'An unquoted "?" would be expanded by a shell; there is none here.', 'Name the files, or quote the pattern for a program that matches patterns itself.'),
  '[': refuse('command.glob', 'An unquoted "[" would be expanded by a shell; there is none here.', 'Name the files, or quote the pattern for a program that matches patterns itself.'),
};
const tilde = refuse('command.tilde', 'A "~" would be expanded to a home folder, which is outside of the workspace.', 'Use a path inside the workspace.');
const comment = refuse('command.comment', 'A "#" starts a comment.', 'Leave the comment out, or quote the word.');
const braces = refuse('command.braces', 'Braces with a list or range would be expanded by a shell; there is none here.', 'Write every word out.');
const continuation = refuse('command.line-continuation', 'A backslash at the end of a line joins two lines.', 'Write the command on one line.');
const unclosed = refuse('command.unclosed-quote', 'A quote is opened and never closed, or the command ends in a backslash.', 'Close the quote.');
const invisible = refuse('command.hidden-character', 'An unusual or invisible blank stands outside of quotes: it is part of a word and does not look like it.', 'Use plain spaces.');

/** Characters that mean themselves wherever they stand. */
const plainRun = /[A-Za-z0-9_./,%+@^:=-]+/y;
/** More than a person reads, and few enough that the grammar answers within milliseconds. */
const mostWords = 400;
const tooManyWords = refuse('command.too-long', `The command has more than ${mostWords} words, more than a person can check.`, 'Split the work.');

/**
 * Splits a command that is made of literal words only, and resolves its quotes as bash does. Anything a shell would act
 * on is refused. It is one of two readers: the grammar has to find the same words (parse-command.ts).
 */
export function splitWords(command: string): readonly Word[] | Refusal {
  const words: Word[] = [];
  let at = 0;
  while (at < command.length) {
    const character = command.charAt(at);
    if (character === ' ' || character === '\t') {
      at++;
      continue;
    }
    const word = readWord(command, at);
    if ('refused' in word) return word;
    words.push(word);
    if (words.length > mostWords) return tooManyWords;
    at = word.end;
  }
  return words;
}

function readWord(command: string, start: number): Word | Refusal {
  let text = '';
  /** The word with quoted characters blanked out: what a shell would still look at. */
  let bare = '';
  let at = start;
  const quoted = (value: string): void => {
    text += value;
    bare += '\0';
  };
  while (at < command.length) {
    plainRun.lastIndex = at;
    const run = plainRun.exec(command)?.[0];
    if (run !== undefined) {
      text += run;
      bare += run;
      at += run.length;
      continue;
    }
    const character = String.fromCodePoint(command.codePointAt(at) ?? 0);
    if (character === ' ' || character === '\t') break;
    if (character === "'") {
      const close = command.indexOf("'", at + 1);
      if (close === -1) return unclosed;
      quoted(command.slice(at + 1, close));
      at = close + 1;
    } else if (character === '"') {
      const inside = readDoubleQuoted(command, at + 1);
      if ('refused' in inside) return inside;
      quoted(inside.text);
      at = inside.end;
    } else if (character === '\\') {
      const next = command.codePointAt(at + 1);
      if (next === undefined) return unclosed;
      const escaped = String.fromCodePoint(next);
      if (escaped === '\n') return continuation;
      if (looksLikeNothing(escaped)) return invisible;
      quoted(escaped);
      at += 1 + escaped.length;
    } else {
      const refusal = checkBare(character, bare);
      if (refusal) return refusal;
      text += character;
      bare += character;
      at += character.length;
    }
  }
  if (hasBraceList(bare)) return braces;
  return { text, plain: !bare.includes('\0'), start, end: at };
}

function checkBare(character: string, before: string): Refusal | undefined {
  if (character === '~' && /(?:^|[=:])$/.test(before)) return tilde;
  if (character === '#' && before === '') return comment;
  if (looksLikeNothing(character)) return invisible;
  return Object.hasOwn(special, character) ? special[character] : undefined;
}

/** An opening brace, then a comma or two dots, then a closing brace. By index, since a pattern would go back and forth for minutes. */
function hasBraceList(bare: string): boolean {
  const open = bare.indexOf('{');
  if (open === -1) return false;
  const separators = [bare.indexOf(',', open), bare.indexOf('..', open)].filter((at) => at !== -1);
  return separators.length > 0 && bare.lastIndexOf('}') > Math.min(...separators);
}

/** From after the opening quote. A backslash stays unless it is in front of `$`, a backtick, `"` or itself. */
function readDoubleQuoted(command: string, start: number): { text: string; end: number } | Refusal {
  let text = '';
  let at = start;
  while (at < command.length) {
    const character = command.charAt(at);
    const next = command.charAt(at + 1);
    if (character === '"') return { text, end: at + 1 };
    if (character === '`') return special['`'] ?? unclosed;
    if (character === '$' && next !== '"' && next !== ' ') return special['$'] ?? unclosed;
    if (character === '\\') {
      if (next === '\n') return continuation;
      text += '$`"\\'.includes(next) && next !== '' ? next : character + next;
      at += 2;
    } else {
      text += character;
      at++;
    }
  }
  return unclosed;
}
