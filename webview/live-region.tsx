import type { VNode } from 'preact';

/** Says sentences to screen readers. Two slots take turns, so that the same sentence is said again. */
export function LiveRegion({ text, count }: { readonly text: string; readonly count: number }): VNode {
  return (
    <div class="sr-only" role="status" aria-live="polite">
      <span>{count % 2 === 0 ? text : ''}</span>
      <span>{count % 2 === 1 ? text : ''}</span>
    </div>
  );
}
