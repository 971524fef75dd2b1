import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ToHost } from '../../src/protocol/chat.js';
import { post } from '../host.js';
import { Icon } from '../icon.js';
import type { IconName } from '../icon.js';

type Command = Extract<ToHost, { type: 'command' }>['command'];

const entries: readonly (readonly [Command, string, IconName])[] = [
  ['openAuditLog', 'Audit log', 'history'],
  ['revokeSessionPermissions', 'Session permissions…', 'shield'],
  ['setApiKey', 'Set an API key…', 'key'],
  ['buildSandboxImage', 'Build sandbox image', 'box'],
  ['openSettings', 'Settings', 'edit'],
];

/** The overflow menu: arrow keys move, Enter chooses, Escape and Tab close. */
export function Menu({ onClose }: { readonly onClose: (returnFocus: boolean) => void }): VNode {
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
    <div class="menu" role="menu" aria-label="More" ref={list} onKeyDown={onKeyDown}>
      {entries.map(([command, label, icon]) => (
        <button
          key={command} type="button" role="menuitem" tabIndex={-1}
          onClick={() => {
            onClose(true);
            post({ type: 'command', command });
          }}
        >
          <Icon name={icon} /> {label}
        </button>
      ))}
    </div>
  );
}
