import type { VNode } from 'preact';
import { useId } from 'preact/hooks';
import { exactTitle } from '../../src/protocol/exact-text.js';

export interface SelectOption {
  readonly value: string;
  readonly label: string;
}

export interface SelectProps {
  readonly label: string;
  /** Empty: nothing is chosen, and `all` is shown. */
  readonly value: string;
  /** What it means to choose nothing. */
  readonly all: string;
  readonly options: readonly SelectOption[];
  readonly onSelect: (value: string) => void;
}

/** One choice out of many, as the browser itself draws it: hundreds of options open at once, and typing finds one. */
export function Select({ label, value, all, options, onSelect }: SelectProps): VNode {
  const id = useId();
  return (
    <div class={`select ${value === '' ? '' : 'select-chosen'}`}>
      <label class="select-label" for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onSelect(event.currentTarget.value)}>
        <option value="">{all}</option>
        {/* What is chosen may be gone from what there is. */}
        {value !== '' && !options.some((option) => option.value === value) && <option value={value}>{exactTitle(value, 60)}</option>}
        {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
      </select>
    </div>
  );
}
