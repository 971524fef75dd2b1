import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { limits } from '../../src/protocol/audit.js';
import type { Facets, Filter } from '../../src/protocol/audit.js';
import { Button } from '../components/button.js';
import { DateTimeField } from '../components/date-time-field.js';
import { Select } from '../components/select.js';
import { TextField } from '../components/text-field.js';
import { IconButton } from '../icon-button.js';
import { narrowings, sessionName } from './filter-words.js';
import { decisionName, eventName, shortName } from './names.js';
import { dayOf } from './times.js';

export interface FiltersProps {
  readonly filter: Filter;
  readonly facets: Facets | undefined;
  readonly onFilter: (filter: Filter) => void;
}

/** All ways to narrow what is shown. On a narrow page they are folded behind one button. */
export function Filters({ filter, facets, onFilter }: FiltersProps): VNode {
  const [open, setOpen] = useState(false);
  const used = narrowings({ ...filter, text: undefined });
  const set = (change: Partial<Filter>): void => onFilter(tidy({ ...filter, ...change }));
  const chosen = (value: string): string | undefined => (value === '' ? undefined : value);
  const listOf = (name: 'tools' | 'agents' | 'rules' | 'decisions' | 'types', nameOf: (value: string) => string): { value: string; label: string }[] =>
    (facets?.[name] ?? []).map(({ value, events }) => ({ value, label: `${nameOf(value)} (${events.toLocaleString('en')})` }));
  return (
    <div class="filters">
      <div class="filters-first">
        <SearchText text={filter.text ?? ''} onText={(text) => set({ text: chosen(text) })} />
        <span class="filters-toggle"><Button onClick={() => setOpen(!open)} expanded={open}>{used > 0 ? `Filters (${used})` : 'Filters'}</Button></span>
      </div>
      <div class={`filters-rest ${open ? 'filters-open' : ''}`}>
        <TimeFilter filter={filter} onTime={set} />
        <Select label="Session" all="All" value={filter.sessionId ?? ''} onSelect={(value) => set({ sessionId: chosen(value) })}
          options={(facets?.sessions ?? []).map(({ id, events, latest }) => ({ value: id, label: `${sessionName(id, facets, 48)}, ${dayOf(latest)} (${events.toLocaleString('en')})` }))} />
        <Select label="Event" all="All" value={filter.type ?? ''} options={listOf('types', (value) => eventName(value).name)} onSelect={(value) => set({ type: chosen(value) })} />
        <Select label="Tool" all="All" value={filter.tool ?? ''} options={listOf('tools', shortName)} onSelect={(value) => set({ tool: chosen(value) })} />
        <Select label="Decision" all="All" value={filter.decision ?? ''} options={listOf('decisions', decisionName)} onSelect={(value) => set({ decision: chosen(value) })} />
        <Select label="Rule" all="All" value={filter.rule ?? ''} options={listOf('rules', shortName)} onSelect={(value) => set({ rule: chosen(value) })} />
        <Select label="Agent" all="All" value={filter.agent ?? ''} options={listOf('agents', shortName)} onSelect={(value) => set({ agent: chosen(value) })} />
      </div>
    </div>
  );
}

function tidy(filter: Filter): Filter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/** Milliseconds without a key after which the text is searched for. */
const rest = 250;

function SearchText({ text, onText }: { readonly text: string; readonly onText: (text: string) => void }): VNode {
  const [typed, setTyped] = useState(text);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  // The filter may change from elsewhere; what is being typed then goes.
  useEffect(() => setTyped(text), [text]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const search = (value: string, wait: number): void => {
    setTyped(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onText(value.slice(0, limits.text)), wait);
  };
  return (
    <div class="search">
      <TextField label="Search in the events" placeholder="Search in the events" value={typed} maxLength={limits.text} onInput={(value) => search(value, rest)} onSubmit={() => search(typed, 0)} onCancel={() => search('', 0)} />
      {typed !== '' && <IconButton icon="close" label="Clear the text" onClick={() => search('', 0)} />}
    </div>
  );
}

const hour = 60 * 60 * 1_000;
const presets = {
  hour: { label: 'Last hour', from: () => Date.now() - hour },
  today: { label: 'Today', from: () => new Date().setHours(0, 0, 0, 0) },
  week: { label: 'Last 7 days', from: () => Date.now() - 7 * 24 * hour },
  month: { label: 'Last 30 days', from: () => Date.now() - 30 * 24 * hour },
} as const;
const isPreset = (value: string): value is keyof typeof presets => Object.hasOwn(presets, value);

function TimeFilter({ filter: { from, to }, onTime }: { readonly filter: Filter; readonly onTime: (time: Pick<Filter, 'from' | 'to'>) => void }): VNode {
  const [last, setLast] = useState<{ readonly name: string; readonly from: number | undefined }>({ name: '', from: undefined });
  const isLast = to === undefined && last.from === from;
  const value = isLast ? last.name : from === undefined && to === undefined ? '' : 'exact';
  const choose = (name: string): void => {
    const start = isPreset(name) ? presets[name].from() : name === 'exact' ? from : undefined;
    setLast({ name, from: start });
    onTime({ from: start, to: undefined });
  };
  return (
    <>
      <Select label="Time" all="Any" value={value} onSelect={choose} options={[...Object.entries(presets).map(([name, { label }]) => ({ value: name, label })), { value: 'exact', label: 'From … to …' }]} />
      {value === 'exact' && (
        <>
          <DateTimeField label="From" value={from} onChange={(at) => onTime({ from: at, to })} />
          <DateTimeField label="To" value={to} onChange={(at) => onTime({ from, to: at })} />
        </>
      )}
    </>
  );
}
