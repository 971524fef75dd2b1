import type { SessionRow, Status, ToPage } from '../src/protocol/chat.js';
import { exactTitle } from '../src/protocol/exact-text.js';
import type { Item } from '../src/protocol/transcript.js';
import { count } from './format.js';

/** All that the page shows. Replaced, never changed, so that what stayed the same is not drawn again. */
export interface State {
  /** Undefined until the host's snapshot came. */
  readonly status: Status | undefined;
  readonly items: readonly Item[];
  /** Items before the first one held here. */
  readonly earlier: number;
  readonly sessions: readonly SessionRow[] | undefined;
  /** The last sentence for the live region; `count` tells equal sentences apart. */
  readonly announcement: { readonly text: string; readonly count: number };
  /** The last text the host put into the composer. */
  readonly compose: { readonly text: string; readonly append?: boolean; readonly count: number };
  /** Host clock minus page clock, in milliseconds. */
  readonly skew: number;
}

export const initialState: State = {
  status: undefined,
  items: [],
  earlier: 0,
  sessions: undefined,
  announcement: { text: '', count: 0 },
  compose: { text: '', count: 0 },
  skew: 0,
};

/** What a call's card keeps of its live output; the host sends at most this much too. */
const outputLimit = 20_000;

function appended(item: Item, text: string): Item {
  if (item.kind === 'answer') return { ...item, text: item.text + text };
  if (item.kind === 'call') return { ...item, output: (item.output + text).slice(-outputLimit) };
  return item;
}

function replaceById(items: readonly Item[], id: string, change: (item: Item) => Item): readonly Item[] {
  const index = items.findLastIndex((item) => item.id === id);
  const item = items[index];
  return item ? items.with(index, change(item)) : items;
}

function spoken(message: ToPage, items: readonly Item[]): string | undefined {
  if (message.type === 'announce') return message.text;
  if (message.type !== 'added' && message.type !== 'changed') return undefined;
  const before = items.findLast((each) => each.id === message.item.id);
  const { item } = message;
  if (item.kind === 'call' && item.state === 'asking' && !(before?.kind === 'call' && before.state === 'asking')) {
    return `Axon asks for approval, risk ${item.risk ?? 'unknown'}: ${item.title}`;
  }
  if (item.kind === 'answer' && !item.streaming && before?.kind === 'answer' && before.streaming) {
    return item.stopped ? 'The answer was stopped.' : `Axon answered: ${item.text.slice(0, 300)}`;
  }
  if (item.kind === 'call' && before?.kind === 'call' && item.results && !before.results) return spokenResults(item.results.files.map((file) => file.name));
  if (item.kind === 'notice' && before === undefined) return item.text;
  return undefined;
}

/** Names of results that are said aloud. */
const mostSpoken = 5;

function spokenResults(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const more = names.length - mostSpoken;
  return `${count(names.length, 'result')}: ${names.slice(0, mostSpoken).map((name) => exactTitle(name, 60)).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const skewOf = (status: Status, now: number, before: number): number => (status.now === undefined ? before : status.now - now);

/** The state after a message. `now` is the page's clock. Pure. */
export function reduce(state: State, message: ToPage, now: number): State {
  const text = spoken(message, state.items);
  const next = text === undefined ? state : { ...state, announcement: { text, count: state.announcement.count + 1 } };
  switch (message.type) {
    case 'snapshot':
      return { ...next, status: message.status, items: message.items, earlier: message.earlier, skew: skewOf(message.status, now, state.skew) };
    case 'earlier': {
      const known = new Set(state.items.map((item) => item.id));
      return { ...next, items: [...message.items.filter((item) => !known.has(item.id)), ...state.items], earlier: message.earlier };
    }
    case 'status':
      return { ...next, status: message.status, skew: skewOf(message.status, now, state.skew) };
    case 'added':
      if (state.items.some((item) => item.id === message.item.id)) return { ...next, items: replaceById(state.items, message.item.id, () => message.item) };
      return { ...next, items: [...state.items, message.item] };
    case 'changed':
      return { ...next, items: replaceById(state.items, message.item.id, () => message.item) };
    case 'appended':
      return { ...next, items: replaceById(state.items, message.id, (item) => appended(item, message.text)) };
    case 'sessions':
      return { ...next, sessions: message.sessions };
    case 'announce':
      return next;
    case 'result':
      // Bytes are no state: who asked for them has them.
      return next;
    case 'compose':
      return { ...next, compose: { text: message.text, append: message.append === true, count: state.compose.count + 1 } };
  }
}
