import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { exactText } from '../../src/protocol/exact-text.js';
import type { Status } from '../../src/protocol/chat.js';
import { useHostTime } from '../clock.js';
import { ago, count } from '../format.js';
import { post } from '../host.js';
import { Icon } from '../icon.js';

/** That the session has read text from outside, what that changes, every source with its time, and the way out. */
export function TaintBanner({ taint }: { readonly taint: Status['taint'] }): VNode {
  const [open, setOpen] = useState(false);
  const now = useHostTime(true, 30_000);
  const newestFirst = taint.toReversed();
  return (
    <section class="banner taint" aria-label="Outside content was read">
      <Icon name="alert" />
      <p><strong>Outside content was read.</strong> It can steer the model, so running, changing and sending ask each time; permissions of this session wait.</p>
      <div class="taint-actions">
        <button type="button" class="text-button" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name={open ? 'chevron-down' : 'chevron-right'} /> {count(taint.length, 'source')}
        </button>
        <button type="button" class="text-button" aria-label="Clear… the mark of outside content" onClick={() => post({ type: 'command', command: 'clearTaint' })}>Clear…</button>
      </div>
      {open && (
        <ul class="taint-list" aria-label="What was read, newest first" tabIndex={0}>
          {newestFirst.map(({ source, at }) => (
            <li>
              <span class="taint-source">{exactText(source)}</span>
              <time dateTime={new Date(at).toISOString()} title={new Date(at).toLocaleString()}>{ago(at, now)}</time>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
