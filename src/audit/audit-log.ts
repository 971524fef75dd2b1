import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Emitter, type Disposable } from '../disposable.js';
import { AxonError, messageOf } from '../errors.js';
import { AnchorKeeper, type Anchor, type AnchorState } from './storage/anchor.js';
import { bundleChunks, type BundleProgress } from './export/bundle.js';
import { exportChunks, type ExportFormat } from './export/export-chunks.js';
import { writeWhole, type Written } from './export/write-whole.js';
import { hasCode, namesIn, orMissing } from './storage/durable-file.js';
import type { AuditEvent, AuditWriter } from './event.js';
import { foldJournals } from './segments/fold.js';
import { lockFolder, type FolderLock } from './storage/folder-lock.js';
import { Journal } from './journal/journal.js';
import { parseJournalFile, windowName } from './journal/journal-name.js';
import type { AuditFacets } from './facets.js';
import { keptEvent } from './kept-event.js';
import type { LogFiles } from './log-files.js';
import { setAside } from './storage/aside.js';
import { layoutOf, logFolderOf, otherLogs, type Layout } from './storage/layout.js';
import { closeDeadJournals, mendJournal, type MendOptions } from './journal/mend.js';
import type { OnProblem } from './problem.js';
import { Pace } from './pace.js';
import type { AuditPage, AuditPosition, AuditQuery } from './query.js';
import type { AuditRecord } from './record.js';
import { Retention, type RetentionRule } from './retention/retention.js';
import { countFacets, countTimeline, findRecord } from './segments/count.js';
import { scan, scanSome } from './segments/scan.js';
import { SegmentPool } from './segments/segment-pool.js';
import type { ReadOptions } from './segments/snapshot.js';
import { sqliteLoader, type LoadSqlite } from './segments/sqlite.js';
import { failureOf } from './storage/failure.js';
import type { Timeline, TimelineSpan } from './timeline.js';
import type { VerifyProgress, VerifyReport } from './verify/report.js';
import { verifyLog } from './verify/verify.js';

export interface AuditLogOptions {
  /** Absolute path; made when needed. Only the audit log may write to it. Each key has a folder of its own in it. */
  readonly folder: string;
  /** 32 random bytes, made once and kept in SecretStorage. */
  readonly key: Uint8Array;
  /** Tells this window's journals from those of the others. */
  readonly windowId: string;
  /** Absolute path of `sql-wasm.wasm`; asked for when a segment is first needed. */
  readonly locateWasm: () => string;
  /** Every secret that is held right now, to be taken out of what is recorded. Must not throw. */
  readonly secrets: () => readonly string[];
  readonly anchor: Anchor;
  readonly onProblem: OnProblem;
  /** Without one, everything is kept. */
  readonly retention?: RetentionRule;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** For tests: events of a journal (2,000) and of a segment (20,000), closed journals (16) and their bytes (1 MiB) that start a fold, milliseconds until the anchor is saved (2,000). */
  readonly limits?: Partial<Limits>;
}

interface Limits {
  readonly journalEvents: number;
  readonly segmentEvents: number;
  readonly journalsToFold: number;
  readonly bytesToFold: number;
  readonly anchorDelay: number;
}

export type { VerifyReport } from './verify/report.js';

const usual: Limits = { journalEvents: 2_000, segmentEvents: 20_000, journalsToFold: 16, bytesToFold: 1024 * 1024, anchorDelay: 2_000 };
const pageLength = 100;
const longestPage = 1_000;
const unreadable = 'The audit log can\'t be read';

/** Opens the audit log of one window. Journals of windows that died are closed and mended before this resolves. */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  if (options.key.length !== 32) throw new AxonError('audit-unavailable', 'The key of the audit log must have 32 bytes.');
  const log = new AuditLog(options);
  await log.recover();
  return log;
}

