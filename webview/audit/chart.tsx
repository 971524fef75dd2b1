import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Bucket } from '../../src/protocol/audit.js';
import { bucketLabel, fillOf, Patterns } from './chart-parts.js';
import { countsOf, showsEvents, stacked } from './stacked.js';
import type { BarCounts } from './stacked.js';
import { roughTime, shortDayOf } from './times.js';
import { useSize } from './use-size.js';

export interface ChartProps {
  readonly buckets: readonly Bucket[];
  /** Milliseconds since the epoch, `to` exclusive. */
  readonly onTime: (from: number, to: number) => void;
}

const barsHeight = 56;
/** Below the bars: a strip where a mark says that something failed. */
const failedHeight = 8;
const gap = 1;

/** Bars from `from` to `to`, both included, in either order. */
interface Range {
  readonly from: number;
  readonly to: number;
}

const between = (range: Range | undefined, index: number): boolean => range !== undefined && index >= Math.min(range.from, range.to) && index <= Math.max(range.from, range.to);

/**
 * Calls over time, by what was decided. A click takes one bar, dragging takes several; with the keyboard the arrows move,
 * with Shift they take more, and Enter shows that time.
 */
export function Chart({ buckets, onTime }: ChartProps): VNode {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const [active, setActive] = useState<number>();
  const [range, setRange] = useState<Range>();
  const [dragging, setDragging] = useState(false);
  const step = width / Math.max(1, buckets.length);
  const events = showsEvents(buckets);
  const counts = buckets.map((each) => countsOf(each, events));
  const highest = Math.max(1, ...counts.map(({ whole }) => whole));
  const indexAt = (event: PointerEvent): number => {
    const left = box.current?.getBoundingClientRect().left ?? 0;
    return Math.min(buckets.length - 1, Math.max(0, Math.floor((event.clientX - left) / step)));
  };
  const take = (taken: Range): void => {
    const first = buckets[Math.min(taken.from, taken.to)];
    const last = buckets[Math.max(taken.from, taken.to)];
    setRange(undefined);
    setDragging(false);
    if (first && last) onTime(first.from, last.to);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = active ?? buckets.length - 1;
    const moved = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: buckets.length - 1, PageUp: at - 10, PageDown: at + 10 }[event.key];
    if (moved !== undefined) {
      const to = Math.min(buckets.length - 1, Math.max(0, moved));
      setActive(to);
      setRange(event.shiftKey ? { from: range?.from ?? at, to } : undefined);
    } else if (event.key === 'Enter' || event.key === ' ') take(range ?? { from: at, to: at });
    else if (event.key === 'Escape' && range) setRange(undefined);
    else return;
    event.preventDefault();
  };
  return (
    <div class="chart-box" ref={box}>
      {width > 0 && (
        <svg
          class="chart" width={width} height={barsHeight + failedHeight} role="listbox" aria-multiselectable="true" aria-orientation="horizontal" tabIndex={0} focusable="true"
          aria-label="Calls over time. Arrows move, Shift with arrows takes more, Enter shows that time."
          aria-activedescendant={active === undefined ? undefined : `bar-${active}`}
          onFocus={() => setActive(active ?? buckets.length - 1)}
          onKeyDown={onKeyDown}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            const at = indexAt(event);
            setDragging(true);
            setActive(at);
            setRange({ from: at, to: at });
          }}
          onPointerMove={(event) => {
            const at = indexAt(event);
            if (at !== active) setActive(at);
            if (dragging && range && range.to !== at) setRange({ ...range, to: at });
          }}
          onPointerUp={() => {
            if (dragging && range) take(range);
          }}
          onPointerCancel={() => {
            setDragging(false);
            setRange(undefined);
          }}
        >
          <Patterns />
          {buckets.map((bucket, index) => (
            <Bar key={bucket.from} bucket={bucket} counts={counts[index] ?? countsOf(bucket, events)} index={index} x={index * step} width={step} highest={highest} isActive={index === active} isTaken={between(range, index)} />
          ))}
        </svg>
      )}
      <Axis buckets={buckets} highest={`${highest.toLocaleString('en')} ${events ? 'event' : 'call'}${highest === 1 ? '' : 's'}`} shown={active === undefined ? undefined : buckets[active]} />
    </div>
  );
}

interface BarProps {
  readonly bucket: Bucket;
  readonly counts: BarCounts;
  readonly index: number;
  readonly x: number;
  readonly width: number;
  readonly highest: number;
  readonly isActive: boolean;
  readonly isTaken: boolean;
}

function Bar({ bucket, counts, index, x, width, highest, isActive, isTaken }: BarProps): VNode {
  const inner = Math.max(1, width - gap);
  return (
    <g role="option" id={`bar-${index}`} aria-selected={isTaken} aria-label={bucketLabel(bucket)} class={`bar ${isActive ? 'bar-active' : ''} ${isTaken ? 'bar-taken' : ''}`}>
      <rect class="bar-ground" x={x} y="0" width={width} height={barsHeight + failedHeight} />
      {stacked(counts, highest, barsHeight).map(({ outcome, y, height }) => (
        <rect key={outcome} x={x} y={y} width={inner} height={height} fill={fillOf(outcome)} class={`bar-part bar-${outcome}`} />
      ))}
      {bucket.failed > 0 && <path class="bar-failed" d={`M${x + inner / 2 - 2.5} ${barsHeight + 2}l5 5m0 -5l-5 5`} />}
    </g>
  );
}

/** What stands under the chart: its ends, and what the bar under the pointer or the keys holds. */
function Axis({ buckets, highest, shown }: { readonly buckets: readonly Bucket[]; readonly highest: string; readonly shown: Bucket | undefined }): VNode {
  const [first] = buckets;
  const last = buckets.at(-1);
  return (
    <p class="chart-axis">
      <span>{first && roughTime(first.from)}</span>
      <span class="chart-shown" aria-hidden="true">{shown ? bucketLabel(shown) : `Highest bar: ${highest}`}</span>
      <span>{last && (last.to - last.from < 86_400_000 ? roughTime(last.to) : shortDayOf(last.to - 1))}</span>
    </p>
  );
}
