import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Emitter, type Disposable } from '../../disposable.js';
import { messageOf } from '../../errors.js';
import type { AuditWriter } from '../event.js';
import type { LogFiles } from '../log-files.js';
import type { AuditProblem, OnProblem } from '../problem.js';
import { lockFolder, type FolderLock } from '../storage/folder-lock.js';
import { loadCursor, newCursor, saveCursor, sealCursor, type Cursor, type Trouble } from './cursor.js';
import type { CollectorEndpoint } from './endpoint.js';
import { otlpRequest, otlpTest, type CollectorResource } from './otlp.js';
import type { Outcome } from './outcome.js';
import { post, type Fetch } from './post.js';
import { Queue, type BatchLimits } from './queue.js';
import { Sender } from './sender.js';

export interface CollectorOptions {
  readonly files: LogFiles;
  readonly audit: AuditWriter;
  readonly endpoint: CollectorEndpoint;
  /** Asked before each message; only those that were entered for this endpoint's origin. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  readonly resource: CollectorResource;
  /** The global one: the editor replaces it with one that knows the company's proxy and certificates. */
  readonly fetch: Fetch;
  readonly onProblem: OnProblem;
  /** The first event for this address is about to be sent. Must not throw. */
  readonly onBegin: (endpoint: CollectorEndpoint) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly limits?: Partial<CollectorLimits>;
}

/** Milliseconds where nothing else is said. */
export interface CollectorLimits extends BatchLimits {
  readonly timeout: number;
  /** How long a line must have stood in a live journal. */
  readonly settle: number;
  /** How often a window that doesn't send looks whether it should. */
  readonly takeOver: number;
  /** How often at most the log tells of rejected events. */
  readonly note: number;
}

const usual: CollectorLimits = { events: 500, bytes: 512 * 1024, timeout: 30_000, settle: 1_000, takeOver: 20_000, note: 60 * 60_000 };

export interface CollectorStatus {
  readonly url: string;
  /** `elsewhere`: another window sends. */
  readonly state: 'starting' | 'sending' | 'idle' | 'trouble' | 'elsewhere';
  /** Events that wait. */
  readonly waiting: number;
  readonly sent: number;
  readonly rejected: number;
  /** When something was taken last; milliseconds since the epoch. */
  readonly sentAt?: number;
  readonly trouble?: Trouble;
}

/**
 * Sends every event of the log to one collector, each at least once. The log is the queue: only how far it got is kept, so
 * a collector that is away for days costs nothing but the wait. One window sends at a time; when it closes or dies another
 * takes over. An event counts as sent when the collector said so; a window that dies before that is on disk makes doubles,
 * with the same id.
 */
export class Collector implements Disposable {
  readonly #limits: CollectorLimits;
  readonly #now: () => number;
  readonly #queue: Queue;
  readonly #stop = new AbortController();
  readonly #changed = new Emitter<Trouble | undefined>();
  /** Ends the wait that is on its way. */
  #wake = new AbortController();
  #state: CollectorStatus['state'] = 'starting';
  /** In a long wait because there was nothing to send. */
  #isResting = false;
  #toldTrouble: string | undefined;
  readonly #running: Promise<void>;

  constructor(private readonly options: CollectorOptions) {
    this.#limits = { ...usual, ...options.limits };
    this.#now = options.now ?? Date.now;
    this.#queue = new Queue(options.files, this.#limits.settle, (problem) => this.#leftOut(problem));
    this.#running = this.#run();
  }

