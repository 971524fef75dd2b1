import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { SessionRow } from '../../src/protocol/chat.js';
import { prose } from '../../src/protocol/prose.js';
import { useHostTime } from '../clock.js';
import { Button } from '../components/button.js';
import { ProgressRing } from '../components/progress-ring.js';
import { TextField } from '../components/text-field.js';
import { ago } from '../format.js';
import { post } from '../host.js';
import { IconButton } from '../icon-button.js';

export interface SessionsProps {
  readonly sessions: readonly SessionRow[] | undefined;
  readonly onClose: () => void;
}

/** Earlier conversations: open, rename in place, delete after a question. Escape closes. */
export function Sessions({ sessions, onClose }: SessionsProps): VNode {
  const panel = useRef<HTMLElement>(null);
  const now = useHostTime(false);
  useEffect(() => panel.current?.focus(), []);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') move(panel.current, event.key === 'ArrowDown' ? 1 : -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section class="sessions" aria-label="Sessions" ref={panel} tabIndex={-1} onKeyDown={onKeyDown}>
      <header>
        <h2>Sessions</h2>
        <IconButton icon="close" label="Close the list" onClick={onClose} />
      </header>
      {sessions === undefined && <p class="sessions-empty"><ProgressRing label="Loading" /></p>}
      {sessions?.length === 0 && <p class="sessions-empty">No sessions yet.</p>}
      <ul>{sessions?.map((session) => <Row key={session.id} session={session} now={now} onClose={onClose} />)}</ul>
    </section>
  );
}

function move(panel: HTMLElement | null, by: number): void {
  const rows = [...(panel?.querySelectorAll<HTMLElement>('.session-open') ?? [])];
  const at = rows.findIndex((row) => row.closest('li')?.contains(document.activeElement));
  rows[at === -1 ? (by === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
}

interface RowProps {
  readonly session: SessionRow;
  readonly now: number;
  readonly onClose: () => void;
}

function Row({ session, now, onClose }: RowProps): VNode {
  const [mode, setMode] = useState<'shown' | 'renaming' | 'deleting'>('shown');
  const [title, setTitle] = useState(session.title);
  const shown = prose(session.title);
  const rename = (): void => {
    setMode('shown');
    const wanted = title.trim();
    if (wanted !== '' && wanted !== session.title) post({ type: 'rename-session', id: session.id, title: wanted });
  };
  if (mode === 'renaming') {
    return <li class="session-edit"><TextField label="Title" value={title} maxLength={200} focused onInput={setTitle} onSubmit={rename} onCancel={() => setMode('shown')} /></li>;
  }
  if (mode === 'deleting') {
    return (
      <li>
        <div class="session-edit" role="group" aria-label={`Delete ${shown}?`}>
          <p>Delete “{shown}”? Its audit events stay.</p>
          <Button onClick={() => post({ type: 'delete-session', id: session.id })}>Delete</Button>
          <Button onClick={() => setMode('shown')}>Keep</Button>
        </div>
      </li>
    );
  }
  return (
    <li class={`session ${session.active ? 'session-active' : ''}`}>
      <button
        type="button" class="session-open" aria-current={session.active ? 'true' : undefined}
        onClick={() => {
          post({ type: 'open-session', id: session.id });
          onClose();
        }}
      >
        <span class="session-title">{shown}</span>
        <span class="session-time">{ago(session.updatedAt, now)}</span>
      </button>
      <IconButton
        icon="edit" label={`Rename ${shown}`}
        onClick={() => {
          setTitle(session.title);
          setMode('renaming');
        }}
      />
      <IconButton icon="trash" label={`Delete ${shown}`} onClick={() => setMode('deleting')} />
    </li>
  );
}
