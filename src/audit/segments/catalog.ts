import type { Database } from 'sql.js';
import type { AuditQuery } from '../query.js';
import { wordKinds, type WordKind } from './schema.js';

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

/** Words of one kind that a query asks for, any of them. It is made once and then asked of every segment. */
export interface Wanted {
  readonly kind: WordKind;
  readonly words: readonly string[];
  /** Each with its kind, as a catalog knows it. */
  readonly names: readonly string[];
  /** As a catalog knows sessions. */
  readonly hashes?: readonly number[];
}

/** Which words a query asks for: those of one kind are alternatives, and an event has one of each kind. */
export function wantedWords({ sessionId, agent, tool, decision, rule, types }: AuditQuery): readonly Wanted[] {
  const single = { session: sessionId, agent, tool, decision, rule, type: undefined };
  return wordKinds.flatMap((kind) => {
    const words = kind === 'type' ? types && [...new Set(types)] : single[kind] === undefined ? undefined : [single[kind]];
    return words ? [{ kind, words, names: words.map((word) => nameOf(kind, word)), ...(kind === 'session' && { hashes: words.map(shortHash) }) }] : [];
  });
}

const nameOf = (kind: WordKind, word: string): string => `${kind}\n${word}`;

/**
 * What is kept in memory of a segment to know whether it can hold what is asked for, a few kilobytes each: its words
 * with their counts, and 32 bits of a hash of each session, of which there are too many.
 */
export class Catalog {
  readonly #words: ReadonlyMap<string, KnownWord>;
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
        else words.push([shared(nameOf(kind as WordKind, String(word))), { id: Number(id), events: Number(events) }]);
      }
    } finally {
      statement.free();
    }
    return new Catalog(words, Uint32Array.from(sessions));
  }

  /**
   * False when no event has what the query asks for. True may be wrong for a session: two can have the same short hash.
   */
  mayHold(wanted: readonly Wanted[]): boolean {
    return wanted.every(({ names, hashes }) => (hashes ? hashes.some((hash) => this.#mayHaveSession(hash)) : names.some((name) => this.#words.has(name))));
  }

  word(kind: Exclude<WordKind, 'session'>, word: string): KnownWord | undefined {
    return this.#words.get(nameOf(kind, word));
  }

  /**
   * Where a single word leads to the fewest events, as far as is known here: a session first, then the rarest of the others
   * that no more than `most` have.
   */
  rarest(wanted: readonly Wanted[], most: number): Wanted | undefined {
    let rarest: Wanted | undefined;
    let fewest = most;
    for (const each of wanted) {
      const [name] = each.names;
      if (each.names.length !== 1 || name === undefined) continue;
      if (each.kind === 'session') return each;
      const { events } = this.#words.get(name) ?? { events: 0 };
      if (events > fewest) continue;
      fewest = events;
      rarest = each;
    }
    return rarest;
  }

  #mayHaveSession(wanted: number): boolean {
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
