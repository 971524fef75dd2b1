import type { Database } from 'sql.js';
import type { AuditQuery } from '../query.js';
import type { WordKind } from './schema.js';

/** A word of a segment: its number there, and how many events have it. */
export interface KnownWord {
  readonly id: number;
  readonly events: number;
}

/** What a query asks of one kind of word: any of these. */
export interface WordFilter {
  readonly kind: WordKind;
  readonly words: readonly KnownWord[];
}

/** Which words a query asks for: those of one kind are alternatives, and an event has one of each kind. */
export function wantedWords({ sessionId, agent, tool, decision, rule, types }: AuditQuery): readonly (readonly [kind: WordKind, words: readonly string[]])[] {
  const wanted: (readonly [WordKind, readonly string[]])[] = [];
  const single = { session: sessionId, agent, tool, decision, rule } as const;
  for (const [kind, word] of Object.entries(single) as [keyof typeof single, string | undefined][]) if (word !== undefined) wanted.push([kind, [word]]);
  if (types !== undefined) wanted.push(['type', [...new Set(types)]]);
  return wanted;
}

/**
 * What is kept in memory of a segment to know whether it can hold what is asked for, a few kilobytes each: its words
 * with their counts, and 32 bits of a hash of each session, of which there are too many.
 */
export class Catalog {
  readonly #words = new Map<string, KnownWord>();
  readonly #sessions: Uint32Array;

  private constructor(words: Iterable<readonly [string, KnownWord]>, sessions: Uint32Array) {
    this.#words = new Map(words);
    this.#sessions = sessions.sort();
  }

  /** Throws what sql.js throws for a file that isn't whole. */
  static of(database: Database, shared: (text: string) => string): Catalog {
    const words: [string, KnownWord][] = [];
    const sessions: number[] = [];
    const statement = database.prepare('SELECT kind, word, id, events FROM words');
    try {
      while (statement.step()) {
        const [kind, word, id, events] = statement.get();
        if (kind === 'session') sessions.push(shortHash(String(word)));
        else words.push([shared(`${String(kind)}\n${String(word)}`), { id: Number(id), events: Number(events) }]);
      }
    } finally {
      statement.free();
    }
    return new Catalog(words, Uint32Array.from(sessions));
  }

  /**
   * False when no event has what the query asks for. True may be wrong for a session: two can have the same short hash.
   */
  mayHold(query: AuditQuery): boolean {
    return wantedWords(query).every(([kind, words]) => words.some((word) => (kind === 'session' ? this.#mayHaveSession(word) : this.#words.has(`${kind}\n${word}`))));
  }

  word(kind: Exclude<WordKind, 'session'>, word: string): KnownWord | undefined {
    return this.#words.get(`${kind}\n${word}`);
  }

  #mayHaveSession(session: string): boolean {
    const wanted = shortHash(session);
    let low = 0;
    let high = this.#sessions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sessions[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return this.#sessions[low] === wanted;
  }
}

/** FNV-1a. It need not be a strong one: what it lets through is looked up in the segment. */
function shortHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
