import type { VNode } from 'preact';
import { useId } from 'preact/hooks';

export interface DateTimeFieldProps {
  readonly label: string;
  /** Milliseconds since the epoch; undefined: nothing is entered. */
  readonly value: number | undefined;
  readonly onChange: (value: number | undefined) => void;
}

/** A time in the zone of the reader, to the second. */
export function DateTimeField({ label, value, onChange }: DateTimeFieldProps): VNode {
  const id = useId();
  return (
    <div class="select">
      <label class="select-label" for={id}>{label}</label>
      <input
        id={id} type="datetime-local" step="1" value={value === undefined ? '' : localTime(value)}
        onChange={(event) => {
          const at = new Date(event.currentTarget.value).getTime();
          onChange(Number.isNaN(at) ? undefined : at);
        }}
      />
    </div>
  );
}

/** `2026-11-22T06:51:02` in the reader's zone, as the field wants it. */
function localTime(at: number): string {
  const date = new Date(at);
  const two = (number: number): string => String(number).padStart(2, '0');
  const year = String(date.getFullYear()).padStart(4, '0');
  return `${year}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
