import { randomBytes } from 'node:crypto';
import { readFile, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, namesIn, orMissing, syncFolder, writeAtomically } from '../storage/durable-file.js';
import type { FolderLock } from '../storage/folder-lock.js';
import { closedFile, mayBeAlive, parseJournalFile, type OwnJournals } from './journal-name.js';
import type { Layout } from '../storage/layout.js';
import { splitLines } from '../storage/lines.js';
import type { OnProblem } from '../problem.js';
import { decodeLine, type AuditRecord } from '../record.js';

export interface ClosedJournal {
  readonly name: string;
  readonly file: string;
  readonly lines: readonly string[];
  readonly records: readonly AuditRecord[];
}

export interface MendOptions {
  readonly layout: Layout;
  readonly key: Uint8Array;
  readonly lock: FolderLock;
  readonly own: OwnJournals;
  readonly now: number;
  readonly onProblem: OnProblem;
}

const newline = Buffer.from('\n');

/** Gives the journals of dead windows their closed name. Their torn ends are put aside by `mendJournal`. */
export async function closeDeadJournals({ layout, own, now }: MendOptions): Promise<string[]> {
  const closed: string[] = [];
  for (const each of await namesIn(layout.journals)) {
    const parsed = parseJournalFile(each);
    if (!parsed?.live) continue;
    const file = path.join(layout.journals, each);
    const info = await orMissing(stat(file));
    if (!info || mayBeAlive(parsed.journal, own, { modifiedAt: info.mtimeMs, now })) continue;
    const to = path.join(layout.journals, closedFile(parsed.journal.name));
    await orMissing(rename(file, to));
    closed.push(to);
  }
  if (closed.length > 0) await syncFolder(layout.journals);
  return closed;
}

/**
 * Reads a closed journal. Where it isn't whole, the bytes that don't belong are put aside and told of, and the authentic
 * lines stay: the gap they leave is what `verify` finds. `undefined` for a journal of a newer version, which is left
 * alone, and for one that is gone.
 */
export async function mendJournal(file: string, { layout, key, lock, onProblem }: MendOptions): Promise<ClosedJournal | undefined> {
  const bytes = await orMissing(readFile(file));
  if (bytes === undefined) return undefined;
  // A whole line that lacks nothing but its newline is kept: the machine may have stopped right there.
  const name = parseJournalFile(path.basename(file))?.journal.name ?? '';
  const split = splitLines(bytes);
  const last = splitLines(Buffer.concat([split.torn, newline])).lines[0];
  const lastIsWhole = last !== undefined && decodeLine(key, last).state === 'good';
  const lines: string[] = [];
  const records: AuditRecord[] = [];
  let bad = 0;
  for (const line of lastIsWhole ? [...split.lines, last] : split.lines) {
    const decoded = line === undefined ? ({ state: 'bad' } as const) : decodeLine(key, line);
    if (decoded.state === 'newer') {
      onProblem({ kind: 'newer', message: 'An audit journal was written by a newer version of Axon. It is left as it is.', next: 'Update Axon in this editor.', file });
      return undefined;
    }
    if (decoded.state === 'good' && decoded.record.journal === name) {
      lines.push(line ?? '');
      records.push(decoded.record);
    } else bad += 1;
  }
  if (bad === 0 && split.torn.length === 0) return { name, file, lines, records };

  const corrupt = bad > 0;
  const kept = path.join(layout.aside, `${name}.${corrupt ? 'corrupt' : 'torn'}-${randomBytes(4).toString('hex')}`);
  await writeAtomically(kept, corrupt ? bytes : split.torn);
  await writeAtomically(file, lines.map((line) => `${line}\n`).join(''), () => lock.isHeld());
  onProblem(
    corrupt
      ? { kind: 'corrupt', message: `${bad} line(s) of an audit journal are not what Axon wrote. The file is kept aside; its ${lines.length} authentic line(s) stay in the log.`, next: 'Run "Axon: Verify Audit Log" and keep the file for whoever looks into it.', file: kept }
      : { kind: 'torn', message: 'The editor or the machine stopped while an audit line was being written. The unfinished line is kept aside; nothing that was confirmed is lost.', next: 'Nothing has to be done.', file: kept },
  );
  return { name, file, lines, records };
}

/** Moves a file out of the way under a name that says what is wrong with it. */
export async function setAside(file: string, layout: Layout): Promise<string> {
  const kept = path.join(layout.aside, `${path.basename(file)}.corrupt-${randomBytes(4).toString('hex')}`);
  await makeFolder(layout.aside);
  await rename(file, kept);
  await syncFolder(layout.aside);
  return kept;
}
