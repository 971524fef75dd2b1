import type { Tombstone } from '../retention/tombstone.js';
import { inWords, type VerifyFinding } from './finding.js';

export interface VerifyReport {
  /** True when nothing was found. Whether that means `whole` is said by `verdict`. */
  readonly ok: boolean;
  /**
   * `whole`: every event that was ever written is there as it was written, but for what retention removed.
   * `whole-as-far-as-known`: nothing was found, but something could be missing that can't be noticed; `limits` says what.
   */
  readonly verdict: 'whole' | 'whole-as-far-as-known' | 'not-whole';
  /** What can't be known, one sentence each. */
  readonly limits: readonly string[];
  readonly keyId: string;
  /** Authentic events. */
  readonly events: number;
  /** When the first and the last of them happened (milliseconds since the epoch); absent in an empty log. */
  readonly earliest?: number;
  readonly latest?: number;
  readonly segments: number;
  readonly journals: number;
  /** At most 1,000. */
  readonly findings: readonly VerifyFinding[];
  /** How many more there were. */
  readonly more: number;
  /** Unfinished lines that crashes left behind, kept aside: no fault. */
  readonly tornKept: number;
  /** What left the log by its retention, where something did. */
  readonly trimmed?: Tombstone;
  /** Key ids of logs beside this one that this key can't check. */
  readonly otherLogs: readonly string[];
  /** When the bundle was made (milliseconds since the epoch), where a bundle was checked. */
  readonly bundledAt?: number;
}

/** What findings, and what can't be known, come to. */
export function verdictOf(findings: readonly VerifyFinding[], limits: readonly string[]): Pick<VerifyReport, 'ok' | 'verdict' | 'limits' | 'findings'> {
  const ok = findings.length === 0;
  return { ok, verdict: !ok ? 'not-whole' : limits.length > 0 ? 'whole-as-far-as-known' : 'whole', limits, findings };
}

export interface VerifyProgress {
  readonly events: number;
  readonly bytes: number;
  readonly totalBytes: number;
}

/** The report in sentences for a person, safe to print: the verdict first, then what stands behind it. */
export function reportInWords(report: VerifyReport): string[] {
  const { verdict, findings, more, limits, trimmed, tornKept, otherLogs, bundledAt } = report;
  const count = findings.length + more;
  const first = {
    whole: `The audit log is WHOLE${bundledAt === undefined ? '' : `, as it was when the bundle was made (${inWords(bundledAt)})`}: nothing was changed, removed, reordered or inserted.`,
    'whole-as-far-as-known': 'The audit log is whole AS FAR AS CAN BE KNOWN: what is there was not changed, reordered or inserted, and nothing is missing from its middle.',
    'not-whole': `The audit log is NOT WHOLE: ${count} finding${count === 1 ? '' : 's'}.`,
  }[verdict];
  return [
    first,
    ...limits,
    ...findings.map((each) => `- ${each.message}`),
    ...(more > 0 ? [`- and ${more} more`] : []),
    extentOf(report),
    ...(trimmed ? [`The events at positions 1 to ${trimmed.through} left the log by its retention; the last time is recorded at ${inWords(trimmed.at)}, event id ${trimmed.id}.`] : []),
    ...(tornKept > 0 ? [`${tornKept} unfinished line(s) that crashes left behind are kept aside; nothing that was confirmed is in them.`] : []),
    ...(otherLogs.length > 0 ? [`Beside it lie logs that were written with other keys and were not checked: ${otherLogs.join(', ')}.`] : []),
  ];
}

function extentOf({ events, earliest, latest, segments, journals, keyId }: VerifyReport): string {
  const span = earliest === undefined || latest === undefined ? '' : `, from ${inWords(earliest)} to ${inWords(latest)}`;
  return `${events} authentic event${events === 1 ? '' : 's'}${span}, in ${segments} segment(s) and ${journals} journal(s). Key ${keyId}.`;
}
