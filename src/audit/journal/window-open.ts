import type { AuditRecord } from '../record.js';
import { closedFile, mayBeAlive, parseJournalFile } from './journal-name.js';

const noneAbandoned = { isAbandoned: () => false };

/**
 * False when the window that wrote this event is gone, so that what it had begun can't end any more. A wrong "yes" is
 * possible: another program may have got its process number.
 *
 * @param now milliseconds since the epoch
 */
export function windowMayBeOpen({ journal, at }: Pick<AuditRecord, 'journal' | 'at'>, now: number): boolean {
  const parsed = parseJournalFile(closedFile(journal));
  return parsed !== undefined && mayBeAlive(parsed.journal, noneAbandoned, { modifiedAt: at, now });
}
