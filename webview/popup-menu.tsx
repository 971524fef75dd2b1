import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from './icon.js';
import type { IconName } from './icon.js';

export interface MenuEntry<Id extends string> {
  readonly id: Id;
  readonly label: string;
  readonly icon: IconName;
  /** A second line that says what the label can't. */
  readonly detail?: string;
}

export interface PopupMenuProps<Id extends string> {
  readonly label: string;
  readonly entries: readonly MenuEntry<Id>[];
  readonly onChoose: (id: Id) => void;
  /** Called first when something is chosen. Whether what opened it is to have the focus again. */
  readonly onClose: (returnFocus: boolean) => void;
}

/** A menu that a button opens: arrow keys move, Enter chooses, Escape and Tab close. */
export function PopupMenu<Id extends string>({ label, entries, onChoose, onClose }: PopupMenuProps<Id>): VNode {
  const list = useRef<HTMLDivElement>(null);
  const items = (): HTMLElement[] => [...(list.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
  useEffect(() => {
    items()[0]?.focus();
    const outside = (event: Event): void => {
      if (event.target instanceof Node && !list.current?.contains(event.target)) onClose(false);
    };
    // The click that opened the menu is still on its way.
    const timer = setTimeout(() => document.addEventListener('pointerdown', outside));
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointerdown', outside);
    };
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const target = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, Home: 0, End: all.length - 1 }[event.key];
    if (target !== undefined) all[target]?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') onClose(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="menu" role="menu" aria-label={label} ref={list} onKeyDown={onKeyDown}>
      {entries.map(({ id, label: name, icon, detail }) => (
        <button
          key={id} type="button" role="menuitem" tabIndex={-1}
          onClick={() => {
            onClose(true);
            onChoose(id);
          }}
        >
          <Icon name={icon} /> <span>{name}{detail !== undefined && <span class="menu-detail">{detail}</span>}</span>
        </button>
      ))}
    </div>
  );
}
