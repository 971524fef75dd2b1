import type { Disposable } from '../disposable.js';
import { Emitter } from '../disposable.js';

export interface TaintMark {
  /** What was read, for a person: `https://example.com/`. */
  readonly source: string;
  readonly at: number;
}

/** Where marks outlive a restart: a resumed session has read what it has read. */
export interface TaintStorage {
  load(sessionId: string): readonly TaintMark[];
  save(sessionId: string, marks: readonly TaintMark[]): void;
}

const mostMarks = 20;

/**
 * Which sessions have read content from outside. In a tainted session nothing that can send data out or change the
 * machine is auto-approved or covered by a session grant, until the person clears it.
 */
export class Taint {
  readonly #sessions = new Map<string, readonly TaintMark[]>();
  readonly #changed = new Emitter<string>();

  constructor(
    private readonly storage: TaintStorage,
    private readonly now: () => number,
  ) {}

  marks(sessionId: string): readonly TaintMark[] {
    let marks = this.#sessions.get(sessionId);
    if (!marks) {
      marks = this.storage.load(sessionId);
      this.#sessions.set(sessionId, marks);
    }
    return marks;
  }

  has(sessionId: string): boolean {
    return this.marks(sessionId).length > 0;
  }

  mark(sessionId: string, source: string): void {
    this.#set(sessionId, [...this.marks(sessionId), { source, at: this.now() }].slice(-mostMarks));
  }

  clear(sessionId: string): void {
    this.#set(sessionId, []);
  }

  onChanged(listener: (sessionId: string) => void): Disposable {
    return this.#changed.on(listener);
  }

  #set(sessionId: string, marks: readonly TaintMark[]): void {
    this.#sessions.set(sessionId, marks);
    this.storage.save(sessionId, marks);
    this.#changed.fire(sessionId);
  }
}
