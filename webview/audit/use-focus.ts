import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Where the focus goes, for whoever works with the keyboard alone. */
export interface FocusKeeper {
  /** What has the focus now, to be given to `moveTo` later. */
  readonly current: () => HTMLElement | undefined;
  /** Once what changes now is drawn: to the first of these that is there and can be reached, else to `fallback`. */
  readonly moveTo: (...wanted: readonly (HTMLElement | undefined)[]) => void;
}

const canTake = (element: HTMLElement | undefined): element is HTMLElement => element?.isConnected === true && element.checkVisibility() && element.closest('[inert]') === null;

/**
 * Keeps the focus on the page: a button that goes when it is pressed would take the focus with it, and the next Tab would
 * begin at the head of the page.
 *
 * @param fallback selectors, the best first
 */
export function useFocus(root: RefObject<HTMLElement | null>, fallback: readonly string[]): FocusKeeper {
  const wanted = useRef<readonly (HTMLElement | undefined)[] | undefined>(undefined);
  const last = useRef<HTMLElement | undefined>(undefined);
  const current = (): HTMLElement | undefined => {
    const { activeElement } = document;
    return activeElement instanceof HTMLElement && root.current?.contains(activeElement) === true ? activeElement : undefined;
  };
  useLayoutEffect(() => {
    const lost = last.current !== undefined && !canTake(last.current) && (document.activeElement === document.body || document.activeElement === last.current);
    if (wanted.current || lost) {
      const others = fallback.map((selector) => root.current?.querySelector<HTMLElement>(selector) ?? undefined);
      [...(wanted.current ?? []), ...others].find(canTake)?.focus();
      wanted.current = undefined;
    }
    last.current = current();
  });
  useLayoutEffect(() => {
    const taken = (): void => {
      last.current = current();
    };
    root.current?.addEventListener('focusin', taken);
    return () => root.current?.removeEventListener('focusin', taken);
  }, []);
  return { current, moveTo: (...elements) => (wanted.current = elements) };
}
