import { AxonError } from '../errors.js';
import type { FileText } from '../ports/files.js';

export type Encoding = FileText['encoding'];
export type LineEnding = FileText['eol'];

const marks: readonly { readonly encoding: Encoding; readonly label: string; readonly bytes: readonly number[] }[] = [
  { encoding: 'utf-8-bom', label: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', label: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', label: 'utf-16be', bytes: [0xfe, 0xff] },
];

/**
 * The text in the bytes. UTF-16 is known by its byte order mark alone; everything else has to be valid UTF-8 without a
 * NUL. Nothing is guessed and nothing replaced, so what is written back differs only where it was edited. `not-text`
 * for the rest.
 */
export function decode(bytes: Buffer, shown: string): { readonly text: string; readonly encoding: Encoding } {
  const mark = marks.find((each) => each.bytes.every((byte, index) => bytes[index] === byte));
  const body = bytes.subarray(mark?.bytes.length ?? 0);
  let text: string;
  try {
    text = new TextDecoder(mark?.label ?? 'utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (error) {
    throw new AxonError('not-text', `${shown} is not text in UTF-8 or UTF-16.`, 'Only text files can be read and edited.', { cause: error });
  }
  if (text.includes('\0')) throw new AxonError('not-text', `${shown} is a binary file.`, 'Only text files can be read and edited.');
  return { text, encoding: mark?.encoding ?? 'utf-8' };
}

/** The inverse of `decode`. `invalid-arguments` for text that no encoding can hold (half a surrogate pair, NUL). */
export function encode(text: string, encoding: Encoding): Buffer {
  if (!text.isWellFormed() || text.includes('\0')) {
    throw new AxonError('invalid-arguments', 'The text has a character that no text file can hold.', 'Leave it out.');
  }
  const mark = Buffer.from(marks.find((each) => each.encoding === encoding)?.bytes ?? []);
  if (encoding === 'utf-8' || encoding === 'utf-8-bom') return Buffer.concat([mark, Buffer.from(text, 'utf8')]);
  const body = Buffer.from(text, 'utf16le');
  return Buffer.concat([mark, encoding === 'utf-16be' ? body.swap16() : body]);
}

export function lineEnding(text: string): LineEnding {
  const all = text.split('\n').length - 1;
  if (all === 0) return 'none';
  const crlf = text.split('\r\n').length - 1;
  return crlf === 0 ? 'lf' : crlf === all ? 'crlf' : 'mixed';
}

/** Every line break as CRLF, or every CRLF as LF. */
export function withLineEnding(text: string, eol: 'lf' | 'crlf'): string {
  const plain = text.replaceAll('\r\n', '\n');
  return eol === 'crlf' ? plain.replaceAll('\n', '\r\n') : plain;
}

/** Lines without their ends; a last line break ends a line and begins none. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
