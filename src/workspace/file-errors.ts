import { AxonError, codeOf } from '../errors.js';

export function changed(shown: string): AxonError {
  return new AxonError('denied', `${shown} was replaced while it was being used, by a link or by another file. Nothing was read or written.`, 'Look at what is there now, then try again.');
}

const sentences: Readonly<Record<string, string>> = {
  EACCES: 'the system refuses access',
  EPERM: 'the system refuses it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EMFILE: 'too many files are open',
  EBUSY: 'another program uses it',
  ENAMETOOLONG: 'the name is too long',
};

/** Turns what `node:fs` throws into an error for a person; ours pass through. */
export function fileError(error: unknown, shown: string): AxonError {
  if (error instanceof AxonError) return error;
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return new AxonError('not-found', `${shown} does not exist.`, 'List the folder to see what is there.');
  if (code === 'ELOOP') return changed(shown);
  return new AxonError('io', `${shown} could not be used: ${sentences[code ?? ''] ?? code ?? 'unknown error'}.`, '', { cause: error });
}
