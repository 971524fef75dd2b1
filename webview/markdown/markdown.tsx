import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { block } from './block.js';
import { BlockReader } from './blocks.js';
import type { Block } from './blocks.js';

/** An answer's text. While it grows, only the blocks at its end are drawn again. */
export function Markdown({ text, streaming }: { readonly text: string; readonly streaming: boolean }): VNode {
  const reader = useMemo(() => new BlockReader(), []);
  const blocks = useMemo(() => reader.read(text, !streaming), [text, streaming]);
  return (
    <div class="markdown">
      {blocks.map((each, index) => (
        <DrawnBlock key={index} block={each} />
      ))}
    </div>
  );
}

function DrawnBlock({ block: { token } }: { readonly block: Block }): VNode {
  return useMemo(() => <>{block(token)}</>, [token]);
}
