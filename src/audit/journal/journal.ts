import { rename } from 'node:fs/promises';
import path from 'node:path';
import { AxonError } from '../../errors.js';
import { hasCode } from '../storage/durable-file.js';
import { JournalDisturbed, JournalFile } from './journal-file.js';
import { closedFile, liveFile, newJournalName, type OwnJournals } from './journal-name.js';
import type { KeptEvent } from '../kept-event.js';
import type { OnProblem } from '../problem.js';
import { firstLink, sealRecord, type AuditRecord } from '../record.js';

export interface JournalOptions {
  /** The folder of the journals. */
  readonly folder: string;
  readonly key: Uint8Array;
  /** Fit for a file name. */
  readonly window: string;
  readonly now: () => number;
  /** Events after which a new file is begun. */
  readonly maxEvents: number;
  readonly onProblem: OnProblem;
  /** Told after each write, before the callers are answered. */
  readonly onWritten: (records: readonly AuditRecord[]) => void;
  /** The last line of a journal that was ever confirmed: nothing is written to it after this. */
  readonly onEnded: (journal: string, last: { readonly seq: number; readonly hash: string }) => void;
  /** A file was closed and is ready to be folded. */
  readonly onClosed: () => void;
}

interface Waiting {
  readonly event: KeptEvent;
  readonly resolve: () => void;
  readonly reject: (error: AxonError) => void;
}

/** The last durable line is known by its number, hash and time. */
interface OpenJournal {
  readonly name: string;
  readonly file: JournalFile;
  seq: number;
  head: string;
  at: number;
}

/** Bounds the memory of one write, how long it keeps the thread, and how long the first of a batch waits for the last. */
const batchEvents = 256;
const batchCharacters = 256 * 1024;
const maxBytes = 4 * 1024 * 1024;

/**
 * One window's journal. Events that come in while a write is on its way are written together, with one fdatasync.
 * After a failure it starts from the last durable line, or in a new file; each append tries anew.
 */
export class Journal implements OwnJournals {
  #open: OpenJournal | undefined;
  #waiting: Waiting[] = [];
  #work: Promise<void> = Promise.resolve();
  #scheduled = false;
  #disposed = false;
  readonly #abandoned = new Set<string>();
  #lastStamp = 0;

  constructor(private readonly options: JournalOptions) {}

  /** True for a file of this window that failed: it is never written to again, so anyone may close it. */
  isAbandoned(name: string): boolean {
    return this.#abandoned.has(name);
  }

  /** The last durable line of the open journal. */
  get head(): { readonly journal: string; readonly seq: number; readonly hash: string } | undefined {
    const journal = this.#open;
    return journal && journal.seq > 0 ? { journal: journal.name, seq: journal.seq, hash: journal.head } : undefined;
  }

