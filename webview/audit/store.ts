import { limits } from '../../src/protocol/audit.js';
import type { Filter, Kept, PlaceOf, ToHost, ToPage } from '../../src/protocol/audit.js';
import { DrawnState, useDrawn } from '../drawn-state.js';
import { asked, initialState, reduce, selected } from './state.js';
import type { State } from './state.js';

/** Milliseconds without a change after which rows that are on the screen are asked for: whoever drags through a million asks for none. */
const rest = 60;

/** Milliseconds that neighbours happen after an event. */
const aLittle = 60_000;

/** Holds the state of the audit page, and asks the host for what it lacks. */
export class Store {
  readonly drawn = new DrawnState(initialState);
  #chart: Kept['chart'] = 'bars';
  #rowsTimer: ReturnType<typeof setTimeout> | undefined;
  /** Blocks that were asked for, of this question. */
  #asked = new Set<number>();
  /** What is looked for once the list is there, and whether it is opened when it is found. */
  #wanted: { readonly of: PlaceOf; readonly opens: boolean } | undefined;

  constructor(private readonly post: (message: ToHost) => void) {}

  get state(): State {
    return this.drawn.value;
  }

  get chart(): Kept['chart'] {
    return this.#chart;
  }

  /** The host answers with what was shown before, and the first question follows. */
  start(): void {
    this.post({ type: 'ready' });
  }

  receive(message: ToPage): void {
    if (message.type === 'start') this.#begin(message.kept);
    if (message.type === 'rows') this.#asked.delete(message.from);
    if (message.type === 'failed' && message.what === 'rows') this.#asked.clear();
    const isCurrent = !('query' in message) || message.query === this.state.query;
    this.#set(reduce(this.state, message));
    if (isCurrent && message.type === 'list' && this.#wanted) this.post({ type: 'place', query: message.query, of: this.#wanted.of });
    if (isCurrent && message.type === 'place') this.#arrive(message);
  }

  filterBy(filter: Filter): void {
    if (JSON.stringify(filter) !== JSON.stringify(this.state.filter)) this.#ask(filter);
  }

  /** The same question again: what was written meanwhile comes in. */
  refresh(): void {
    this.#ask(this.state.filter);
  }

  select(id: string | undefined): void {
    if (id === this.state.selected && this.state.details) return;
    this.#set(selected(this.state, id));
    if (id !== undefined) this.post({ type: 'details', id });
  }

  /**
   * Shows an event, or what was found by the check, among all events that stand beside it.
   *
   * @param opens also shows its details, where they don't cover the list
   */
  showPlace(of: PlaceOf, opens: boolean): void {
    this.#set({ ...selected(this.state, undefined), storyOf: undefined, story: undefined });
    this.#ask({}, { of, opens });
  }

  openStory(sessionId: string | undefined): void {
    this.#set({ ...this.state, storyOf: sessionId, story: undefined });
    if (sessionId !== undefined) this.post({ type: 'story', sessionId, from: 0 });
  }

  moreOfStory(): void {
    const { story } = this.state;
    if (story) this.post({ type: 'story', sessionId: story.sessionId, from: story.events.length });
  }

  showChart(chart: Kept['chart']): void {
    this.#chart = chart;
    this.#set({ ...this.state });
    this.#keep();
  }

  /** Called with the rows that are on the screen. */
  need(from: number, to: number): void {
    clearTimeout(this.#rowsTimer);
    this.#rowsTimer = setTimeout(() => {
      const { blocks, total = 0, query, waiting } = this.state;
      // What is on the screen is still the answer to the question before.
      if (waiting) return;
      for (let block = from - (from % limits.block); block < Math.min(to, total, limits.rows); block += limits.block) {
        if (blocks.has(block) || this.#asked.has(block)) continue;
        this.#asked.add(block);
        this.post({ type: 'rows', query, from: block });
      }
    }, rest);
  }

  #begin(kept: Kept | undefined): void {
    // Whoever asked already is not led away.
    if (this.state.query > 0) return;
    if (kept) {
      this.#chart = kept.chart;
      this.drawn.set({ ...this.state, filter: kept.filter, selected: kept.selected, storyOf: kept.story });
    }
    const { filter, selected: id, storyOf } = this.state;
    this.#ask(filter);
    if (id !== undefined) this.post({ type: 'details', id });
    if (storyOf !== undefined) this.post({ type: 'story', sessionId: storyOf, from: 0 });
  }

  #ask(filter: Filter, wanted?: { readonly of: PlaceOf; readonly opens: boolean }): void {
    const query = this.state.query + 1;
    this.#asked.clear();
    this.#wanted = wanted;
    this.#set(asked(this.state, query, filter));
    this.post({ type: 'query', query, filter });
  }

  #arrive({ id, at, row }: Extract<ToPage, { type: 'place' }>): void {
    const opens = this.#wanted?.opens === true;
    this.#wanted = undefined;
    // Too far down to be scrolled to: the list begins a little before it.
    if (row >= limits.rows) this.#ask({ to: at + aLittle }, { of: { id }, opens });
    else if (opens) this.select(id);
  }

  #set(state: State): void {
    const { filter, selected: id, storyOf } = this.state;
    const keeps = state.filter !== filter || state.selected !== id || state.storyOf !== storyOf;
    this.drawn.set(state);
    if (keeps) this.#keep();
  }

  #keep(): void {
    const { filter, selected: id, storyOf } = this.state;
    this.post({ type: 'keep', kept: { filter, chart: this.#chart, ...(id !== undefined && { selected: id }), ...(storyOf !== undefined && { story: storyOf }) } });
  }
}

export function useStore(store: Store): State {
  return useDrawn(store.drawn);
}
