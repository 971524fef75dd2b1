import type { ComponentChildren, VNode } from 'preact';
import { exactLine } from '../../src/protocol/exact-text.js';
import type { ResultFileView } from '../../src/protocol/transcript.js';
import { bytes } from '../format.js';
import { post } from '../host.js';
import { Icon } from '../icon.js';

export interface FileHeadProps {
  /** Of the call. */
  readonly id: string;
  readonly file: ResultFileView;
  /** What else can be done with it. */
  readonly children?: ComponentChildren;
}

/** Name and size of a result, and what can be done with it. */
export function FileHead({ id, file, children }: FileHeadProps): VNode {
  const name = exactLine(file.name);
  const pixels = file.width === undefined || file.height === undefined ? '' : `${file.width.toLocaleString('en')} × ${file.height.toLocaleString('en')} pixels, `;
  return (
    <div class="result-head">
      <Icon name="file" />
      <span class="result-name" dir="ltr">{name}</span>
      <span class="result-size">{pixels}{bytes(file.bytes)}</span>
      <span class="result-actions">
        {children}
        {(file.kind === 'text' || file.kind === 'table') && (
          <button type="button" class="text-button" aria-label={`Open ${name}`} onClick={() => post({ type: 'open-result', id, name: file.name })}>Open</button>
        )}
        <button type="button" class="text-button" aria-label={`Save… ${name}`} title="Save into the workspace; it asks first" onClick={() => post({ type: 'save-result', id, name: file.name })}>Save…</button>
      </span>
    </div>
  );
}
