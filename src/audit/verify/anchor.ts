import { setTimeout as delay } from 'node:timers/promises';
import { canonicalJson } from '../../canonical.js';
import { messageOf } from '../../errors.js';
import { lockFolder, type FolderLock } from '../storage/folder-lock.js';
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
}

const empty: AnchorState = { folded: 0, journals: new Map() };

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

  /** Remembers a journal's new end; saved a moment later. */
  note(journal: string, head: Head): void {
    this.#waiting.set(journal, head);
    this.#timer ??= this.#saveLater();
  }

  /** Saves now, under a lock that the caller holds. `folded` are journals that a segment holds now. */
  async save(change: { readonly folded?: number; readonly gone?: readonly string[] } = {}): Promise<void> {
    try {
      const news = new Map(this.#waiting);
      const state = joined(await this.#stored(), { folded: change.folded ?? 0, journals: news });
      const journals = new Map(state.journals);
      for (const name of change.gone ?? []) journals.delete(name);
      await this.options.anchor.save(canonicalJson({ folded: state.folded, journals: Object.fromEntries(journals), v: 1 }));
      // What came in meanwhile still waits.
      for (const [name, head] of news) if (this.#waiting.get(name) === head) this.#waiting.delete(name);
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

  async #saveLocked(): Promise<void> {
    let lock: FolderLock | undefined;
    try {
      lock = await lockFolder(this.options.lockFile, 2_000);
      // Without the lock another window's news could be lost. What waits is saved with the next news.
      if (lock) await this.save();
    } catch (error) {
      this.options.onProblem({ kind: 'anchor', message: `The audit folder can't be locked: ${messageOf(error)}`, next: 'Make the editor\'s data folder writable.' });
    } finally {
      await lock?.release().catch(() => undefined);
    }
  }

  async #stored(): Promise<AnchorState> {
    const text = await this.options.anchor.load();
    if (text === undefined) return empty;
    const state = parseAnchor(text);
    if (state) return state;
    this.options.onProblem({ kind: 'anchor', message: 'What was remembered of the audit log\'s end can\'t be read.', next: 'Run "Axon: Verify Audit Log"; a cut end can\'t be found this time.' });
    return empty;
  }
}

function joined(a: AnchorState, b: AnchorState): AnchorState {
  const journals = new Map(a.journals);
  for (const [name, head] of b.journals) if (head.seq >= (journals.get(name)?.seq ?? 0)) journals.set(name, head);
  return { folded: Math.max(a.folded, b.folded), journals };
}

function parseAnchor(text: string): AnchorState | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('folded' in value) || !('journals' in value)) return undefined;
  const { folded, journals } = value;
  if (typeof folded !== 'number' || typeof journals !== 'object' || journals === null) return undefined;
  const heads = new Map<string, Head>();
  for (const [name, head] of Object.entries(journals as Record<string, unknown>)) {
    if (typeof head !== 'object' || head === null || !('seq' in head) || !('hash' in head)) return undefined;
    if (typeof head.seq !== 'number' || typeof head.hash !== 'string') return undefined;
    heads.set(name, { seq: head.seq, hash: head.hash });
  }
  return { folded, journals: heads };
}
