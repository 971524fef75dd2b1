import { cutEnd } from '../agent/cut.js';
import type { AuditLog } from '../audit/audit-log.js';
import { recordId } from '../audit/record.js';
import type { VerifyFinding } from '../audit/verify/finding.js';
import type { VerifyProgress, VerifyReport } from '../audit/verify/report.js';
import { Emitter, type Disposable } from '../disposable.js';
import { AxonError, isCancelled, messageOf } from '../errors.js';
import { limits, type Check, type Finding } from '../protocol/audit.js';

/** What a check knows of the log it checked, to tell what has changed since. */
interface Checked {
  readonly report: VerifyReport;
  /** Events that were there. */
  readonly events: number;
  /** The event that tells which events left the log last; none did where it is absent. */
  readonly trimmed: string | undefined;
}

type CheckedLog = Pick<AuditLog, 'verify' | 'facets' | 'page' | 'timeline'>;

/**
 * The check of the whole log, for all who ask for it or show it: the palette and the page. One at a time, which everybody
 * who asks meanwhile joins. What the last one found stays until the next, with how many events came since.
 */
export class AuditCheck {
  #state: Check = { state: 'never' };
  #checked: Checked | undefined;
  #running: { readonly abort: AbortController; readonly report: Promise<VerifyReport> } | undefined;
  readonly #changed = new Emitter<Check>();

  constructor(private readonly now: () => number) {}

  get state(): Check {
    return this.#state;
  }

  onChanged(listener: (check: Check) => void): Disposable {
    return this.#changed.on(listener);
  }

  /** Rejects as `AuditLog.verify` does, and with `cancelled` when it was stopped; the state tells of it, too. */
  run(log: CheckedLog): Promise<VerifyReport> {
    if (!this.#running) {
      const abort = new AbortController();
      this.#running = { abort, report: this.#run(log, abort.signal).finally(() => (this.#running = undefined)) };
    }
    return this.#running.report;
  }

  stop(): void {
    this.#running?.abort.abort();
  }

  /** What the last check found, by its number in the list that is shown. */
  finding(index: number): VerifyFinding | undefined {
    return this.#checked?.report.findings[index];
  }

  /** Tells what has come, or gone, since the check. `events` is how many the log holds now. */
  async review(log: CheckedLog, events: number): Promise<void> {
    const [checked, state] = [this.#checked, this.#state];
    if (!checked || state.state !== 'done') return;
    const { newer, fewer } = await since(log, checked, events);
    if (this.#state !== state || (newer === state.newer && fewer === state.fewer)) return;
    this.#set({ ...state, newer, fewer });
  }

  async #run(log: CheckedLog, signal: AbortSignal): Promise<VerifyReport> {
    const before = this.#state;
    this.#set({ state: 'running' });
    try {
      const report = await log.verify(signal, (progress) => this.#set({ state: 'running', progress: farOf(progress) }));
      // Of a log that isn't whole, what can be read may be another number than what was found authentic.
      this.#checked = report.ok ? { report, events: report.events, trimmed: report.trimmed?.id } : { report, events: (await log.facets()).events, trimmed: await trimmedBy(log) };
      this.#set(checkOf(report, this.now()));
      return report;
    } catch (error) {
      this.#set(isCancelled(error) ? before : { state: 'failed', message: messageOf(error), next: error instanceof AxonError ? error.next : 'Try again.' });
      throw error;
    }
  }

  #set(state: Check): void {
    this.#state = state;
    this.#changed.fire(state);
  }
}

/**
 * Events that came, and at least how many of the checked ones are gone. Both grow together, all events and those after the
 * last that was checked; what is missing from the first is gone, unless retention let it go.
 */
async function since(log: CheckedLog, checked: Checked, events: number): Promise<{ readonly newer: number; readonly fewer: number }> {
  const later = async (): Promise<number> => (await log.timeline({ from: (checked.report.latest ?? -1) + 1 }, { buckets: 1 })).total.events;
  let [more, after] = [events - checked.events, await later()];
  if ((await trimmedBy(log)) !== checked.trimmed) return { newer: after, fewer: 0 };
  // One that was written between the two counts is no sign of anything.
  let settled = false;
  for (let left = 3; left > 0 && !settled && after > more; left -= 1) {
    const before = after;
    more = (await log.facets()).events - checked.events;
    after = await later();
    settled = after === before;
  }
  return { newer: Math.max(more, after), fewer: settled ? Math.max(0, after - more) : 0 };
}

async function trimmedBy(log: CheckedLog): Promise<string | undefined> {
  const { records: [newest] } = await log.page({ types: ['audit_trimmed'], limit: 1 });
  return newest && recordId(newest);
}

/** The log may grow while it is read. */
function farOf({ events, bytes, totalBytes }: VerifyProgress): { events: number; part: number } {
  return { events, part: totalBytes === 0 ? 1 : Math.min(1, bytes / totalBytes) };
}

function checkOf({ verdict, limits: unknown, events, latest, findings, more, tornKept, trimmed }: VerifyReport, at: number): Check {
  const shown = findings.slice(0, limits.findings);
  const notes = [
    ...unknown,
    ...(trimmed ? [`The first ${trimmed.through.toLocaleString('en')} events left the log because they were older than the days that are kept.`] : []),
    ...(tornKept > 0 ? [`${tornKept} unfinished line(s) that crashes left behind are kept aside. Nothing that was confirmed is in them.`] : []),
  ];
  return {
    state: 'done', at, verdict, events, newer: 0, fewer: 0,
    ...(latest !== undefined && { latest }),
    notes: notes.slice(0, limits.notes).map((note) => cutEnd(note, limits.passage)),
    findings: shown.map(findingOf),
    more: more + findings.length - shown.length,
  };
}

function findingOf({ fault, message, at, after, before, journal }: VerifyFinding): Finding {
  const hasPlace = journal !== undefined || (at ?? after ?? before) !== undefined;
  return { fault, message: cutEnd(message, limits.passage), hasPlace };
}
