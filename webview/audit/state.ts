import { limits } from '../../src/protocol/audit.js';
import type { Bucket, Check, Details, Facets, Filter, Row, StoryEvent, ToPage } from '../../src/protocol/audit.js';

export interface Failure {
  readonly message: string;
  readonly next: string;
}

export interface Story {
  readonly sessionId: string;
  readonly title: string | undefined;
  /** The conversation is still there to be opened. */
  readonly kept: boolean;
  /** Oldest first, from the first of the session on. */
  readonly events: readonly StoryEvent[];
  readonly total: number;
}

/** All that the page shows. Replaced, never changed, so that what stayed the same is not drawn again. */
export interface State {
  /** The number of the last question; answers to others are dropped. */
  readonly query: number;
  readonly filter: Filter;
  /** The answer to the last question hasn't begun to come: what is here is that to the one before. */
  readonly waiting: boolean;
  readonly facets: Facets | undefined;
  /** Events that match; undefined until a first answer begins to come. */
  readonly total: number | undefined;
  /** `total` is exact. */
  readonly counted: boolean;
  /** Blocks of rows by their first row, the one that was needed last at the end. */
  readonly blocks: ReadonlyMap<number, readonly Row[]>;
  readonly buckets: readonly Bucket[] | undefined;
  readonly newer: { readonly count: number; readonly more: boolean } | undefined;
  /** The log is another than when the list was made. */
  readonly changed: boolean;
  /** An event that was looked for, by its row; `beside`: what was found isn't there itself, this is next to it. */
  readonly place: { readonly id: string; readonly row: number; readonly beside: boolean } | undefined;
  /** The event that is open; its details follow. */
  readonly selected: string | undefined;
  readonly details: Details | undefined;
  readonly story: Story | undefined;
  /** The session whose story is open, or on its way. */
  readonly storyOf: string | undefined;
  readonly check: Check;
  readonly failures: Readonly<Partial<Record<Extract<ToPage, { type: 'failed' }>['what'], Failure>>>;
  /** The last sentence for the live region; `count` tells equal sentences apart. */
  readonly announcement: { readonly text: string; readonly count: number };
}

/** More rows than these are not held: those that were needed longest ago go, and are asked for again. */
const mostBlocks = 40;
export const mostStoryEvents = 4_000;

export const initialState: State = {
  query: 0, filter: {}, waiting: true, facets: undefined, total: undefined, counted: false, blocks: new Map(), buckets: undefined, newer: undefined, changed: false, place: undefined, selected: undefined, details: undefined,
  story: undefined, storyOf: undefined, check: { state: 'never' }, failures: {}, announcement: { text: '', count: 0 },
};

/** The state after a question was asked: what is shown of the one before stays until the answer comes. */
export function asked(state: State, query: number, filter: Filter): State {
  return { ...state, query, filter, waiting: true, newer: undefined, changed: false, place: undefined, failures: {} };
}

/** The state after a message. Pure. */
export function reduce(state: State, message: ToPage): State {
  if ('query' in message && message.query !== undefined && message.query !== state.query) return state;
  switch (message.type) {
    case 'start':
      return state;
    case 'facets':
      return { ...state, facets: message.facets };
    case 'list':
      return { ...announced(state, foundText(message.total, message.counted)), waiting: false, total: message.total, counted: message.counted, blocks: new Map([[0, message.rows]]) };
    case 'rows':
      return { ...state, blocks: withBlock(state.blocks, message.from, message.rows), failures: without(state, 'rows') };
    case 'timeline':
      return { ...(state.counted ? state : announced(state, foundText(message.total, true))), buckets: message.buckets, total: Math.max(state.total ?? 0, message.total), counted: true };
    case 'newer':
      return { ...(state.newer ? state : announced(state, 'There are new events.')), newer: { count: message.count, more: message.more } };
    case 'changed':
      return state.changed ? state : { ...announced(state, 'The log has changed since this list was read.'), changed: true };
    case 'place':
      return { ...announced(state, placeText(message.beside)), place: { id: message.id, row: message.row, beside: message.beside } };
    case 'details':
      return message.details.id === state.selected ? { ...state, details: message.details, failures: without(state, 'details') } : state;
    case 'story':
      return message.sessionId === state.storyOf ? { ...state, story: storyAfter(state.story, message), failures: without(state, 'story') } : state;
    case 'check':
      return { ...state, check: message.check };
    case 'failed':
      return { ...announced(state, message.message), ...(message.what === 'list' && { waiting: false, total: 0, counted: true, blocks: new Map(), buckets: undefined }), failures: { ...state.failures, [message.what]: { message: message.message, next: message.next } } };
    case 'announce':
      return announced(state, message.text);
  }
}

/** The event that is open, or none. */
export function selected(state: State, id: string | undefined): State {
  return { ...state, selected: id, details: state.details?.id === id ? state.details : undefined, failures: without(state, 'details') };
}

export function announced(state: State, text: string): State {
  return { ...state, announcement: { text, count: state.announcement.count + 1 } };
}

/** The row of this number, when it is here. */
export function rowAt(blocks: State['blocks'], index: number): Row | undefined {
  return blocks.get(index - (index % limits.block))?.[index % limits.block];
}

function withBlock(blocks: State['blocks'], from: number, rows: readonly Row[]): State['blocks'] {
  const next = new Map(blocks);
  next.delete(from);
  next.set(from, rows);
  for (const oldest of next.keys()) if (next.size > mostBlocks) next.delete(oldest);
  return next;
}

function storyAfter(before: Story | undefined, { sessionId, title, kept, from, total, events }: Extract<ToPage, { type: 'story' }>): Story {
  const known = before?.sessionId === sessionId ? before.events.slice(0, from) : [];
  return { sessionId, title, kept, total, events: [...known, ...events].slice(0, mostStoryEvents) };
}

function without(state: State, what: keyof State['failures']): State['failures'] {
  if (!state.failures[what]) return state.failures;
  const { [what]: _, ...rest } = state.failures;
  return rest;
}

/** What is said of an event that was looked for. */
export function placeText(beside: boolean): string {
  return beside ? 'What was found is not in the log as it was; the event next to it is marked.' : 'The event is marked.';
}

function foundText(total: number, counted: boolean): string {
  return total === 0 ? 'No event matches.' : `${counted ? '' : 'More than '}${total.toLocaleString('en')} ${total === 1 ? 'event' : 'events'}.`;
}
