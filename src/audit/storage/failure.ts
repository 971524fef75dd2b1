import { AxonError, messageOf } from '../../errors.js';
import { hasCode } from './durable-file.js';

/**
 * What a person is told when the files of the log can't be used. An `AxonError` stays as it is.
 *
 * @param what what did not come about: `The audit log can't be read`
 */
export function failureOf(error: unknown, what: string): AxonError {
  if (error instanceof AxonError) return error;
  const [why, next] = reasonOf(error);
  return new AxonError('io', `${what}: ${why}.`, next, { cause: error });
}

function reasonOf(error: unknown): readonly [why: string, next: string] {
  if (hasCode(error, 'ENOSPC', 'EDQUOT')) return ['the disk is full', 'Free some space on the disk that holds the editor\'s data, then try again.'];
  if (hasCode(error, 'EROFS', 'EACCES', 'EPERM')) return ['the folder doesn\'t let it', 'Make the editor\'s data folder readable and writable, then try again.'];
  if (hasCode(error, 'EMFILE', 'ENFILE')) return ['too many files are open', 'Close some windows of the editor, then try again.'];
  if (hasCode(error, 'ENOTDIR', 'ENOENT')) return ['a folder of it is missing', 'Restore the editor\'s data folder from a backup, then run "Axon: Verify Audit Log".'];
  return [messageOf(error).replace(/\.$/, ''), 'Look at the disk that holds the editor\'s data, then try again.'];
}
