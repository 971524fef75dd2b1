import type { ComponentChild, VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { exactLines, markText } from '../../src/protocol/exact-lines.js';
import type { ExactLine, ExactPart } from '../../src/protocol/exact-lines.js';

/** Lines that are drawn at once; the reader asks for more, and the end can't be seen before the last of them. */
const linesAtOnce = 2000;

export interface ExactFieldProps {
  readonly label: string;
  readonly text: string;
  /** Told once the end of the text has been on the screen. */
  readonly onEndSeen?: () => void;
}

/**
 * Text of a call, exactly: one framed field, numbered lines, marks for what can't be seen. What stands inside can't get
 * out of the frame, and can't look like the marks.
 */
export function ExactField({ label, text, onEndSeen }: ExactFieldProps): VNode {
  const lines = useMemo(() => exactLines(text), [text]);
  const [limit, setLimit] = useState(linesAtOnce);
  const left = lines.length - limit;
  const field = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!onEndSeen || !field.current || !end.current) return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) onEndSeen();
    }, { root: field.current, threshold: 0 });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [onEndSeen, text, limit]);
  const single = lines.length === 1;
  return (
    <div class={`exact ${single ? 'exact-single' : ''}`} ref={field} tabIndex={0} role="group" aria-label={label}>
      {lines.slice(0, limit).map((line) => <Line line={line} single={single} />)}
      {left > 0 ? (
        <button type="button" class="text-button" onClick={() => setLimit(limit + linesAtOnce)}>Show more: {left.toLocaleString('en')} lines are left</button>
      ) : <span class="exact-end" ref={end} />}
    </div>
  );
}

function Line({ line, single }: { readonly line: ExactLine; readonly single: boolean }): VNode {
  return (
    <div class="exact-line">
      {!single && <span class="exact-number" data-number={line.number} aria-hidden="true" />}
      <span class="exact-text" dir="ltr">{line.kind === 'line' ? line.parts.map(part) : <span class="mark">{markText(line)}</span>}</span>
    </div>
  );
}

const meanings = {
  hidden: 'A character that can’t be seen, or not be told from another',
  blanks: 'Blanks, folded',
  lookalike: 'A letter of another script, or a form, that can be taken for a plain one',
} as const;

function part(each: ExactPart): ComponentChild {
  if (each.kind === 'text') return each.text;
  const mark = <span class="mark" title={meanings[each.kind]}>{markText(each)}</span>;
  return each.kind === 'lookalike' ? <>{each.text}{mark}</> : mark;
}
