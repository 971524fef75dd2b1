import { useEffect, useState } from 'preact/hooks';

/**
 * A state that the page shows. Changes between two frames are drawn together; while the page is hidden no frame comes, so
 * a timer takes its place.
 */
export class DrawnState<S> {
  #value: S;
  #scheduled = false;
  readonly #listeners = new Set<(value: S) => void>();

  constructor(initial: S) {
    this.#value = initial;
  }

  get value(): S {
    return this.#value;
  }

  set(value: S): void {
    this.#value = value;
    if (this.#scheduled) return;
    this.#scheduled = true;
    const draw = (): void => {
      this.#scheduled = false;
      for (const listener of this.#listeners) listener(this.#value);
    };
    if (document.hidden) setTimeout(draw, 50);
    else requestAnimationFrame(draw);
  }

  subscribe(listener: (value: S) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

export function useDrawn<S>(drawn: DrawnState<S>): S {
  const [value, setValue] = useState(drawn.value);
  useEffect(() => {
    setValue(drawn.value);
    return drawn.subscribe(setValue);
  }, [drawn]);
  return value;
}
