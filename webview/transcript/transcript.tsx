import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Item } from '../../src/protocol/transcript.js';
import { count } from '../format.js';
import { post } from '../host.js';
import { Icon } from '../icon.js';
import { Entry } from './entry.js';
import { useFollow } from './use-follow.js';

/** Entries drawn at first, and further ones at each request. */
const atOnce = 100;

export interface TranscriptProps {
  readonly items: readonly Item[];
  /** Entries before the first of `items`, which the host still has. */
  readonly earlier: number;
  readonly sessionId: string;
  readonly children?: VNode | null;
}

/** The conversation, newest at the end. */
export function Transcript({ items, earlier, sessionId, children }: TranscriptProps): VNode {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [from, setFrom] = useState<string>();
  const start = Math.max(0, from === undefined ? items.length - atOnce : items.findIndex((item) => item.id === from));
  const shown = items.slice(start);
  const { following, toEnd } = useFollow(scroller, content, shown[0]?.id);
  const before = start + earlier;

  // The window begins at one entry and only grows: new entries at the end push none out.
  useEffect(() => setFrom(undefined), [sessionId]);
  useEffect(() => {
    if (from === undefined && shown[0]) setFrom(shown[0].id);
  }, [from, shown[0]?.id]);
  useEffect(toEnd, [sessionId]);

  const ownMessage = items.findLast((item) => item.kind === 'user')?.id;
  useEffect(toEnd, [ownMessage]);

  const showEarlier = (): void => {
    if (start > 0) setFrom(items[Math.max(0, start - atOnce)]?.id);
    else if (items[0]) post({ type: 'earlier', before: items[0].id });
  };
  useEffect(() => {
    // What the host sent on request is shown at once.
    if (start > 0 && start <= atOnce && shown.length >= atOnce && items.length > 0 && wantedEarlier.current) setFrom(items[0]?.id);
    wantedEarlier.current = false;
  }, [items.length]);
  const wantedEarlier = useRef(false);

  return (
    <div class="transcript">
      <div class="scroller" ref={scroller} role="log" aria-live="off" aria-label="Conversation" tabIndex={0}>
        <div class="content" ref={content}>
          {before > 0 && (
            <button
              type="button" class="text-button show-earlier"
              onClick={() => {
                wantedEarlier.current = start === 0;
                showEarlier();
              }}
            >
              Show earlier ({count(before, 'entry').replace(/entrys$/, 'entries')})
            </button>
          )}
          {children}
          <div role="list" class="entries">{shown.map((item) => <Entry key={item.id} item={item} />)}</div>
        </div>
      </div>
      {!following && (
        <button type="button" class="to-newest" onClick={toEnd}><Icon name="arrow-down" /> Jump to newest</button>
      )}
    </div>
  );
}
