import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { SessionRow, Status } from '../../src/protocol/chat.js';
import { prose } from '../../src/protocol/prose.js';
import { post } from '../host.js';
import { IconButton } from '../icon-button.js';
import { Menu } from './menu.js';
import { Sessions } from './sessions.js';

export interface HeaderProps {
  readonly status: Status;
  readonly sessions: readonly SessionRow[] | undefined;
}

/** The session's title, and what can be done with sessions. */
export function Header({ status, sessions }: HeaderProps): VNode {
  const [open, setOpen] = useState<'nothing' | 'sessions' | 'menu'>('nothing');
  const historyButton = useRef<HTMLButtonElement>(null);
  const menuButton = useRef<HTMLButtonElement>(null);
  const title = prose(status.title);
  const toggleSessions = (): void => {
    if (open !== 'sessions') post({ type: 'list-sessions' });
    setOpen(open === 'sessions' ? 'nothing' : 'sessions');
  };
  return (
    <header class="header">
      <h1 title={title}>{title}</h1>
      <IconButton icon="add" label="New session" onClick={() => post({ type: 'new-session' })} />
      <IconButton icon="history" label="Sessions" elementRef={historyButton} expanded={open === 'sessions'} hasPopup="dialog" onClick={toggleSessions} />
      <IconButton icon="more" label="More" elementRef={menuButton} expanded={open === 'menu'} hasPopup="menu" onClick={() => setOpen(open === 'menu' ? 'nothing' : 'menu')} />
      {open === 'menu' && (
        <Menu
          onClose={(returnFocus) => {
            setOpen('nothing');
            if (returnFocus) menuButton.current?.focus();
          }}
        />
      )}
      {open === 'sessions' && (
        <Sessions
          sessions={sessions}
          onClose={() => {
            setOpen('nothing');
            historyButton.current?.focus();
          }}
        />
      )}
    </header>
  );
}
