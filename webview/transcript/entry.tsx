import type { VNode } from 'preact';
import { useErrorBoundary, useMemo } from 'preact/hooks';
import { prose } from '../../src/protocol/prose.js';
import type { Item } from '../../src/protocol/transcript.js';
import { Answer } from './answer.js';
import { CallCard } from './call-card.js';
import { Notice } from './notice.js';

/** One entry of the conversation. Drawn again only when it changed; a fault in it leaves the others standing. */
export function Entry({ item }: { readonly item: Item }): VNode {
  const [fault, clearFault] = useErrorBoundary() as [unknown, () => void];
  const drawn = useMemo(() => draw(item), [item]);
  if (fault === undefined) return <div class={`entry entry-${item.kind}`} role="listitem">{drawn}</div>;
  return (
    <div class="entry" role="listitem">
      <div class="notice notice-error">
        <p>This entry could not be drawn. It is in the audit log.</p>
        <button type="button" class="text-button" onClick={clearFault}>Try again</button>
      </div>
    </div>
  );
}

function draw(item: Item): VNode {
  switch (item.kind) {
    case 'user':
      return <article class="user" aria-label="You"><p>{prose(item.text)}</p></article>;
    case 'answer':
      return <Answer item={item} />;
    case 'call':
      return <CallCard item={item} />;
    case 'notice':
      return <Notice item={item} />;
  }
}
