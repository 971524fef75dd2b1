import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { exactTitle } from '../../src/protocol/exact-text.js';
import { prose } from '../../src/protocol/prose.js';
import type { CallItem, ResultFileView } from '../../src/protocol/transcript.js';
import { count } from '../format.js';
import { FileHead } from './file-head.js';
import { Picture } from './picture.js';
import { TableFile } from './table-file.js';
import { TextFile } from './text-file.js';

/** Files that are drawn at first; a program may leave many. */
const atOnce = 8;
const order: readonly ResultFileView['kind'][] = ['picture', 'table', 'text', 'other'];

export interface ResultsProps {
  /** Of the call. */
  readonly id: string;
  readonly results: NonNullable<CallItem['results']>;
}

/** What a program left behind, pictures first, and what of it was not taken. */
export function Results({ id, results: { run, files, leftOut } }: ResultsProps): VNode | null {
  const [all, setAll] = useState(false);
  const sorted = useMemo(() => files.toSorted((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind)), [files]);
  const hidden = all ? 0 : sorted.length - atOnce;
  if (files.length === 0 && leftOut.length === 0) return null;
  return (
    <section class="results" aria-label="Results">
      {(hidden > 0 ? sorted.slice(0, atOnce) : sorted).map((file) => <File key={`${run} ${file.name}`} id={id} file={file} />)}
      {hidden > 0 && <button type="button" class="text-button" onClick={() => setAll(true)}>Show {count(hidden, 'more result')}</button>}
      {leftOut.length > 0 && (
        <ul class="left-out" aria-label="Left out">
          {leftOut.map(({ name, reason }) => <li>Left out: {exactTitle(name, 120)} ({prose(reason)})</li>)}
        </ul>
      )}
    </section>
  );
}

function File({ id, file }: { readonly id: string; readonly file: ResultFileView }): VNode {
  switch (file.kind) {
    case 'picture':
      return <Picture id={id} file={file} />;
    case 'table':
      return <TableFile id={id} file={file} />;
    case 'text':
      return <TextFile id={id} file={file} />;
    case 'other':
      return <div class="result"><FileHead id={id} file={file} /></div>;
  }
}
