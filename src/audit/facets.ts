import type { AuditRecord } from './record.js';

/** A value that events have, and how many have it. */
export interface Facet {
  readonly value: string;
  readonly events: number;
}

export interface SessionFacet {
  readonly sessionId: string;
  readonly events: number;
  /** Milliseconds since the epoch: its first and its last event. */
  readonly earliest: number;
  readonly latest: number;
}

/** What there is to filter by. Each list has the most frequent first, 200 at most; sessions the newest. */
export interface AuditFacets {
  readonly tools: readonly Facet[];
  readonly agents: readonly Facet[];
  readonly rules: readonly Facet[];
  readonly decisions: readonly Facet[];
  readonly types: readonly Facet[];
  readonly sessions: readonly SessionFacet[];
  readonly events: number;
  /** Milliseconds since the epoch; absent when there is no event. */
  readonly earliest?: number;
  readonly latest?: number;
}

export const facetFields = { tools: 'tool', agents: 'agent', rules: 'rule', decisions: 'decision', types: 'type' } as const;
export type FacetName = keyof typeof facetFields;
export const facetNames = Object.keys(facetFields) as readonly FacetName[];

const mostValues = 200;
const mostSessions = 200;

/** Counts values of events, one by one or many at once. */
export class FacetCounter {
  readonly #counts: Record<FacetName, Map<string, number>> = { tools: new Map(), agents: new Map(), rules: new Map(), decisions: new Map(), types: new Map() };
  readonly #sessions = new Map<string, SessionFacet>();
  #events = 0;
  #earliest = Infinity;
  #latest = -Infinity;

  addRecord(record: Pick<AuditRecord, 'at' | 'sessionId' | 'tool' | 'agent' | 'rule' | 'decision' | 'type'>): void {
    for (const name of facetNames) {
      const value = record[facetFields[name]];
      if (value !== undefined) this.addValue(name, value, 1);
    }
    this.addSession({ sessionId: record.sessionId, events: 1, earliest: record.at, latest: record.at });
    this.addEvents(1, record.at, record.at);
  }

  addEvents(events: number, earliest: number, latest: number): void {
    this.#events += events;
    this.#earliest = Math.min(this.#earliest, earliest);
    this.#latest = Math.max(this.#latest, latest);
  }

  addValue(name: FacetName, value: string, events: number): void {
    const counts = this.#counts[name];
    counts.set(value, (counts.get(value) ?? 0) + events);
  }

  addSession(session: SessionFacet): void {
    const known = this.#sessions.get(session.sessionId);
    this.#sessions.set(
      session.sessionId,
      known
        ? { ...known, events: known.events + session.events, earliest: Math.min(known.earliest, session.earliest), latest: Math.max(known.latest, session.latest) }
        : session,
    );
  }

  end(): AuditFacets {
    const sessions = [...this.#sessions.values()].sort((a, b) => b.latest - a.latest || (a.sessionId < b.sessionId ? -1 : 1)).slice(0, mostSessions);
    const { tools, agents, rules, decisions, types } = this.#counts;
    return {
      tools: frequent(tools),
      agents: frequent(agents),
      rules: frequent(rules),
      decisions: frequent(decisions),
      types: frequent(types),
      sessions,
      events: this.#events,
      ...(this.#events > 0 && { earliest: this.#earliest, latest: this.#latest }),
    };
  }
}

function frequent(counts: ReadonlyMap<string, number>): Facet[] {
  const facets = [...counts].map(([value, events]) => ({ value, events }));
  return facets.sort((a, b) => b.events - a.events || (a.value < b.value ? -1 : 1)).slice(0, mostValues);
}
