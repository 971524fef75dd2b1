import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { exactTitle } from '../../src/protocol/exact-text.js';
import type { Row } from '../../src/protocol/audit.js';
import { Icon } from '../icon.js';
import { decidedWords, eventName, shortName } from './names.js';
import { clockTime, shortDayOf } from './times.js';

const columns = ['Time', 'Event', 'Tool', 'What', 'Decision', 'Agent'] as const;
const columnClass = (name: string): string => `cell cell-${name.toLowerCase()}`;

export function HeadRow({ height }: { readonly height: number }): VNode {
  return (
    <div role="rowgroup" class="list-head" style={{ height: `${height}px` }}>
      <div class="row row-head" role="row" aria-rowindex={1}>
        {columns.map((name, index) => <span key={name} class={columnClass(name)} role="columnheader" aria-colindex={index + 1}>{name}</span>)}
      </div>
    </div>
  );
}

export interface EventRowProps {
  readonly index: number;
  /** Pixels. */
  readonly top: number;
  readonly height: number;
  /** Undefined while it is on its way. */
  readonly row: Row | undefined;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onClick: () => void;
}

/** Its cells are drawn again only when the event is another. */
export function EventRow({ index, top, height, row, isActive, isSelected, onClick }: EventRowProps): VNode {
  const cells = useMemo(() => row && <Cells row={row} />, [row]);
  return (
    <div
      id={`row-${index}`} role="row" aria-rowindex={index + 2} aria-selected={isSelected}
      class={`row ${isActive ? 'row-active' : ''} ${isSelected ? 'row-selected' : ''}`} style={{ transform: `translateY(${top}px)`, height: `${height}px` }} onClick={onClick}
    >
      {cells ?? <span role="gridcell" class="cell cell-waiting" aria-colindex={1}>…</span>}
    </div>
  );
}

function Cells({ row }: { readonly row: Row }): VNode {
  const { name, icon, tone } = eventName(row.type);
  const about = exactTitle(row.about, 240);
  const time = clockTime(row.at);
  const decided = decidedWords(row);
  return (
    <>
      <span role="gridcell" class="cell cell-time" aria-colindex={1}>{shortDayOf(row.at)} {time.slice(0, -3)}<span class="row-seconds">{time.slice(-3)}</span></span>
      <span role="gridcell" class={`cell cell-event ${tone ? `tone-${tone}` : ''}`} aria-colindex={2} title={name}><Icon name={icon} /><span class="cell-text">{name}</span></span>
      <span role="gridcell" class="cell cell-tool" aria-colindex={3}>{row.tool === undefined ? '' : shortName(row.tool, 40)}</span>
      <span role="gridcell" class="cell cell-what" aria-colindex={4} title={about}>{about}</span>
      <span role="gridcell" class="cell cell-decision" aria-colindex={5} title={decided}>{decided}</span>
      <span role="gridcell" class="cell cell-agent" aria-colindex={6}>{row.agent === undefined ? '' : shortName(row.agent, 40)}</span>
    </>
  );
}
