import { cutEnd } from '../agent/cut.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { VerifyProgress, VerifyReport } from '../audit/verify/report.js';
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
      this.#set(checkOf(await log.verify(abort.signal, (progress) => this.#set({ state: 'running', progress: farOf(progress) })), this.now()));
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

/** The log may grow while it is read. */
function farOf({ events, bytes, totalBytes }: VerifyProgress): { events: number; part: number } {
  return { events, part: totalBytes === 0 ? 1 : Math.min(1, bytes / totalBytes) };
}

function checkOf({ verdict, limits: unknown, events, findings, more, tornKept, trimmed }: VerifyReport, at: number): Check {
  const shown = findings.slice(0, limits.findings);
  const notes = [
    ...unknown,
    ...(trimmed ? [`The first ${trimmed.through.toLocaleString('en')} events left the log because they were older than the days that are kept.`] : []),
    ...(tornKept > 0 ? [`${tornKept} unfinished line(s) that crashes left behind are kept aside. Nothing that was confirmed is in them.`] : []),
  ];
  return {
    state: 'done', at, verdict, events,
    notes: notes.slice(0, limits.notes).map((note) => cutEnd(note, limits.passage)),
    findings: shown.map(findingOf),
    more: more + findings.length - shown.length,
  };
}

function findingOf({ fault, message, at, after, before }: VerifyReport['findings'][number]): Finding {
  const time = at ?? after ?? before;
  return { fault, message: cutEnd(message, limits.passage), ...(time !== undefined && { at: time }) };
}
