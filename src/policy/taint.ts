import type { Disposable } from '../disposable.js';
import { Emitter } from '../disposable.js';

export interface TaintMark {
  /** What was read, for a person: `https://example.com/`. */
  readonly source: string;
  readonly at: number;
}

export interface TaintState {
  readonly marks: readonly TaintMark[];
  /** When the person last cleared it; what was read before then no longer counts. */
  readonly clearedAt: number;
}

/** Where marks outlive a restart: a resumed session has read what it has read. */
export interface TaintStorage {
  load(sessionId: string): TaintState;
  /** `undefined`: the session is gone. */
  save(sessionId: string, state: TaintState | undefined): void;
}

const mostMarks = 20;

/**
 * Which sessions have read content from outside. In a tainted session nothing that can send data out or change the
 * machine is auto-approved or covered by a session grant, until the person clears it.
 */
export class Taint {
  readonly #sessions = new Map<string, TaintState>();
  readonly #changed = new Emitter<string>();

  constructor(
    private readonly storage: TaintStorage,
    private readonly now: () => number,
  ) {}

  marks(sessionId: string): readonly TaintMark[] {
    return this.#state(sessionId).marks;
  }

  has(sessionId: string): boolean {
    return this.marks(sessionId).length > 0;
  }

  mark(sessionId: string, source: string): void {
    this.#add(sessionId, [{ source, at: this.now() }]);
  }

  /**
   * Marks again what a resumed conversation says it has read since it was last cleared. The storage may have lost marks
   * in a crash; the conversation's file has not.
   */
  restore(sessionId: string, read: readonly TaintMark[]): void {
    const { marks, clearedAt } = this.#state(sessionId);
    const missing = read.filter(({ source, at }) => at > clearedAt && !marks.some((each) => each.source === source));
    if (missing.length > 0) this.#add(sessionId, missing);
  }

  clear(sessionId: string): void {
    this.#set(sessionId, { marks: [], clearedAt: this.now() });
  }

  /** The session was deleted. */
  forget(sessionId: string): void {
    this.#sessions.delete(sessionId);
    this.storage.save(sessionId, undefined);
  }

  onChanged(listener: (sessionId: string) => void): Disposable {
    return this.#changed.on(listener);
  }

  #state(sessionId: string): TaintState {
    let state = this.#sessions.get(sessionId);
    if (!state) {
      state = this.storage.load(sessionId);
      this.#sessions.set(sessionId, state);
    }
    return state;
  }

  #add(sessionId: string, marks: readonly TaintMark[]): void {
    const state = this.#state(sessionId);
    this.#set(sessionId, { ...state, marks: [...state.marks, ...marks].slice(-mostMarks) });
  }

  #set(sessionId: string, state: TaintState): void {
    this.#sessions.set(sessionId, state);
    this.storage.save(sessionId, state);
    this.#changed.fire(sessionId);
  }
}
