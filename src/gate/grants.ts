import type { Disposable } from '../disposable.js';
import { Emitter } from '../disposable.js';
import type { GrantScope } from '../policy/decision.js';

export interface Grant {
  readonly sessionId: string;
  readonly key: string;
  readonly label: string;
  readonly tool: string;
  readonly at: number;
}

/** What a person allowed for the rest of a session. Held in memory only: closing the window ends every grant. */
export class Grants {
  readonly #grants = new Map<string, Grant>();
  readonly #changed = new Emitter<undefined>();

  get all(): readonly Grant[] {
    return [...this.#grants.values()];
  }

  covers(sessionId: string, scope: GrantScope | undefined): boolean {
    if (!scope) return false;
    return [scope.key, ...(scope.coveredBy ?? [])].some((key) => this.#grants.has(id(sessionId, key)));
  }

  add(grant: Grant): void {
    this.#grants.set(id(grant.sessionId, grant.key), grant);
    this.#changed.fire(undefined);
  }

  /** True when there was one. */
  revoke(grant: Pick<Grant, 'sessionId' | 'key'>): boolean {
    const had = this.#grants.delete(id(grant.sessionId, grant.key));
    if (had) this.#changed.fire(undefined);
    return had;
  }

  /** The session was deleted. */
  forget(sessionId: string): void {
    for (const grant of this.all) if (grant.sessionId === sessionId) this.revoke(grant);
  }

  onChanged(listener: () => void): Disposable {
    return this.#changed.on(listener);
  }
}

/** NUL can't be in a session id, so no two pairs share a text. */
const id = (sessionId: string, key: string): string => `${sessionId}\0${key}`;
