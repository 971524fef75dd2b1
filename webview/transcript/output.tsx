import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { prose } from '../../src/protocol/prose.js';
import { count } from '../format.js';
import { Icon } from '../icon.js';
import { CopyButton } from '../markdown/code-block.js';

/** Lines of a finished result that show while it is folded; a running call shows its newest ones. */
const foldedLines = 4;
const runningLines = 8;

export interface OutputProps {
  readonly text: string;
  readonly running: boolean;
  /** Of what it is the text; `Result` if absent. */
  readonly label?: string;
}

/** What a call gave back: folded to a few lines, open on request. */
export function Output({ text, running, label = 'Result' }: OutputProps): VNode | null {
  const [open, setOpen] = useState(false);
  const lines = useMemo(() => prose(text).replace(/\n+$/, '').split('\n'), [text]);
  const limit = running ? runningLines : foldedLines;
  const folds = lines.length > limit + 1;
  const shown = open || !folds ? lines : running ? lines.slice(-limit) : lines.slice(0, limit);
  const pre = useRef<HTMLPreElement>(null);
  useEffect(() => {
    if (running && pre.current) pre.current.scrollTop = pre.current.scrollHeight;
  }, [text, running]);
  if (text.trim() === '') return null;
  return (
    <div class={`output ${open ? 'output-open' : ''} ${folds ? '' : 'output-short'}`}>
      <pre ref={pre} tabIndex={0} role="group" aria-label={running ? 'Output so far' : label}>{shown.join('\n')}</pre>
      <div class="output-bar">
        {folds && (
          <button type="button" class="text-button" aria-expanded={open} onClick={() => setOpen(!open)}>
            <Icon name={open ? 'chevron-down' : 'chevron-right'} />
            {open ? 'Show less' : `Show all ${count(lines.length, 'line')}`}
          </button>
        )}
        <CopyButton text={text} label={label === 'Result' ? 'Copy the result' : `Copy ${label}`} />
      </div>
    </div>
  );
}
