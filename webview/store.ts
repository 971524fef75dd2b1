import type { ToPage } from '../src/protocol/chat.js';
import { DrawnState, useDrawn } from './drawn-state.js';
import { initialState, reduce } from './state.js';
import type { State } from './state.js';

/** Holds the state of the chat page. */
export class Store {
  readonly drawn = new DrawnState(initialState);

  get state(): State {
    return this.drawn.value;
  }

  receive(message: ToPage): void {
    this.drawn.set(reduce(this.state, message, Date.now()));
  }
}

export function useStore(store: Store): State {
  return useDrawn(store.drawn);
}
