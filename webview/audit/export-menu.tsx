import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { ToHost } from '../../src/protocol/audit.js';
import { Button } from '../components/button.js';
import { PopupMenu } from '../popup-menu.js';
import type { MenuEntry } from '../popup-menu.js';

const wholeLog: MenuEntry<'bundle'> = { id: 'bundle', label: 'Whole log as a bundle…', icon: 'box', detail: 'For an auditor: all events, with what proves that none is missing' };

/** All ways out of the log: what the list shows as a table, or the whole log as proof. */
export function ExportMenu({ filtered, post }: { readonly filtered: boolean; readonly post: (message: ToHost) => void }): VNode {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLElement>(null);
  const detail = `${filtered ? 'Only the events that match the filter' : 'All events'}; times in UTC`;
  return (
    <div class="export">
      <Button elementRef={button} hasPopup="menu" expanded={open} onClick={() => setOpen(!open)}>Export…</Button>
      {open && (
        <PopupMenu
          label="Export"
          entries={[{ id: 'csv', label: 'Events as CSV…', icon: 'file', detail }, { id: 'jsonl', label: 'Events as JSON lines…', icon: 'code', detail }, wholeLog]}
          onChoose={(id) => post(id === 'bundle' ? { type: 'export-bundle' } : { type: 'export', format: id })}
          onClose={(returnFocus) => {
            setOpen(false);
            if (returnFocus) button.current?.focus();
          }}
        />
      )}
    </div>
  );
}
