import { readFile } from 'node:fs/promises';
import { AxonError } from '../errors.js';
import { parseKeyFile } from '../audit/export/key-file.js';
import { openPlain } from '../audit/storage/plain-file.js';

const longest = 10_000;

/** Rejects with `AxonError` when the file isn't there or isn't a key file. */
export async function readKey(file: string): Promise<Buffer> {
  const handle = await openPlain(file);
  if (handle === undefined || handle === 'missing') throw new AxonError('not-found', `There is no key file ${file}.`, 'Give the file that "Axon: Export Audit Key…" made.');
  try {
    if ((await handle.stat()).size > longest) throw new AxonError('not-text', `${file} is too large to be a key file.`, 'Give the file that "Axon: Export Audit Key…" made.');
    return parseKeyFile(await readFile(handle, 'utf8'));
  } finally {
    await handle.close();
  }
}
