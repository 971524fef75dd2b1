import { useEffect, useState } from 'preact/hooks';
import type { ToPage } from '../src/protocol/chat.js';
import { initialState, reduce } from './state.js';
import type { State } from './state.js';

/**
 * Holds the state. Messages that arrive between two frames are drawn together; while the page is hidden no frame comes,
 * so a timer takes its place.
 */
export class Store {
  #state = initialState;
  #scheduled = false;
  readonly #listeners = new Set<(state: State) => void>();

  get state(): State {
    return this.#state;
  }

  receive(message: ToPage): void {
    this.#state = reduce(this.#state, message, Date.now());
    if (this.#scheduled) return;
    this.#scheduled = true;
    const draw = (): void => {
      this.#scheduled = false;
      for (const listener of this.#listeners) listener(this.#state);
    };
    if (document.hidden) setTimeout(draw, 50);
    else requestAnimationFrame(draw);
  }

  subscribe(listener: (state: State) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

export function useStore(store: Store): State {
  const [state, setState] = useState(store.state);
  useEffect(() => {
    setState(store.state);
    return store.subscribe(setState);
  }, [store]);
  return state;
}
