import { cutMiddle } from '../cut.js';
import type { AgentEvent } from '../event.js';
import type { Item } from '../../protocol/transcript.js';
import { shownCharacters } from '../call-item.js';
import type { Entry } from './entry.js';

/**
 * What to write down of an event, given the item that the transcript made of it; undefined for what is only on its way
 * (text that streams, a call that runs, a retry).
 */
export function entryOf(event: AgentEvent, item: Item | undefined): Entry | undefined {
  switch (event.type) {
    case 'user':
      return item?.kind === 'user' ? { type: 'user', item } : undefined;
    case 'answer-ended':
      return item?.kind === 'answer' ? { type: 'answer', item, calls: event.calls.map((call) => ({ ...call })) } : undefined;
    case 'call':
      if (event.progress.type !== 'ended' || item?.kind !== 'call') return undefined;
      return { type: 'call', item: { ...item, output: '' }, text: event.progress.outcome.text };
    case 'notice':
      return item?.kind === 'notice' ? { type: 'notice', item } : undefined;
    case 'compacted':
      return { ...event, ...(event.usage && { usage: { ...event.usage } }) };
    case 'answer-started':
    case 'answer-text':
    case 'answer-reset':
    case 'call-started':
    case 'call-allowed-here':
    case 'retrying':
    case 'finished':
      return undefined;
  }
}

/** The card of a call as it was shown when it ended. Whatever the file says, it is over: nothing in it waits for an answer. */
export function restoredCall(entry: Extract<Entry, { type: 'call' }>): Extract<Item, { kind: 'call' }> {
  const { approval: _never, state, ...item } = entry.item;
  const over = state === 'preparing' || state === 'asking' || state === 'running' ? 'stopped' : state;
  return { ...item, state: over, output: cutMiddle(entry.text, shownCharacters) };
}