  /** Something was appended: it is sent soon, unless the collector is in trouble. */
  nudge(): void {
    if (this.#isResting) this.#wake.abort();
  }

  /** Tries at once, because a person changed something. */
  retry(): void {
    this.#wake.abort();
  }

  /** A new trouble, or `undefined` when it is over. */
  onTrouble(listener: (trouble: Trouble | undefined) => void): Disposable {
    return this.#changed.on(listener);
  }

  /** From the disk, so that it is true of whichever window sends. Rejects with the file system's error. */
  async status(): Promise<CollectorStatus> {
    const { files, endpoint } = this.options;
    const loaded = await loadCursor(files.layout, files.key, endpoint.url);
    const cursor = loaded.state === 'good' ? loaded.cursor : newCursor(endpoint.url);
    const { sent, rejected, sentAt, trouble } = cursor;
    return { url: endpoint.url, state: this.#state, waiting: await this.#queue.waiting(cursor), sent, rejected, ...(sentAt !== undefined && { sentAt }), ...(trouble && { trouble }) };
  }

  /** Sends one message that is no event of the log, and tells what the collector says to it. */
  async test(): Promise<Outcome> {
    return this.#post(otlpRequest(this.options.resource, [JSON.stringify(otlpTest(this.#now()))]), 1);
  }

  /** Stops at once; a message on its way is given up and sent again by the next window. */
  dispose(): void {
    this.#stop.abort();
    this.#wake.abort();
  }

  /** Resolves when nothing is written any more, after `dispose`. */
  async ended(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const lockFile = path.join(this.options.files.layout.folder, 'collector.lock');
    while (!signal.aborted) {
      let lock: FolderLock | undefined;
      try {
        lock = await lockFolder(lockFile, 0, signal);
        if (lock) await this.#sendWhileHeld(lock);
        else this.#state = 'elsewhere';
      } catch (error) {
        if (!this.#stop.signal.aborted) this.#tell({ at: this.#now(), message: `Its place in the log can’t be read or kept: ${messageOf(error)}`, next: 'Look at the disk that holds the editor’s data.', needsPerson: true });
      } finally {
        await lock?.release().catch(() => undefined);
      }
      await this.#sleep(this.#limits.takeOver * (0.75 + Math.random() / 2));
    }
  }

  async #sendWhileHeld(lock: FolderLock): Promise<void> {
    const { signal } = this.#stop;
    const sender = new Sender({ queue: this.#queue, resource: this.options.resource, post: (body, count) => this.#post(body, count), limits: this.#limits, signal, now: this.#now });
    let cursor = await this.#begin(lock);
    while (!signal.aborted) {
      this.#state = 'sending';
      const step = await sender.step(cursor);
      cursor = await this.#noteRejected(await this.#kept(cursor, step.cursor, lock), lock);
      if (step.state !== 'idle') this.#tell(cursor.trouble);
      if (step.state !== 'sent') this.#state = step.state;
      this.#isResting = step.state === 'idle' && step.wait > 1_000;
      if (step.wait > 0) await this.#sleep(step.wait);
      this.#isResting = false;
      if (!(await lock.isHeld())) return;
    }
  }

  /** Makes it durable. Nothing new is worth no write: a quiet log leaves the disk alone. */
  async #kept(before: Cursor, after: Cursor, lock: FolderLock): Promise<Cursor> {
    const { layout, key } = this.options.files;
    if (sealCursor(key, before) !== sealCursor(key, after)) await saveCursor(layout, key, after, lock);
    return after;
  }

  /** Where to go on from. An address that nothing was sent to yet is recorded in the log before it gets anything. */
  async #begin(lock: FolderLock): Promise<Cursor> {
    const { files, endpoint, audit, onProblem, onBegin } = this.options;
    const loaded = await loadCursor(files.layout, files.key, endpoint.url);
    if (loaded.state === 'good') return loaded.cursor;
    if (loaded.state === 'bad') onProblem({ kind: 'corrupt', message: 'How far the audit log was sent to its collector is not what Axon wrote down. All of it is sent again; the collector can tell the doubles by their ids.', next: 'Find out what changes files in the audit folder.' });
    await audit.append({ type: 'policy_changed', sessionId: '', reason: `The audit log is sent to the collector at ${endpoint.url} from now on, what it holds already included.`, arguments: JSON.stringify({ what: 'collector', url: endpoint.url }) });
    const cursor = newCursor(endpoint.url);
    await saveCursor(files.layout, files.key, cursor, lock);
    onBegin(endpoint);
    return cursor;
  }

  /** The log tells of rejected events, though not of each: those of its own entries may be among them. */
  async #noteRejected(cursor: Cursor, lock: FolderLock): Promise<Cursor> {
    const { noted, rejected, trouble } = cursor;
    const count = rejected - noted.rejected;
    if (count <= 0 || Math.abs(this.#now() - noted.at) < this.#limits.note) return cursor;
    const { audit, endpoint } = this.options;
    await audit.append({ type: 'collector_rejected', sessionId: '', reason: `The audit collector at ${endpoint.origin} rejected ${count} event(s). They are in this log and nowhere else.`, ...(trouble && { error: trouble.message }) });
    return this.#kept(cursor, { ...cursor, noted: { rejected, at: this.#now() } }, lock);
  }

  /** The receiver is told, too: it sees no gap where a whole journal lacks, and a file can be put back as it was. */
  #leftOut(problem: AuditProblem): void {
    const { audit, onProblem } = this.options;
    onProblem(problem);
    const file = problem.file === undefined ? '' : ` (${path.basename(problem.file)})`;
    // A log that can't be written tells of it by itself.
    audit.append({ type: 'collector_rejected', sessionId: '', reason: `${problem.message}${file}` }).catch(() => undefined);
  }

  async #post(body: string, count: number): Promise<Outcome> {
    const { endpoint, headers, resource, fetch } = this.options;
    return post(body, count, { endpoint, headers: await headers(), userAgent: `Axon/${resource.version}`, fetch, timeout: this.#limits.timeout, signal: this.#stop.signal, now: this.#now });
  }

  #tell(trouble: Trouble | undefined): void {
    if (trouble?.message === this.#toldTrouble) return;
    this.#toldTrouble = trouble?.message;
    this.#changed.fire(trouble);
  }

  async #sleep(milliseconds: number): Promise<void> {
    this.#wake = new AbortController();
    if (this.#stop.signal.aborted) return;
    // An abort means "now".
    await delay(milliseconds, undefined, { ref: false, signal: this.#wake.signal }).catch(() => undefined);
  }
}
