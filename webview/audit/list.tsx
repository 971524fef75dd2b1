import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { limits } from '../../src/protocol/audit.js';
import type { Row } from '../../src/protocol/audit.js';
import { EventRow, HeadRow } from './row.js';
import { rowAt } from './state.js';
import type { State } from './state.js';
import { useSize } from './use-size.js';

export interface ListProps {
  /** Another number is another list: it begins at its head. */
  readonly query: number;
  readonly blocks: State['blocks'];
  readonly total: number;
  readonly selected: string | undefined;
  /** An event to be brought into view; each new object does it once. */
  readonly place: State['place'];
  /** Details are shown beside the list, and follow the keys. */
  readonly follows: boolean;
  readonly onNeed: (from: number, to: number) => void;
  readonly onOpen: (row: Row) => void;
  readonly onClose: () => void;
  readonly onFollow: (row: Row) => void;
}

/** Rows that are drawn above and below what is seen. */
const beyond = 8;
/** Milliseconds on a row after which details follow. */
const restOnRow = 120;

/**
 * Events as rows, newest first. However many there are, no more rows are in the document than fit the page and a few: the
 * others are blank height. One stop for Tab; arrows, Page and Home and End move within.
 */
export function List(props: ListProps): VNode {
  const { query, blocks, place, onNeed } = props;
  const selected = props.selected ?? place?.id;
  const total = Math.min(props.total, limits.rows);
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeight = useRowHeight(scroller);
  // The head stays above the rows.
  const height = Math.max(0, useSize(scroller).height - rowHeight);
  const [top, setTop] = useState(0);
  const [active, setActive] = useState(0);
  const follow = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const seen = Math.ceil(height / rowHeight) + 1;
  const first = Math.max(0, Math.min(Math.floor(top / rowHeight), total - seen));
  const from = Math.max(0, first - beyond);
  const to = Math.min(total, first + seen + beyond);

  useLayoutEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0;
    setTop(0);
    setActive(0);
  }, [query]);
  // Not before the list is long enough: it is counted after its first rows are there.
  const canShow = place !== undefined && height > 0 && place.row < total;
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!canShow || !element) return;
    element.scrollTop = Math.max(0, place.row * rowHeight - Math.floor(height / 2));
    setTop(element.scrollTop);
    setActive(place.row);
    element.focus();
  }, [place, canShow]);
  useEffect(() => onNeed(from, to), [from, to, query, blocks]);
  useEffect(() => () => clearTimeout(follow.current), []);

  const moveTo = (index: number): void => {
    const next = Math.min(total - 1, Math.max(0, index));
    setActive(next);
    const element = scroller.current;
    if (element) {
      if (next * rowHeight < element.scrollTop) element.scrollTop = next * rowHeight;
      else if ((next + 1) * rowHeight > element.scrollTop + height) element.scrollTop = (next + 1) * rowHeight - height;
    }
    clearTimeout(follow.current);
    if (props.follows) {
      follow.current = setTimeout(() => {
        const row = rowAt(blocks, next);
        if (row) props.onFollow(row);
      }, restOnRow);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const page = Math.max(1, seen - 2);
    const index = { ArrowUp: active - 1, ArrowDown: active + 1, PageUp: active - page, PageDown: active + page, Home: 0, End: total - 1 }[event.key];
    const row = rowAt(blocks, active);
    if (index !== undefined) moveTo(index);
    else if ((event.key === 'Enter' || event.key === ' ') && row) props.onOpen(row);
    else if (event.key === 'Escape' && props.selected !== undefined) props.onClose();
    else return;
    event.preventDefault();
  };
  const rows = Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset);
  return (
    <div
      class="list" role="grid" tabIndex={0} aria-label="Events, newest first" aria-rowcount={total + 1} aria-colcount={6} aria-busy={rows.some((index) => !rowAt(blocks, index))}
      aria-activedescendant={active >= from && active < to ? `row-${active}` : undefined} ref={scroller} onKeyDown={onKeyDown} onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <HeadRow height={rowHeight} />
      <div class="rows" role="rowgroup" style={{ height: `${total * rowHeight}px` }}>
        {rows.map((index) => {
          const row = rowAt(blocks, index);
          return (
            <EventRow
              key={index} index={index} top={index * rowHeight} height={rowHeight} row={row} isActive={index === active} isSelected={row !== undefined && row.id === selected}
              onClick={() => {
                setActive(index);
                if (row) props.onOpen(row);
              }}
            />
          );
        })}
      </div>
    </div>
  );
}

/** A row is as high as a line of the editor's font and a little air, in whole pixels. */
function useRowHeight(element: { readonly current: Element | null }): number {
  const [rowHeight, setRowHeight] = useState(26);
  useLayoutEffect(() => {
    if (element.current) setRowHeight(Math.ceil(Number.parseFloat(getComputedStyle(element.current).fontSize) * 1.5 + 6));
  }, []);
  return rowHeight;
}