export class AuditLog implements AuditWriter {
  readonly #options: AuditLogOptions;
  readonly #limits: Limits;
  readonly #layout: Layout;
  readonly #window: string;
  readonly #now: () => number;
  readonly #sqlite: LoadSqlite;
  readonly #journal: Journal;
  readonly #anchor: AnchorKeeper;
  readonly #appended: Emitter<AuditRecord>;
  readonly #told = new Set<string>();
  readonly #reading: ReadOptions;
  readonly #pool: SegmentPool;
  readonly #retention: Retention | undefined;
  #folding: Promise<unknown> | undefined;
  #disposing: Promise<void> | undefined;

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#limits = { ...usual, ...options.limits };
    this.#layout = layoutOf(logFolderOf(options.folder, options.key));
    this.#window = windowName(options.windowId);
    this.#now = () => Math.trunc((options.now ?? Date.now)());
    this.#sqlite = sqliteLoader(options.locateWasm);
    this.#pool = new SegmentPool(this.#sqlite);
    this.#reading = { layout: this.#layout, key: options.key, pool: this.#pool, onBad: (file, kind) => this.#bad(file, kind) };
    this.#retention = options.retention && new Retention({ rule: options.retention, reading: this.#reading, locked: (work) => this.#locked(5_000, ({ lock }) => work(lock)), append: (event) => this.append(event), sqlite: this.#sqlite, remembered: () => this.#anchor.load(), forget: (gone) => this.#anchor.save({ gone }), now: this.#now, onProblem: options.onProblem });
    this.#appended = new Emitter((error) => options.onProblem({ kind: 'fold', message: `A view of the audit log failed: ${messageOf(error)}`, next: '' }));
    this.#anchor = new AnchorKeeper({ anchor: options.anchor, lockFile: this.#layout.lock, delay: this.#limits.anchorDelay, onProblem: options.onProblem });
    this.#journal = new Journal({
      folder: this.#layout.journals,
      key: options.key,
      window: this.#window,
      now: this.#now,
      maxEvents: this.#limits.journalEvents,
      onProblem: options.onProblem,
      onWritten: (records) => this.#written(records),
      onClosed: () => void this.#foldWhenMany(),
    });
  }

  /** For those who read the log beside it. */
  get files(): LogFiles {
    return { layout: this.#layout, key: this.#options.key, sqlite: this.#sqlite };
  }

  async append(event: AuditEvent): Promise<void> {
    await this.#journal.append(keptEvent(event, this.#options.secrets()));
  }

  /** Told of each event after it is durable, in the order of the journal. */
  onAppended(listener: (record: AuditRecord) => void): Disposable {
    return this.#appended.on(listener);
  }

  /** A page of all windows' events, newest first; `limit` is 100 unless told, 1,000 at most. */
  async page(query: AuditQuery & { readonly limit?: number; readonly before?: AuditPosition } = {}, signal?: AbortSignal): Promise<AuditPage> {
    const { limit: wanted = pageLength, before, ...filter } = query;
    const limit = Math.min(Math.max(1, wanted), longestPage);
    // One more than asked for: it tells that there is a next page.
    const found = await this.#read(scanSome({ ...this.#reading, query: filter, order: 'newest', pace: new Pace(signal), beyond: before }, limit + 1));
    const records = found.slice(0, limit);
    const last = records.at(-1);
    return { records, ...(last && found.length > limit && { next: { at: last.at, journal: last.journal, seq: last.seq } }) };
  }

  /** All windows' events that match, newest first, each as soon as it is found. Ends early with `break`, or with `cancelled`. */
  async *find(query: AuditQuery = {}, before?: AuditPosition, signal?: AbortSignal): AsyncGenerator<AuditRecord, void, undefined> {
    try {
      yield* scan({ ...this.#reading, query, order: 'newest', pace: new Pace(signal), beyond: before });
    } catch (error) {
      throw failureOf(error, unreadable);
    }
  }

  /** The event with this id (`recordId`); `undefined` when there is none. */
  async record(id: string, signal?: AbortSignal): Promise<AuditRecord | undefined> {
    const pace = new Pace(signal);
    const [, journal = '', seq] = /^([\w-]{1,200})\.([1-9]\d{0,14})$/.exec(id) ?? [];
    return seq === undefined ? undefined : this.#read(findRecord(this.#reading, journal, Number(seq), pace));
  }

  /** Counts of the events that match, over time. */
  async timeline(query: AuditQuery, span: TimelineSpan, signal?: AbortSignal): Promise<Timeline> {
    return this.#read(countTimeline(this.#reading, query, span, new Pace(signal)));
  }

  /** What there is to filter by, over the whole log. */
  async facets(signal?: AbortSignal): Promise<AuditFacets> {
    return this.#read(countFacets(this.#reading, new Pace(signal)));
  }

  /** Chunks of a CSV file, oldest event first. Ends with `cancelled` when the signal is aborted. */
  exportCsv(query: AuditQuery = {}, signal?: AbortSignal, onProgress?: (events: number) => void): AsyncGenerator<string, void, undefined> {
    return this.#export(query, 'csv', signal, onProgress);
  }

  /** Chunks of a file with one canonical JSON record a line, oldest event first. */
  exportJsonLines(query: AuditQuery = {}, signal?: AbortSignal, onProgress?: (events: number) => void): AsyncGenerator<string, void, undefined> {
    return this.#export(query, 'jsonl', signal, onProgress);
  }

  /**
   * Writes all of the log to one file that can be checked away from the editor. Nothing folds meanwhile; appending goes on.
   * Rejects as `writeWhole` and `verify` do, and with `conflict` when a file changes that mustn't.
   */
  async exportBundle(file: string, signal?: AbortSignal, onProgress?: (progress: BundleProgress) => void): Promise<Written> {
    const lock = await this.#lockToRead(signal);
    try {
      const anchor = withHead(await this.#anchor.load(), this.#journal.head);
      const chunks = bundleChunks({ layout: this.#layout, key: this.#options.key, anchor, now: this.#now(), ...(signal && { signal }), ...(onProgress && { onProgress }) });
      return await writeWhole(heldThroughout(chunks, lock), file, { gzip: true, ...(signal && { signal }) });
    } finally {
      await lock?.release();
    }
  }

  /** Lets events go that are past their time. Gives their number; rejects with `AxonError`. */
  async trim(): Promise<number> {
    return (await this.#retention?.run().catch((error: unknown) => Promise.reject(failureOf(error, 'Events that are past their time can\'t leave the audit log')))) ?? 0;
  }

  /**
   * Checks every byte of every window's events. Nothing folds meanwhile; appending goes on. What windows that died left
   * unfinished is put aside first, as it is when a log is opened. Rejects with `unavailable` when another window keeps the
   * folder locked for a minute, or got it meanwhile; with `cancelled`; and with the file system's error.
   */
  async verify(signal?: AbortSignal, onProgress?: (progress: VerifyProgress) => void): Promise<VerifyReport> {
    const lock = await this.#lockToRead(signal);
    try {
      if (lock) await this.#mendDead(this.#mending(lock));
      const anchor = withHead(await this.#anchor.load(), this.#journal.head);
      const check = verifyLog({ layout: this.#layout, key: this.#options.key, sqlite: this.#sqlite, anchor, ...(signal && { signal }), ...(onProgress && { onProgress }) });
      await Promise.allSettled([check]);
      // A machine that slept loses its lock: what another window folds then looks like files that were taken away.
      if (lock && !signal?.aborted && !(await lock.isHeld())) throw tookOver();
      return await check;
    } finally {
      await lock?.release();
    }
  }

  /**
   * Ends this window's journal and folds all closed ones into segments. Gives the number of events folded; 0 when another window is at it.
   * Rejects with `AxonError`; nothing is lost then, and the next fold goes on from there.
   */
  async fold(): Promise<number> {
    await this.#journal.rotate();
    try {
      return await this.#foldClosed();
    } catch (error) {
      throw failureOf(error, 'The audit journals can\'t be folded');
    }
  }

  /** Closes and mends journals of dead windows. What fails is reported: a log that can't be read can still be written. */
  async recover(): Promise<void> {
    try {
      const work = async (options: MendOptions): Promise<void> => {
        const [journals, segments] = await Promise.all([namesIn(this.#layout.journals), namesIn(this.#layout.segments)]);
        await this.#anchor.begin(journals.length === 0 && segments.length === 0);
        await this.#mendDead(options);
      };
      await this.#locked(1_000, work);
      await this.#foldWhenMany();
      void this.#retention?.runWhenDue();
    } catch (error) {
      this.#options.onProblem({ kind: 'fold', message: `Earlier audit journals can't be looked at: ${messageOf(error)}`, next: 'Look at the disk that holds the editor\'s data.' });
    }
  }

  /** Key ids of logs that lie beside this one and were written with another key, so that nothing in them can be checked here. */
  others(): Promise<string[]> {
    return otherLogs(this.#layout);
  }

  /** Resolves when all that was handed in is durable or refused, and the journal is closed. Twice is harmless. */
  dispose(): Promise<void> {
    this.#disposing ??= this.#dispose();
    return this.#disposing;
  }

  async #dispose(): Promise<void> {
    await this.#retention?.dispose();
    await this.#journal.dispose();
    await this.#folding;
    await this.#anchor.dispose();
    this.#pool.dispose();
  }

  #written(records: readonly AuditRecord[]): void {
    const last = records.at(-1);
    if (last) this.#anchor.note(last.journal, { seq: last.seq, hash: last.hash });
    for (const record of records) this.#appended.fire(record);
  }

  async *#export(query: AuditQuery, format: ExportFormat, signal?: AbortSignal, onProgress?: (events: number) => void): AsyncGenerator<string, void, undefined> {
    try {
      const records = scan({ ...this.#reading, query, order: 'oldest', pace: new Pace(signal, 'The export of the audit log') });
      yield* exportChunks(records, format, { ...(signal && { signal }), ...(onProgress && { onProgress }) });
    } catch (error) {
      throw failureOf(error, unreadable);
    }
  }

  async #read<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw failureOf(error, unreadable);
    }
  }

  async #foldClosed(): Promise<number> {
    const run = this.#locked(5_000, (options) => foldJournals({ ...options, sqlite: this.#sqlite, anchor: this.#anchor, segmentEvents: this.#limits.segmentEvents }));
    // dispose waits for it; whoever asked for the fold hears of its failure.
    this.#folding = run.catch(() => undefined);
    return (await run) ?? 0;
  }

  /** Folding on its own account: nobody waits for it, so a failure is told. Events stay in the journals meanwhile. */
  async #foldWhenMany(): Promise<void> {
    if (this.#disposing) return;
    try {
      const closed = (await namesIn(this.#layout.journals)).filter((name) => parseJournalFile(name)?.live === false);
      const { journalsToFold, bytesToFold } = this.#limits;
      if (closed.length < journalsToFold && (await this.#bytesOf(closed)) < bytesToFold) return;
      await this.#foldClosed();
      await this.#retention?.runWhenDue();
    } catch (error) {
      this.#options.onProblem({ kind: 'fold', message: `The audit journals can't be folded now: ${messageOf(error)}`, next: 'Nothing is lost; it is tried again later.' });
    }
  }

  async #bytesOf(journals: readonly string[]): Promise<number> {
    const sizes = await Promise.all(journals.map((name) => orMissing(stat(path.join(this.#layout.journals, name)))));
    return sizes.reduce((sum, each) => sum + (each?.size ?? 0), 0);
  }

  async #locked<T>(wait: number, work: (options: MendOptions) => Promise<T>): Promise<T | undefined> {
    const lock = await lockFolder(this.#layout.lock, wait);
    if (!lock) return undefined;
    try {
      return await work(this.#mending(lock));
    } finally {
      await lock.release();
    }
  }

  #mending(lock: FolderLock): MendOptions {
    return { layout: this.#layout, key: this.#options.key, lock, own: this.#journal, now: Date.now(), onProblem: this.#options.onProblem };
  }

  async #mendDead(options: MendOptions): Promise<void> {
    for (const file of await closeDeadJournals(options)) await mendJournal(file, options);
  }

  /** A folder that can't be written to, or is full, has nobody who folds in it, so it can be read without the lock. */
  async #lockToRead(signal: AbortSignal | undefined): Promise<FolderLock | undefined> {
    try {
      const lock = await lockFolder(this.#layout.lock, 60_000, signal);
      if (lock) return lock;
    } catch (error) {
      if (signal?.aborted) throw new AxonError('cancelled', 'The check of the audit log was stopped.');
      if (hasCode(error, 'EROFS', 'EACCES', 'EPERM', 'ENOSPC', 'EDQUOT')) return undefined;
      throw error;
    }
    throw new AxonError('unavailable', 'Another window is working on the audit log.', 'Try again in a minute.');
  }

  /** Tells once of each file. One whose very name is forged would stand in the way of true ones, so it goes aside. */
  async #bad(file: string, kind: 'journal' | 'segment' | 'name'): Promise<void> {
    if (this.#told.has(file)) return;
    this.#told.add(file);
    const kept = kind === 'name' ? await this.#locked(5_000, () => orMissing(setAside(file, this.#layout, this.#options.key))) : undefined;
    const what = kind === 'journal' ? 'journal' : 'segment';
    this.#options.onProblem({
      kind: 'corrupt',
      message: `A ${what} of the audit log holds what Axon didn't write. What is authentic is shown${kept === undefined ? '' : '; the file is kept aside'}.`,
      next: 'Run "Axon: Verify Audit Log".',
      file: kept ?? file,
    });
  }
}

function withHead(state: AnchorState, head: { readonly journal: string; readonly seq: number; readonly hash: string } | undefined): AnchorState {
  if (!head) return state;
  const known = state.journals.get(head.journal);
  if (known && known.seq >= head.seq) return state;
  return { ...state, journals: new Map(state.journals).set(head.journal, { seq: head.seq, hash: head.hash }) };
}

const tookOver = (): AxonError => new AxonError('unavailable', 'Another window worked on the audit log meanwhile: this machine was asleep or very busy.', 'Try again.');

/** Ends with `unavailable` when the lock was lost on the way: not all that was read belongs together then. */
async function* heldThroughout(chunks: AsyncGenerator<Uint8Array>, lock: FolderLock | undefined): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks;
  if (lock && !(await lock.isHeld())) throw tookOver();
}
