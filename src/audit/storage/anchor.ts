import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../errors.js';
import { anchorText, noAnchor, parseAnchor, withHeads, type AnchorState, type Head, type Positions } from './anchor-state.js';
import { lockFolder, type FolderLock } from './folder-lock.js';
import type { OnProblem } from '../problem.js';

/**
 * A place outside the audit folder, safe from who can write files there (the editor's SecretStorage), that remembers how
 * long the log was. Without it a cut tail can't be told from a log that ended there.
 */
export interface Anchor {
  load(): Promise<string | undefined>;
  save(value: string): Promise<void>;
}

export interface AnchorChange {
  readonly folded?: number;
  readonly unused?: Positions;
  readonly committing?: number;
  readonly heads?: ReadonlyMap<string, Head>;
  /**
   * Journals that are in a segment now, or left the log with one, and whether they hold a line there. One that is remembered
   * with a line that they don't hold isn't forgotten: it was changed, or its end cut off, and what became of the rest must
   * not hide it.
   */
  readonly gone?: ReadonlyMap<string, (head: Head) => boolean>;
  readonly begin?: { readonly isNew: boolean };
}

/** Reads and writes the anchor for one window. What is remembered only ever grows, until a journal is folded. */
export class AnchorKeeper {
  readonly #waiting = new Map<string, Head>();
  /** The journal that is being written: nobody can fold it. */
  #current: string | undefined;
  #timer: Promise<void> | undefined;
  readonly #stop = new AbortController();

  constructor(private readonly options: { readonly anchor: Anchor; readonly lockFile: string; readonly delay: number; readonly onProblem: OnProblem }) {}

  /** The window's own news first: it may not be saved yet. */
  async load(): Promise<AnchorState> {
    return withHeads(await this.#stored(), this.#waiting);
  }

  /**
   * Called under the lock before the first event of a window. The memory of a new log begins with it; where there are
   * events already and nothing remembers them, it is remembered from when on they are.
   */
  begin(isNew: boolean): Promise<void> {
    return this.save({ begin: { isNew } });
  }

  /** Remembers a journal's new end; saved a moment later. */
  note(journal: string, head: Head): void {
    this.#waiting.set(journal, head);
    this.#current = head.final ? undefined : journal;
    this.#schedule();
  }

  /** Saves now, under a lock that the caller holds. `committing` is remembered until as much is folded. */
  async save(change: AnchorChange = {}): Promise<void> {
    await this.#save(change, true);
  }

  async dispose(): Promise<void> {
    this.#stop.abort();
    await this.#timer;
    if (this.#waiting.size > 0) await this.#saveLocked();
  }

  async #save(change: AnchorChange, isLocked: boolean): Promise<void> {
    try {
      const news = new Map(this.#waiting);
      const stored = await this.#stored();
      const state = withHeads(withHeads(stored, change.heads ?? []), news);
      if (change.begin && stored.known) return;
      const journals = new Map(state.journals);
      for (const [name, holds] of change.gone ?? []) {
        const head = journals.get(name);
        if (head && holds(head)) journals.delete(name);
      }
      const late = !stored.known && !change.begin?.isNew;
      const folded = Math.max(state.folded, change.folded ?? 0);
      const { committing: before, ...rest } = state;
      const committing = Math.max(before ?? 0, change.committing ?? 0);
      const unused = [...state.unused, ...(change.unused ? [change.unused] : [])];
      await this.options.anchor.save(anchorText({ ...rest, folded, unused, journals, ...(committing > folded && { committing }), ...(late && { since: Date.now() }) }));
      for (const [name, head] of news) if (this.#isSettled(name, head, stored, isLocked)) this.#waiting.delete(name);
    } catch (error) {
      this.options.onProblem({ kind: 'anchor', message: `The end of the audit log can't be remembered outside its folder: ${messageOf(error)}`, next: 'Look at the editor\'s secret storage; until then a cut end can\'t be found.' });
    }
  }

  /**
   * Whether what was just saved needs no more looking after. The lock may be taken away by who can write to the folder, and
   * two windows then overwrite each other's news: so the end of the journal that is being written waits on until a later
   * look finds it saved.
   */
  #isSettled(name: string, head: Head, before: AnchorState, isLocked: boolean): boolean {
    if (this.#waiting.get(name) !== head) return false; // What came in meanwhile.
    return isLocked && (name !== this.#current || isRemembered(before, name, head));
  }

  #schedule(): void {
    this.#timer ??= this.#saveLater();
  }

  async #saveLater(): Promise<void> {
    // An abort means "now": dispose saves what waits.
    await delay(this.options.delay, undefined, { ref: false, signal: this.#stop.signal }).catch(() => undefined);
    this.#timer = undefined;
    if (this.#isEnding()) return;
    await this.#saveLocked();
    if (this.#waiting.size > 0 && !this.#isEnding()) this.#schedule();
  }

  #isEnding(): boolean {
    return this.#stop.signal.aborted;
  }

  /**
   * Whoever keeps the lock for ever must not keep the end from being remembered. Without it two windows may save at once, and
   * the news of one be lost: so what was saved then waits on, to be saved again.
   */
  async #saveLocked(): Promise<void> {
    if (await this.#areAllSaved()) {
      this.#waiting.clear();
      return;
    }
    const lock = await this.#lock();
    try {
      await this.#save({}, lock !== undefined);
    } finally {
      await lock?.release().catch(() => undefined);
    }
  }

  /** Found by a look that comes some time after they were saved. */
  async #areAllSaved(): Promise<boolean> {
    const news = [...this.#waiting];
    const stored = await this.options.anchor.load().then((text) => (text === undefined ? undefined : parseAnchor(text)), () => undefined);
    return stored !== undefined && news.every(([name, head]) => isRemembered(stored, name, head)) && news.every(([name, head]) => this.#waiting.get(name) === head) && news.length === this.#waiting.size;
  }

  async #lock(): Promise<FolderLock | undefined> {
    try {
      return await lockFolder(this.options.lockFile, 2_000);
    } catch (error) {
      this.options.onProblem({ kind: 'anchor', message: `The audit folder can't be locked: ${messageOf(error)}`, next: 'Make the editor\'s data folder writable.' });
      return undefined;
    }
  }

  async #stored(): Promise<AnchorState> {
    const text = await this.options.anchor.load();
    if (text === undefined) return noAnchor;
    const state = parseAnchor(text);
    if (state) return state;
    this.options.onProblem({ kind: 'anchor', message: 'What was remembered of the audit log\'s end can\'t be read.', next: 'Run "Axon: Verify Audit Log"; a cut end can\'t be found this time.' });
    return noAnchor;
  }
}

function isRemembered(state: AnchorState, name: string, head: Head): boolean {
  const { seq, hash, final } = state.journals.get(name) ?? {};
  return seq === head.seq && hash === head.hash && final === head.final;
}
