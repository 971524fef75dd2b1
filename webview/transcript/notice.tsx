import type { VNode } from 'preact';
import { prose } from '../../src/protocol/prose.js';
import type { NoticeItem } from '../../src/protocol/transcript.js';
import { Icon } from '../icon.js';

const icons = { info: 'info', warning: 'alert', error: 'error' } as const;

/** A word of Axon's own: a retry, a limit, a fault, and what to do about it. */
export function Notice({ item }: { readonly item: NoticeItem }): VNode {
  return (
    <div class={`notice notice-${item.level}`}>
      <Icon name={icons[item.level]} label={item.level} />
      <div>
        <p>{prose(item.text)}</p>
        {item.next !== undefined && item.next !== '' && <p class="notice-next">{prose(item.next)}</p>}
      </div>
    </div>
  );
}
