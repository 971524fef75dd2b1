import path from 'node:path';
import type { AuditLog, VerifyReport } from '../audit/audit-log.js';
import { parseJournalFile } from '../audit/journal/journal-name.js';
import { Emitter, type Disposable } from '../disposable.js';
import { AxonError, isCancelled, messageOf } from '../errors.js';
import { limits, type Check, type Finding } from '../protocol/audit.js';

/** The check of the whole log, for whoever shows it. One at a time; what the last one found stays until the next. */
export class AuditPageCheck {
  #state: Check = { state: 'never' };
  #abort: AbortController | undefined;
  readonly #changed = new Emitter<Check>();

  constructor(private readonly now: () => number) {}

  get state(): Check {
    return this.#state;
  }

  onChanged(listener: (check: Check) => void): Disposable {
    return this.#changed.on(listener);
  }

  async run(log: Pick<AuditLog, 'verify'>): Promise<void> {
    if (this.#abort) return;
    const before = this.#state;
    const abort = new AbortController();
    this.#abort = abort;
    this.#set({ state: 'running' });
    try {
      this.#set(checkOf(await log.verify(abort.signal), this.now()));
    } catch (error) {
      this.#set(isCancelled(error) ? before : { state: 'failed', message: messageOf(error), next: error instanceof AxonError ? error.next : 'Try again.' });
    } finally {
      this.#abort = undefined;
    }
  }

  stop(): void {
    this.#abort?.abort();
  }

  #set(state: Check): void {
    this.#state = state;
    this.#changed.fire(state);
  }
}

function checkOf({ ok, events, findings, more, tornKept }: VerifyReport, at: number): Check {
  const shown = findings.slice(0, limits.findings);
  return {
    state: 'done', at, whole: ok, events,
    notes: tornKept > 0 ? [`${tornKept} unfinished line(s) that crashes left behind are kept aside. Nothing that was confirmed is in them.`] : [],
    findings: shown.map(findingOf),
    more: more + findings.length - shown.length,
  };
}

/** The event before the one that is wrong is the nearest that can be trusted; of the first one, the one after. */
function findingOf({ fault, file, seq, line, message }: VerifyReport['findings'][number]): Finding {
  const journal = parseJournalFile(path.basename(file))?.journal.name;
  const at = seq ?? line;
  const near = journal !== undefined && at !== undefined ? `${journal}.${at > 1 ? at - 1 : 2}` : undefined;
  return { fault, message: message.slice(0, limits.passage), ...(near !== undefined && { near }) };
}
