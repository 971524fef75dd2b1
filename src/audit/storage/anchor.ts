import { setTimeout as delay } from 'node:timers/promises';
import { canonicalJson } from '../../canonical.js';
import { messageOf } from '../../errors.js';
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

export interface Head {
  readonly seq: number;
  readonly hash: string;
}

export interface AnchorState {
  /** Events that were folded into segments. */
  readonly folded: number;
  /** The last line known of each journal that isn't folded yet. */
  readonly journals: ReadonlyMap<string, Head>;
  /** False: nothing is remembered, so events cut off the end can't be noticed. */
  readonly known: boolean;
  /**
   * When the memory began (milliseconds since the epoch), where that was after the log did: what was cut off the end
   * before that can't be noticed.
   */
  readonly since?: number;
  /** A segment that was about to get its name when this was saved. */
  readonly committing?: Committing;
}

/** A segment up to this position, of whole journals: they leave the disk when it has its name. */
export interface Committing {
  readonly to: number;
  readonly journals: readonly string[];
}

/** Nothing is remembered: of a copy of the folder, or where the memory was lost. */
export const noAnchor: AnchorState = { folded: 0, journals: new Map(), known: false };

export interface AnchorChange {
  readonly folded?: number;
  readonly gone?: ReadonlyMap<string, number>;
  readonly committing?: Committing;
  readonly begin?: { readonly isNew: boolean };
  readonly unlocked?: boolean;
}

/** Reads and writes the anchor for one window. What is remembered only ever grows, until a journal is folded. */
export class AnchorKeeper {
  readonly #waiting = new Map<string, Head>();
  #timer: Promise<void> | undefined;
  readonly #stop = new AbortController();

  constructor(private readonly options: { readonly anchor: Anchor; readonly lockFile: string; readonly delay: number; readonly onProblem: OnProblem }) {}

  /** The window's own news first: it may not be saved yet. */
  async load(): Promise<AnchorState> {
    return joined(await this.#stored(), { folded: 0, journals: this.#waiting });
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
    this.#timer ??= this.#saveLater();
  }

  /**
   * Saves now, under a lock that the caller holds. `gone` are journals that are in a segment now, or left the log with one,
   * with the number of the last line there. One that is remembered to go on after that isn't forgotten: its end was cut off,
   * and what became of the rest must not hide it. `committing` is remembered until as much is folded.
   */
  async save(change: AnchorChange = {}): Promise<void> {
    try {
      const news = new Map(this.#waiting);
      const state = joined(await this.#stored(), { folded: change.folded ?? 0, journals: news });
      if (change.begin && state.known) return;
      const journals = new Map(state.journals);
      for (const [name, last] of change.gone ?? []) if ((journals.get(name)?.seq ?? 0) <= last) journals.delete(name);
      const late = !state.known && !change.begin?.isNew;
      const { committing: before, ...rest } = state;
      const committing = change.committing ?? before;
      const open = committing !== undefined && committing.to > state.folded;
      await this.options.anchor.save(anchorText({ ...rest, journals, ...(open && { committing }), ...(late && { since: Date.now() }) }));
      // What came in meanwhile still waits.
      for (const [name, head] of news) if (!change.unlocked && this.#waiting.get(name) === head) this.#waiting.delete(name);
    } catch (error) {
      this.options.onProblem({ kind: 'anchor', message: `The end of the audit log can't be remembered outside its folder: ${messageOf(error)}`, next: 'Look at the editor\'s secret storage; until then a cut end can\'t be found.' });
    }
  }

  async dispose(): Promise<void> {
    this.#stop.abort();
    await this.#timer;
    if (this.#waiting.size > 0) await this.#saveLocked();
  }

  async #saveLater(): Promise<void> {
    // An abort means "now": dispose saves what waits.
    await delay(this.options.delay, undefined, { ref: false, signal: this.#stop.signal }).catch(() => undefined);
    this.#timer = undefined;
    if (!this.#stop.signal.aborted) await this.#saveLocked();
  }

  /**
   * Whoever keeps the lock for ever must not keep the end from being remembered. Without it two windows may save at once, and
   * the news of one be lost: so what was saved then waits on, to be saved again with the next news.
   */
  async #saveLocked(): Promise<void> {
    const lock = await this.#lock();
    try {
      await this.save(lock ? {} : { unlocked: true });
    } finally {
      await lock?.release().catch(() => undefined);
    }
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

/** What is stored, and news. */
function joined(stored: AnchorState, news: Pick<AnchorState, 'folded' | 'journals'>): AnchorState {
  const journals = new Map(stored.journals);
  for (const [name, head] of news.journals) if (head.seq >= (journals.get(name)?.seq ?? 0)) journals.set(name, head);
  return { ...stored, folded: Math.max(stored.folded, news.folded), journals };
}

/** With the end of a journal that may be newer than what is remembered of it. */
export function withHead(state: AnchorState, head: (Head & { readonly journal: string }) | undefined): AnchorState {
  if (!head) return state;
  const known = state.journals.get(head.journal);
  if (known && known.seq >= head.seq) return state;
  return { ...state, journals: new Map(state.journals).set(head.journal, { seq: head.seq, hash: head.hash }) };
}

/**
 * How many positions were given to events. A fold that died between a segment's name and the anchor did not tell: where a
 * journal of that segment is nowhere, the segment had its name. Were its positions given anew, it could be put back in the
 * place of what came after it.
 *
 * @param known the last position of the segments in force
 * @param isHere whether a journal is anywhere
 */
export function givenPositions({ folded, committing }: AnchorState, known: number, isHere: (journal: string) => boolean): number {
  const had = committing && (committing.to <= known || !committing.journals.every(isHere));
  return had ? Math.max(folded, committing.to) : folded;
}

/** One line; `parseAnchor` reads it. */
export function anchorText({ folded, journals, since, committing }: AnchorState): string {
  return canonicalJson({ committing, folded, journals: Object.fromEntries(journals), since, v: 1 });
}

export function parseAnchor(text: string): AnchorState | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('folded' in value) || !('journals' in value)) return undefined;
  const { folded, journals } = value;
  const since = 'since' in value ? value.since : undefined;
  if (typeof folded !== 'number' || typeof journals !== 'object' || journals === null) return undefined;
  if (since !== undefined && typeof since !== 'number') return undefined;
  const heads = new Map<string, Head>();
  for (const [name, head] of Object.entries(journals as Record<string, unknown>)) {
    if (typeof head !== 'object' || head === null || !('seq' in head) || !('hash' in head)) return undefined;
    if (typeof head.seq !== 'number' || typeof head.hash !== 'string') return undefined;
    heads.set(name, { seq: head.seq, hash: head.hash });
  }
  const committing = committingOf('committing' in value ? value.committing : undefined);
  if (committing === null) return undefined;
  return { folded, journals: heads, known: true, ...(since !== undefined && { since }), ...(committing && { committing }) };
}

/** `null` for what is none. */
function committingOf(value: unknown): Committing | undefined | null {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || !('to' in value) || !('journals' in value)) return null;
  const { to, journals } = value;
  if (typeof to !== 'number' || !Array.isArray(journals) || !journals.every((each) => typeof each === 'string')) return null;
  return { to, journals };
}
