import { copyFile, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { AxonError } from '../../errors.js';
import type { Entry, Header } from './entry.js';
import { entrySchema, headerSchema } from './entry.js';

/** A file larger than this isn't loaded. */
const mostBytes = 100 * 1024 * 1024;

export interface ReadConversation {
  readonly header: Header;
  readonly entries: readonly Entry[];
  /** Bytes of whole lines; `torn`: a crash left part of a line behind them. */
  readonly size: number;
  readonly torn: boolean;
}

/**
 * Reads a whole conversation. A torn last line is left out: nobody was told that it was saved. Damage elsewhere is
 * reported; the damaged file is kept aside and the lines that are whole go on under the old name. Rejects with `AxonError`:
 * not-found, too-large, io (when nothing could be read; the file is then kept aside too).
 */
export async function readConversation(file: string, onProblem: (message: string) => void, now: () => number): Promise<ReadConversation> {
  const { size } = await stat(file).catch((error: unknown) => {
    throw new AxonError('not-found', 'This conversation is gone.', 'Start a new one.', { cause: error });
  });
  if (size > mostBytes) throw new AxonError('too-large', `This conversation has ${Math.round(size / 1024 / 1024)} MB, more than is loaded.`, 'Start a new one.');
  const bytes = await readFile(file);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  const lines = bytes.toString('utf8', 0, whole).split('\n').slice(0, -1);
  const aside = `${file}.damaged-${now()}`;
  const header = parseHeader(lines[0] ?? '');
  if (!header) {
    await rename(file, aside);
    throw new AxonError('io', 'This conversation is damaged and could not be read.', `The file is kept as ${aside}.`);
  }
  const parsed = lines.slice(1).map(parseEntry);
  const entries = parsed.filter((each) => each !== undefined);
  if (entries.length === parsed.length) return { header, entries, size: whole, torn: whole < bytes.length };
  await copyFile(file, aside);
  const sound = Buffer.from([header, ...entries].map((each) => `${JSON.stringify(each)}\n`).join(''));
  await replaceFile(file, sound);
  onProblem(`Part of a conversation was damaged: ${parsed.length - entries.length} of ${parsed.length} entries are left out. The damaged file is kept as ${aside}.`);
  return { header, entries, size: sound.length, torn: false };
}

/** Writes a file in one step: it is there with the old or with the new content, never in between. */
export async function replaceFile(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, content, { mode: 0o600, flush: true });
  await rename(temporary, file);
}

export function parseHeader(line: string): Header | undefined {
  return headerSchema.safeParse(parseJson(line)).data;
}

function parseEntry(line: string): Entry | undefined {
  return entrySchema.safeParse(parseJson(line)).data;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
