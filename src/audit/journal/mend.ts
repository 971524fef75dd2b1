import { isUtf8 } from 'node:buffer';
import { lstat, rename, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../errors.js';
import { keepBytes, keepCopy } from '../storage/aside.js';
import { hasCode, namesIn, orMissing, syncFolder, writeAtomically } from '../storage/durable-file.js';
import type { FolderLock } from '../storage/folder-lock.js';
import { closedFile, mayBeAlive, mendingFile, parseJournalFile, type JournalFileName, type OwnJournals } from './journal-name.js';
import type { AnchorState } from '../storage/anchor-state.js';
import type { Layout } from '../storage/layout.js';
import { Pace } from '../pace.js';
import type { OnProblem } from '../problem.js';
import { decodeLine, type AuditRecord } from '../record.js';
import { LineReader } from '../storage/line-reader.js';
import { openPlain } from '../storage/plain-file.js';

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
  /** What is remembered of the journals' ends. */
  readonly remembered: () => Promise<Pick<AnchorState, 'journals'>>;
  readonly now: number;
  readonly onProblem: OnProblem;
}

/**
 * Takes the journals of dead windows from them, mends them, and gives them their closed name. They are moved before they are
 * read: a window that was wrongly taken for dead confirms nothing in a file that has another name, so all it confirmed is
 * read. And they are mended before they are closed: nobody looks for the torn end of a dead window in a closed journal, so
 * whoever dies in between must leave the journal to be found again.
 */
export async function closeDeadJournals(options: MendOptions): Promise<void> {
  const { journals } = options.layout;
  let closed = 0;
  for (const each of await namesIn(journals)) {
    const parsed = parseJournalFile(each);
    if (parsed?.live && (await closeIfDead(path.join(journals, each), parsed, options))) closed += 1;
  }
  if (closed > 0) await syncFolder(journals);
}

async function closeIfDead(file: string, { journal, mending }: JournalFileName, options: MendOptions): Promise<boolean> {
  const { layout, own, now, onProblem } = options;
  const info = await orMissing(lstat(file));
  if (!info || (!mending && mayBeAlive(journal, own, { modifiedAt: info.mtimeMs, now }))) return false;
  if (!info.isFile()) {
    tellOfUnreadable(file, notPlain, onProblem);
    return false;
  }
  const taken = path.join(layout.journals, mendingFile(journal.name));
  const closed = path.join(layout.journals, closedFile(journal.name));
  // Where somebody put a second one, neither takes the place of the other: `verify` says that there are two.
  for (const other of [taken, closed]) if (other !== file && (await orMissing(lstat(other)))) return false;
  if (!mending) await orMissing(rename(file, taken));
  await mendJournal(taken, options);
  await orMissing(rename(taken, closed));
  return true;
}

/**
 * Reads a journal that nobody writes to any more, in turns with what else the thread has to do. Where it isn't whole, the
 * bytes that don't belong are put aside and told of, and the authentic lines stay, each once and in their order: the gap
 * they leave is what `verify` finds. `undefined` for a journal of a newer version or one that can't be read, which are told
 * of and left alone, and for one that is gone.
 */
export async function mendJournal(file: string, options: MendOptions): Promise<ClosedJournal | undefined> {
  const found = await read(file, options);
  if (!found) return undefined;
  if (found.newer) {
    options.onProblem({ kind: 'newer', message: 'An audit journal was written by a newer version of Axon. It is left as it is.', next: 'Update Axon in this editor.', file });
    return undefined;
  }
  const journal = found.inOrder(file);
  if (!found.whole) await mend(journal, found, options);
  return journal;
}

/** One file that can't be read must not keep the others from being folded. */
async function read(file: string, { key, remembered, onProblem }: MendOptions): Promise<Found | undefined> {
  const name = parseJournalFile(path.basename(file))?.journal.name ?? '';
  const end = (await remembered()).journals.get(name);
  const found = new Found(name, key, end?.final ? end.seq : Infinity);
  try {
    const handle = await openPlain(file);
    if (handle === 'missing') return undefined;
    if (!handle) {
      tellOfUnreadable(file, notPlain, onProblem);
      return undefined;
    }
    try {
      await found.read(handle);
    } finally {
      await handle.close();
    }
    return found;
  } catch (error) {
    if (!hasCode(error, 'EACCES', 'EPERM', 'EIO')) throw error;
    tellOfUnreadable(file, messageOf(error), onProblem);
    return undefined;
  }
}

