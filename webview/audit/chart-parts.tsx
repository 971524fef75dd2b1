import type { VNode } from 'preact';
import type { Bucket, CallOutcome } from '../../src/protocol/audit.js';
import { answers, showsEvents } from './stacked.js';
import type { BarPart } from './stacked.js';
import { outcomeNames } from './names.js';
import { timeSpan } from './times.js';

/** One bar in words. */
export function bucketLabel(bucket: Bucket): string {
  const parts = (['auto', 'approved', 'rejected', 'denied', 'failed'] as const).filter((each) => bucket[each] > 0).map((each) => `${bucket[each].toLocaleString('en')} ${outcomeNames[each]}`);
  return `${timeSpan(bucket.from, bucket.to)}: ${parts.length === 0 ? `no calls${bucket.events > 0 ? `, ${bucket.events.toLocaleString('en')} other events` : ''}` : parts.join(', ')}`;
}

export const fillOf = (outcome: BarPart): string => `url(#fill-${outcome})`;

/** Strokes on the colour tell the parts apart for those who don't see colours. */
const strokes: Partial<Record<BarPart, string>> = {
  approved: 'M-1 1l2 -2M0 6l6 -6M5 7l2 -2',
  rejected: 'M0 3h6',
  denied: 'M-1 1l2 -2M0 6l6 -6M5 7l2 -2M-1 5l2 2M0 0l6 6M5 -1l2 2',
};

export function Patterns(): VNode {
  return (
    <defs>
      {([...answers, 'other'] as const).map((outcome) => (
        <pattern key={outcome} id={`fill-${outcome}`} width="6" height="6" patternUnits="userSpaceOnUse">
          <rect class={`ink-${outcome}`} width="6" height="6" />
          {strokes[outcome] !== undefined && <path class="ink-stroke" d={strokes[outcome]} />}
        </pattern>
      ))}
    </defs>
  );
}

/** What the parts mean, with how many there are. */
export function Legend({ buckets }: { readonly buckets: readonly Bucket[] }): VNode {
  const sum = (outcome: CallOutcome): number => buckets.reduce((total, each) => total + each[outcome], 0);
  if (showsEvents(buckets)) return <p class="legend">No answer to a call is among what matches: the bars count all events of the filter.</p>;
  return (
    <ul class="legend" aria-label="What the bars show">
      {answers.map((outcome) => (
        <li key={outcome}>
          <svg width="12" height="12" aria-hidden="true" focusable="false"><rect width="12" height="12" fill={fillOf(outcome)} class={`bar-part bar-${outcome}`} /></svg>
          {outcomeNames[outcome]} <span class="legend-count">{sum(outcome).toLocaleString('en')}</span>
        </li>
      ))}
      <li>
        <svg width="12" height="12" aria-hidden="true" focusable="false"><path class="bar-failed" d="M3 3l6 6m0 -6l-6 6" /></svg>
        {outcomeNames.failed} <span class="legend-count">{sum('failed').toLocaleString('en')}</span>
      </li>
    </ul>
  );
}

/** The same as numbers. */
export function ChartTable({ buckets, onTime }: { readonly buckets: readonly Bucket[]; readonly onTime: (from: number, to: number) => void }): VNode {
  const columns = [...answers, 'failed'] as const;
  const filled = buckets.filter((each) => each.events > 0);
  return (
    <div class="chart-table" tabIndex={0} role="region" aria-label="Calls over time, as a table">
      <table>
        <thead>
          <tr><th scope="col">Time</th>{columns.map((each) => <th key={each} scope="col">{outcomeNames[each]}</th>)}<th scope="col">all events</th></tr>
        </thead>
        <tbody>
          {filled.map((bucket) => (
            <tr key={bucket.from}>
              <th scope="row"><button type="button" class="text-button" onClick={() => onTime(bucket.from, bucket.to)}>{timeSpan(bucket.from, bucket.to)}</button></th>
              {columns.map((each) => <td key={each}>{bucket[each].toLocaleString('en')}</td>)}
              <td>{bucket.events.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
