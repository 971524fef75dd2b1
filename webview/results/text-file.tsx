import type { VNode } from 'preact';
import { exactLine } from '../../src/protocol/exact-text.js';
import type { ResultFileView } from '../../src/protocol/transcript.js';
import { Output } from '../transcript/output.js';
import { FileHead } from './file-head.js';

/** A text that a program wrote, folded to a few lines. */
export function TextFile({ id, file }: { readonly id: string; readonly file: ResultFileView }): VNode {
  return (
    <div class="result">
      <FileHead id={id} file={file} />
      <Output text={file.preview ?? ''} running={false} label={exactLine(file.name)} />
      {file.cut === true && <p class="result-more">… and more; Open shows all of it</p>}
    </div>
  );
}
