import type { VNode } from 'preact';
import type { ToHost } from '../../src/protocol/chat.js';
import { post } from '../host.js';
import { PopupMenu } from '../popup-menu.js';
import type { MenuEntry } from '../popup-menu.js';

type Command = Extract<ToHost, { type: 'command' }>['command'];

const entries: readonly MenuEntry<Command>[] = [
  { id: 'openAuditLog', label: 'Audit log', icon: 'history' },
  { id: 'revokeSessionPermissions', label: 'Session permissions…', icon: 'shield' },
  { id: 'setApiKey', label: 'Set an API key…', icon: 'key' },
  { id: 'buildSandboxImage', label: 'Build sandbox image', icon: 'box' },
  { id: 'openSettings', label: 'Settings', icon: 'edit' },
];

/** The overflow menu of the chat. */
export function Menu({ onClose }: { readonly onClose: (returnFocus: boolean) => void }): VNode {
  return <PopupMenu label="More" entries={entries} onChoose={(command) => post({ type: 'command', command })} onClose={onClose} />;
}
