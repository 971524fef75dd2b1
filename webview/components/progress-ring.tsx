import type { VNode } from 'preact';

/** Says that something goes on. */
export function ProgressRing({ label }: { readonly label: string }): VNode {
  return <vscode-progress-ring aria-label={label} class="ring" />;
}
