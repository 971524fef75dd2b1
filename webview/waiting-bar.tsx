import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { Item } from '../src/protocol/transcript.js';
import { Icon } from './icon.js';

/** Says how many requests wait, and goes from one open card to the next. It puts the focus on the card, never on a button. */
export function WaitingBar({ items, pending }: { readonly items: readonly Item[]; readonly pending: number }): VNode | null {
  const last = useRef('');
  const open = items.filter((item) => item.kind === 'call' && item.state === 'asking').map((item) => item.id);
  const waiting = Math.max(pending, open.length);
  if (waiting === 0) return null;
  const jump = (): void => {
    const next = open[(open.indexOf(last.current) + 1) % open.length];
    if (next === undefined) return;
    last.current = next;
    const card = document.querySelector<HTMLElement>(`[data-call="${CSS.escape(next)}"]`);
    card?.scrollIntoView({ block: 'nearest' });
    card?.focus({ preventScroll: true });
  };
  return (
    <button type="button" class="waiting" onClick={jump} disabled={open.length === 0}>
      <span class="count">{waiting}</span>{' '}
      <span class="waiting-text">waiting for your approval<span class="sr-only">. Go to the next one.</span></span>
      <Icon name="arrow-down" />
    </button>
  );
}