  /** Resolves when the event is durable; rejects with `audit-unavailable`. */
  append(event: KeptEvent): Promise<void> {
    if (this.#disposed) return Promise.reject(new AxonError('audit-unavailable', 'The audit log is closed, so nothing can be recorded.'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ event, resolve, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      void this.whenIdle(() => this.#drain());
    });
  }

  /** Runs `work` between two writes. */
  whenIdle<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(work);
    this.#work = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  /** Ends the open file, so that it can be folded; the next event begins a new one. */
  rotate(): Promise<void> {
    return this.whenIdle(() => this.#close());
  }

  /** Waits for what was handed in, then closes. What comes later is rejected. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.rotate();
  }

  async #drain(): Promise<void> {
    this.#scheduled = false;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, fitting(this.#waiting));
      try {
        const records = await this.#write(batch.map((each) => each.event));
        this.options.onWritten(records);
        for (const each of batch) each.resolve();
      } catch (error) {
        const failure = unavailable(error);
        for (const each of batch) each.reject(failure);
      }
    }
  }

  async #write(events: readonly KeptEvent[], attempt = 1): Promise<AuditRecord[]> {
    const full = this.#open && (this.#open.seq >= this.options.maxEvents || this.#open.file.size >= maxBytes);
    if (full) await this.#close();
    const journal = (this.#open ??= await this.#begin());
    const { records, lines } = this.#seal(journal, events);
    try {
      await journal.file.append(Buffer.from(lines));
    } catch (error) {
      if (!journal.file.usable) this.#abandon(journal);
      if (!(error instanceof JournalDisturbed)) throw error;
      this.options.onProblem({
        kind: 'disturbed',
        message: 'The audit journal of this window was moved, cut or added to by something else. It goes on in a new file.',
        next: 'Find out what changes files in the audit folder, then run "Axon: Verify Audit Log".',
        file: journal.file.file,
      });
      if (attempt >= 3) throw error;
      return this.#write(events, attempt + 1);
    }
    const last = records.at(-1);
    if (last) Object.assign(journal, { seq: last.seq, head: last.hash, at: last.at });
    return records;
  }

  /** The chain goes on from the last durable line. Time doesn't go back in it, so that a journal is in order of time. */
  #seal(journal: OpenJournal, events: readonly KeptEvent[]): { readonly records: AuditRecord[]; readonly lines: string } {
    const records: AuditRecord[] = [];
    let lines = '';
    let { head, at, seq } = journal;
    for (const event of events) {
      const clock = this.options.now();
      at = Math.max(at, clock);
      seq += 1;
      const place = { v: 1, at, ...(at !== clock && { clock }), window: this.options.window, journal: journal.name, seq, prev: head } as const;
      const { record, line } = sealRecord(this.options.key, { ...event, ...place });
      records.push(record);
      lines += `${line}\n`;
      head = record.hash;
    }
    return { records, lines };
  }

  async #begin(): Promise<OpenJournal> {
    const { folder, window, now, key } = this.options;
    // A later journal has a later name, so that events of the same millisecond keep their order.
    this.#lastStamp = Math.max(now(), this.#lastStamp + 1);
    const name = newJournalName(window, this.#lastStamp);
    const file = await JournalFile.create(path.join(folder, liveFile(name)));
    return { name, file, seq: 0, head: firstLink(key, name), at: 0 };
  }

  #abandon(journal: OpenJournal): void {
    if (this.#open === journal) this.#open = undefined;
    this.options.onEnded(journal.name, { seq: journal.seq, hash: journal.head });
    this.#abandoned.add(journal.name);
    journal.file.close().catch(() => undefined);
  }

  async #close(): Promise<void> {
    const journal = this.#open;
    if (!journal) return;
    this.#open = undefined;
    if (journal.seq > 0) this.options.onEnded(journal.name, { seq: journal.seq, hash: journal.head });
    try {
      await journal.file.close();
      await rename(journal.file.file, path.join(this.options.folder, closedFile(journal.name)));
      this.options.onClosed();
    } catch (error) {
      // Every line is durable already; a file that keeps its live name is closed by whoever folds next.
      this.#abandoned.add(journal.name);
      if (hasCode(error, 'ENOENT')) {
        this.options.onProblem({ kind: 'disturbed', message: 'The audit journal of this window is gone from its folder.', next: 'Run "Axon: Verify Audit Log".', file: journal.file.file });
      }
    }
  }
}

/** How many of those that wait are written together. */
function fitting(waiting: readonly Waiting[]): number {
  let characters = 0;
  let count = 0;
  for (const { event } of waiting.slice(0, batchEvents)) {
    characters += (event.arguments?.length ?? 0) + (event.result?.length ?? 0);
    if (count > 0 && characters > batchCharacters) break;
    count += 1;
  }
  return count;
}

function unavailable(error: unknown): AxonError {
  const why = hasCode(error, 'ENOSPC', 'EDQUOT')
    ? ['the disk is full', 'Free some space on the disk that holds the editor\'s data, then try again.']
    : hasCode(error, 'EROFS', 'EACCES', 'EPERM')
      ? ['its folder can\'t be written to', 'Make the editor\'s data folder writable, then try again.']
      : ['its file can\'t be written', 'Look at the disk that holds the editor\'s data, then try again.'];
  return new AxonError('audit-unavailable', `The audit log can't be written: ${why[0] ?? ''}. Nothing runs that can't be recorded.`, why[1], { cause: error });
}
