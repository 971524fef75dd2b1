import { sha256 } from '../canonical.js';
import { AxonError } from '../errors.js';
import type { FileChange, FileCopy } from '../ports/files.js';
import { mostBytes, tooLarge } from './open-file.js';
import type { Place } from './place.js';
import { absent, readIfThere } from './read-text.js';
import { type Replacement, replaceText } from './replace-text.js';
import { decode, encode, lineEnding, withLineEnding } from './text-encoding.js';

/** The change that writing the text would make. A file that has CRLF throughout keeps it. */
export async function planWrite(place: Place, text: string, anchored: boolean): Promise<FileChange> {
  const bytes = await readIfThere(place, anchored);
  if (!bytes) return checked(place, { path: place.relative, before: undefined, after: text, beforeHash: undefined, encoding: 'utf-8' });
  const { text: before, encoding } = decode(bytes, place.shown);
  // The file keeps its own mark: a second one would be a character of the text.
  const unmarked = encoding === 'utf-8' ? text : text.replace(/^\ufeff/, '');
  const after = lineEnding(before) === 'crlf' ? withLineEnding(unmarked, 'crlf') : unmarked;
  return checked(place, { path: place.relative, before, after, beforeHash: sha256(bytes), encoding });
}

export async function planEdit(place: Place, edit: Replacement, anchored: boolean): Promise<FileChange> {
  const bytes = await readIfThere(place, anchored);
  if (!bytes) throw absent(place);
  const { text: before, encoding } = decode(bytes, place.shown);
  return checked(place, { path: place.relative, before, after: replaceText(before, edit, place.shown), beforeHash: sha256(bytes), encoding });
}

/** The file that these bytes would make: for what is no text. */
export async function planCopy(place: Place, bytes: Uint8Array, anchored: boolean): Promise<FileCopy> {
  if (bytes.byteLength > mostBytes) throw tooLarge(place.shown);
  const before = await readIfThere(place, anchored);
  const beforeHash = before && sha256(before);
  if (beforeHash === sha256(bytes)) throw new AxonError('invalid-arguments', `${place.shown} is exactly this file already.`, 'There is nothing to do.');
  return { path: place.relative, bytes, replaces: before?.length, beforeHash };
}

/** What can't be written is told before anybody is asked. */
function checked(place: Place, change: FileChange): FileChange {
  if (change.before === change.after) throw new AxonError('invalid-arguments', `${place.shown} has exactly this text already.`, 'There is nothing to do.');
  if (encode(change.after, change.encoding).length > mostBytes) throw tooLarge(place.shown);
  return change;
}
