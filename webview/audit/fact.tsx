import type { VNode } from 'preact';
import { exactLine } from '../../src/protocol/exact-text.js';
import { IconButton } from '../icon-button.js';

export interface FactProps {
  readonly name: string;
  readonly value: string | undefined;
  /** Said after the value, in words of ours. */
  readonly note?: string;
  /** Shows only events that have the same. */
  readonly onOnly?: () => void;
}

/** One thing that is known of an event. The value may be anybody's; the name and the note are ours. */
export function Fact({ name, value, note, onOnly }: FactProps): VNode | null {
  if (value === undefined) return null;
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>
        <span class="fact-value" dir="ltr">{exactLine(value)}</span>
        {note !== undefined && <span class="fact-note"> {note}</span>}
        {onOnly && <IconButton icon="search" label={`Only events with this ${name.toLowerCase()}`} onClick={onOnly} />}
      </dd>
    </div>
  );
}