const notPlain = 'it is no plain file';

function tellOfUnreadable(file: string, why: string, onProblem: OnProblem): void {
  onProblem({ kind: 'unreadable', message: `An audit journal can't be read: ${why}. It is left as it is.`, next: 'Make it readable, or look at the disk that holds the editor\'s data.', file });
}

/** The evidence is durable before the journal is written anew; a crash in between keeps the same evidence again. */
async function mend({ name, file, lines }: ClosedJournal, { bad, torn }: Found, { layout, key, lock, onProblem }: MendOptions): Promise<void> {
  if (bad > 0) {
    const kept = await keepCopy(file, name, layout, key);
    onProblem({ kind: 'corrupt', message: `${bad} line(s) of an audit journal are not what Axon wrote there. The file is kept aside; its ${lines.length} authentic line(s) stay in the log.`, next: 'Run "Axon: Verify Audit Log" and keep the file for whoever looks into it.', file: kept });
  } else if (torn.length > 0) {
    const kept = await keepBytes(torn, name, 'torn', layout, key);
    onProblem({ kind: 'torn', message: 'The editor or the machine stopped while an audit line was being written. The unfinished line is kept aside; nothing that was confirmed is lost.', next: 'Nothing has to be done.', file: kept });
  }
  await writeAtomically(file, lines.map((line) => `${line}\n`).join(''), () => lock.isHeld());
}

/** What a journal's file holds. Its memory is bounded by what was once written to it, however a file was blown up since. */
class Found {
  readonly #good = new Map<number, { readonly line: string; readonly record: AuditRecord }>();
  #last = 0;
  /** Lines that aren't authentic, or not where they belong. */
  bad = 0;
  newer = false;
  torn: Uint8Array = new Uint8Array();
  whole = false;

  constructor(
    private readonly name: string,
    private readonly key: Uint8Array,
    /** The number of the last line that was confirmed, where that is known. */
    private readonly end: number,
  ) {}

  async read(handle: FileHandle): Promise<void> {
    const { size } = await handle.stat();
    const reader = new LineReader(handle, size);
    const pace = new Pace();
    const breathe = async (): Promise<void> => {
      if (pace.isDue) await pace.breathe();
    };
    await reader.read((line) => this.#take(line), breathe);
    this.#takeEnd(reader.rest);
    this.whole = this.bad === 0 && reader.torn === 0 && reader.room === 0;
  }

  inOrder(file: string): ClosedJournal {
    const sorted = [...this.#good.values()].sort((a, b) => a.record.seq - b.record.seq);
    return { name: this.name, file, lines: sorted.map((each) => each.line), records: sorted.map((each) => each.record) };
  }

  /** What stands after the last newline. A whole line that lacks only that is kept: the machine may have stopped right there. */
  #takeEnd(end: Uint8Array | undefined): void {
    if (!end) {
      this.bad += 1;
      return;
    }
    const line = isUtf8(end) ? Buffer.from(end).toString('utf8') : '';
    if (decodeLine(this.key, line).state === 'good') this.#take(line);
    else this.torn = end;
  }

  #take(line: string | undefined): void {
    const decoded = line === undefined ? ({ state: 'bad' } as const) : decodeLine(this.key, line);
    if (decoded.state === 'newer') this.newer = true;
    else if (decoded.state === 'bad' || decoded.record.journal !== this.name || decoded.record.seq > this.end) this.bad += 1;
    else {
      const { record } = decoded;
      if (record.seq <= this.#last) this.bad += 1;
      this.#last = Math.max(this.#last, record.seq);
      this.#good.set(record.seq, { line: line ?? '', record });
    }
  }
}
