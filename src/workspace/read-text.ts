import { AxonError } from '../errors.js';
import type { FileBytes, FileText, LineRange } from '../ports/files.js';
import { fileError } from './file-errors.js';
import { openFile, readBytes } from './open-file.js';
import { openFolder } from './open-folder.js';
import { type Place, folderAndName } from './place.js';
import { type Encoding, decode, lineEnding, linesOf } from './text-encoding.js';

/** The bytes of the file at a place, read through a handle that was checked; undefined when there is no file. */
export async function readIfThere(place: Place, anchored: boolean): Promise<Buffer | undefined> {
  try {
    const { folder, name } = folderAndName(place);
    const opened = await openFolder(folder, { anchored });
    try {
      const file = await openFile(opened, name, { shown: place.shown, mayBeLinked: !place.plain });
      try {
        return await readBytes(file, place.shown);
      } finally {
        await file.handle.close();
      }
    } finally {
      await opened.close();
    }
  } catch (error) {
    const known = fileError(error, place.shown);
    if (known.code === 'not-found') return undefined;
    throw known;
  }
}

export function absent(place: Place): AxonError {
  return new AxonError('not-found', `${place.shown} does not exist.`, 'List the folder to see what is there.');
}

/** All bytes of a file, as `unsaved` (UTF-8) where an editor has it with changes. */
export async function readFileBytes(place: Place, unsaved: string | undefined, anchored: boolean): Promise<FileBytes> {
  const bytes = unsaved === undefined ? await readIfThere(place, anchored) : Buffer.from(unsaved);
  if (!bytes) throw absent(place);
  return { path: place.relative, bytes };
}

/** Reads a text, or a range of its lines, with line breaks as LF. `unsaved` is the text of an editor that goes before the disk. */
export async function readText(place: Place, range: LineRange, unsaved: string | undefined, anchored: boolean): Promise<FileText> {
  const bytes = await readIfThere(place, anchored);
  if (!bytes && unsaved === undefined) throw absent(place);
  const saved: { text: string; encoding: Encoding } = bytes ? decode(bytes, place.shown) : { text: '', encoding: 'utf-8' };
  const text = unsaved ?? saved.text;
  const lines = linesOf(text);
  const from = range.from ?? 1;
  const to = Math.min(range.to ?? lines.length, lines.length);
  if (from < 1 || (range.to !== undefined && range.to < from)) {
    throw new AxonError('invalid-arguments', 'Lines count from 1, and the last line can’t come before the first.');
  }
  if (from > Math.max(lines.length, 1)) {
    throw new AxonError('not-found', `${place.shown} has ${lines.length} lines, so there is no line ${from}.`, 'Ask for lines that exist.');
  }
  const whole = from === 1 && to === lines.length;
  const plain = text.replaceAll('\r\n', '\n');
  return {
    path: place.relative,
    text: whole ? plain : lines.slice(from - 1, to).join('\n'),
    encoding: saved.encoding,
    eol: lineEnding(text),
    totalLines: lines.length,
    from,
    to,
    bytes: unsaved === undefined ? (bytes?.length ?? 0) : Buffer.byteLength(unsaved),
    unsaved: unsaved !== undefined,
  };
}
