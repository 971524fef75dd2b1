import { Emitter, type Disposable } from '../disposable.js';
import { AxonError, messageOf } from '../errors.js';
import { bundleChunks, type BundleProgress } from './export/bundle.js';
import { exportChunks, type ExportFormat } from './export/export-chunks.js';
import { writeWhole, type Written } from './export/write-whole.js';
import type { AuditEvent, AuditWriter } from './event.js';
import { Journal } from './journal/journal.js';
import { windowName } from './journal/journal-name.js';
import type { AuditFacets } from './facets.js';
import { keptEvent } from './kept-event.js';
import type { LogFiles } from './log-files.js';
import { closeDeadJournals, type MendOptions } from './journal/mend.js';
import type { OnProblem } from './problem.js';
import { Pace } from './pace.js';
import type { AuditPage, AuditPosition, AuditQuery } from './query.js';
import type { AuditRecord } from './record.js';
import { Retention, type RetentionRule } from './retention/retention.js';
import { BadFiles, type BadKind } from './segments/bad-files.js';
import { countFacets, countTimeline } from './segments/count.js';
import { findRecord } from './segments/find-record.js';
import { Folding, type FoldLimits } from './segments/folding.js';
import { PastJournals } from './segments/past-journals.js';
import { scan, scanSome } from './segments/scan.js';
import { SegmentPool } from './segments/segment-pool.js';
import type { ReadOptions } from './segments/snapshot.js';
import { sqliteLoader, type LoadSqlite } from './segments/sqlite.js';
import { AnchorKeeper, type Anchor } from './storage/anchor.js';
import { withHead, type AnchorState } from './storage/anchor-state.js';
import { namesIn } from './storage/durable-file.js';
import { failureOf } from './storage/failure.js';
import type { FolderLock } from './storage/folder-lock.js';
import { layoutOf, logFolderOf, otherLogs, type Layout } from './storage/layout.js';
import { heldThroughout, mustBeHeld, underLock, whileNothingMoves } from './storage/under-lock.js';
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

interface Limits extends FoldLimits {
  readonly journalEvents: number;
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
  readonly #reading: ReadOptions;
  readonly #pool: SegmentPool;
  readonly #retention: Retention | undefined;
  readonly #folding: Folding;
  #disposing: Promise<void> | undefined;

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#limits = { ...usual, ...options.limits };
    this.#layout = layoutOf(logFolderOf(options.folder, options.key));
    this.#window = windowName(options.windowId);
    this.#now = () => Math.trunc((options.now ?? Date.now)());
    this.#sqlite = sqliteLoader(options.locateWasm);
    this.#pool = new SegmentPool(this.#sqlite, this.#layout, options.key);
    const bad = new BadFiles({ layout: this.#layout, key: options.key, locked: (work) => this.#locked(5_000, work), onProblem: options.onProblem });
    const reading = { layout: this.#layout, key: options.key, pool: this.#pool, onBad: (file: string, kind: BadKind) => bad.found(file, kind) };
    const past = new PastJournals(reading, () => this.#remembered());
    this.#reading = { ...reading, past };
    this.#retention = options.retention && new Retention({
      rule: options.retention,
      reading: this.#reading,
      locked: (work) => this.#locked(5_000, ({ lock }) => work(lock)),
      append: (event) => this.append(event),
      sqlite: this.#sqlite,
      remembered: () => this.#anchor.load(),
      // They leave with whatever was wrong with them, but for an end that was cut off.
      forget: (gone) => this.#anchor.save({ gone: new Map([...gone].map(([name, last]) => [name, ({ seq }) => seq <= last])) }),
      now: this.#now,
      onProblem: options.onProblem,
    });
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
      onEnded: (name, head) => this.#anchor.note(name, { ...head, final: true }),
      onClosed: () => void this.#folding.runWhenMany(),
    });
    this.#folding = new Folding({
      journals: this.#layout.journals,
      sqlite: this.#sqlite,
      anchor: this.#anchor,
      past,
      limits: this.#limits,
      locked: (work) => this.#locked(5_000, work),
      onFolded: async () => this.#retention?.runWhenDue(),
      onProblem: options.onProblem,
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
    const work = async (lock: FolderLock | undefined): Promise<Written> => {
      const anchor = await this.#remembered();
      const chunks = bundleChunks({ layout: this.#layout, key: this.#options.key, anchor, now: this.#now(), ...(signal && { signal }), ...(onProgress && { onProgress }) });
      return writeWhole(heldThroughout(chunks, lock), file, { gzip: true, ...(signal && { signal }) });
    };
    return whileNothingMoves(this.#layout.lock, work, signal);
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
    const work = async (lock: FolderLock | undefined): Promise<VerifyReport> => {
      if (lock) await closeDeadJournals(this.#mending(lock));
      const check = verifyLog({ ...this.files, anchor: await this.#remembered(), ...(signal && { signal }), ...(onProgress && { onProgress }) });
      await Promise.allSettled([check]);
      // A machine that slept loses its lock: what another window folds then looks like files that were taken away.
      if (!signal?.aborted) await mustBeHeld(lock);
      return check;
    };
    return whileNothingMoves(this.#layout.lock, work, signal);
  }

  /**
   * Ends this window's journal and folds all closed ones into segments. Gives the number of events folded; 0 when another window is at it.
   * Rejects with `AxonError`; nothing is lost then, and the next fold goes on from there.
   */
  async fold(): Promise<number> {
    await this.#journal.rotate();
    try {
      return await this.#folding.run();
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
        await closeDeadJournals(options);
      };
      await this.#locked(1_000, work);
      await this.#folding.runWhenMany();
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
    this.#folding.end();
    await this.#retention?.dispose();
    await this.#journal.dispose();
    await this.#folding.dispose();
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

  #locked<T>(wait: number, work: (options: MendOptions) => Promise<T>): Promise<T | undefined> {
    return underLock(this.#layout.lock, wait, (lock) => work(this.#mending(lock)));
  }

  #mending(lock: FolderLock): MendOptions {
    const { key, onProblem } = this.#options;
    return { layout: this.#layout, key, lock, own: this.#journal, remembered: () => this.#anchor.load(), now: Date.now(), onProblem };
  }

  /** How long the log was, with the newest line of this window. */
  async #remembered(): Promise<AnchorState> {
    return withHead(await this.#anchor.load(), this.#journal.head);
  }
}
