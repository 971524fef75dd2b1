import type { VNode } from 'preact';
import { exactText } from '../../src/protocol/exact-text.js';
import type { NoticeItem } from '../../src/protocol/transcript.js';
import { Icon } from '../icon.js';

const icons = { info: 'info', warning: 'alert', error: 'error' } as const;

/** A word of Axon's own: a retry, a limit, a fault, and what to do about it. */
export function Notice({ item }: { readonly item: NoticeItem }): VNode {
  return (
    <div class={`notice notice-${item.level}`}>
      <Icon name={icons[item.level]} label={item.level} />
      <div>
        <p>{exactText(item.text)}</p>
        {item.next !== undefined && item.next !== '' && <p class="notice-next">{exactText(item.next)}</p>}
      </div>
    </div>
  );
}
