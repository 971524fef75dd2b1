import type { VNode } from 'preact';
import { limits } from '../../src/protocol/audit.js';
import type { Row } from '../../src/protocol/audit.js';
import { Button } from '../components/button.js';
import { ProgressRing } from '../components/progress-ring.js';
import { count } from '../format.js';
import { Chart } from './chart.js';
import { ChartTable, Legend } from './chart-parts.js';
import { filterWords, narrowings } from './filter-words.js';
import { List } from './list.js';
import { placeText } from './state.js';
import type { State } from './state.js';
import type { Store } from './store.js';
import { zoneWords } from './times.js';

export interface ListPaneProps {
  readonly store: Store;
  readonly state: State;
  /** The details beside the list follow the keys. */
  readonly follows: boolean;
  readonly onOpen: (row: Row) => void;
  /** Closes what `onOpen` opened. */
  readonly onClose: () => void;
}

/** What matches: in words, as a chart, as rows. */
export function ListPane({ store, state, follows, onOpen, onClose }: ListPaneProps): VNode {
  const { buckets, failures, total, filter, newer } = state;
  const onTime = (from: number, to: number): void => store.filterBy({ ...filter, from, to });
  return (
    <>
      <Words store={store} state={state} />
      <section class="timeline" aria-label="Calls over time">
        <div class="timeline-head">
          <h2>Calls over time <span class="zone">Times in {zoneWords(Date.now())}</span></h2>
          <span class="segmented" role="group" aria-label="How the calls are shown">
            {([['bars', 'Chart'], ['table', 'Table'], ['hidden', 'Hide']] as const).map(([value, label]) => (
              <button key={value} type="button" class="text-button" aria-pressed={store.chart === value} onClick={() => store.showChart(value)}>{label}</button>
            ))}
          </span>
        </div>
        {failures.timeline ? <p class="problem">{failures.timeline.message} {failures.timeline.next}</p> : null}
        {store.chart === 'bars' && <>{buckets && buckets.length > 0 ? <Chart buckets={buckets} onTime={onTime} /> : <div class="chart-empty" />}{buckets && <Legend buckets={buckets} />}</>}
        {store.chart === 'table' && buckets && <ChartTable buckets={buckets} onTime={onTime} />}
      </section>
      {state.changed && <p class="newer"><span>The log has changed since this list was read.</span> <Button onClick={() => store.refresh()}>Read it anew</Button></p>}
      {state.place && <p class="newer details-note">{placeText(state.place.beside)}</p>}
      {newer && !state.changed && (
        <p class="newer"><Button icon="arrow-up" onClick={() => store.refresh()}>{`${newer.more ? `More than ${newer.count}` : newer.count} new ${newer.count === 1 ? 'event' : 'events'}`}</Button></p>
      )}
      {failures.list ? <Problem message={failures.list.message} next={failures.list.next} onRetry={() => store.refresh()} /> : null}
      {failures.rows ? <p class="problem" role="alert">{failures.rows.message} {failures.rows.next}</p> : null}
      {!failures.list && total === undefined && <p class="state"><ProgressRing label="The log is being read" /> The log is being read…</p>}
      {!failures.list && total === 0 && !state.waiting && <Nothing state={state} store={store} />}
      {total !== undefined && total > 0 && (
        <div class={`list-frame ${state.waiting ? 'list-stale' : ''}`}>
          <List query={state.waiting ? state.query - 1 : state.query} blocks={state.blocks} total={total} selected={state.selected} place={state.place} follows={follows} onNeed={(from, to) => store.need(from, to)} onOpen={onOpen} onClose={onClose} onFollow={(row) => store.select(row.id)} />
          {total > limits.rows && <p class="details-note">Only the newest {limits.rows.toLocaleString('en')} can be scrolled through. Narrow the filter for the others; an export has them all.</p>}
        </div>
      )}
    </>
  );
}

function Words({ store, state: { filter, facets, total, counted, waiting } }: Pick<ListPaneProps, 'store' | 'state'>): VNode {
  const number = total === undefined || waiting ? '…' : `${counted ? '' : 'more than '}${count(total, 'event')}`;
  return (
    <p class="words">
      <span class="words-filter">{filterWords(filter, facets)}</span> <span class="words-count">{number}</span>
      {narrowings(filter) > 0 && <button type="button" class="text-button" onClick={() => store.filterBy({})}>Clear the filter</button>}
      {(filter.from !== undefined || filter.to !== undefined) && narrowings(filter) > 1 && <button type="button" class="text-button" onClick={() => store.filterBy(withoutTime(filter))}>Any time</button>}
    </p>
  );
}

function withoutTime({ from: _from, to: _to, ...rest }: State['filter']): State['filter'] {
  return rest;
}

function Nothing({ store, state }: Pick<ListPaneProps, 'store' | 'state'>): VNode {
  if (narrowings(state.filter) > 0) {
    return <div class="state"><p>No event matches this filter.</p><Button onClick={() => store.filterBy({})}>Clear the filter</Button></div>;
  }
  return <div class="state"><p><strong>Nothing is recorded yet.</strong></p><p>Each thing that Axon asks for, is allowed or refused, and does, stands here from its first call on.</p></div>;
}

function Problem({ message, next, onRetry }: { readonly message: string; readonly next: string; readonly onRetry: () => void }): VNode {
  return <div class="state" role="alert"><p><strong>The log can’t be read.</strong></p><p>{message} {next}</p><Button onClick={onRetry}>Try again</Button></div>;
}
