import type { RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Nearer to the end than this, in pixels, counts as being there. */
const near = 40;

export interface Follow {
  /** False while the reader is looking at something further up. */
  readonly following: boolean;
  readonly toEnd: () => void;
}

/**
 * Keeps the end of `scroller` in sight while `content` grows, unless the reader scrolled up. When older entries are put
 * in front (`first` changes), what the reader looks at stays where it is.
 */
export function useFollow(scroller: RefObject<HTMLElement | null>, content: RefObject<HTMLElement | null>, first: string | undefined): Follow {
  // Without an entry there is nothing to follow: the welcome is read from its beginning.
  const isEmpty = useRef(first === undefined);
  isEmpty.current = first === undefined;
  const [following, setFollowing] = useState(true);
  const wanted = useRef(true);
  const before = useRef({ first, height: 0 });

  const toEnd = useCallback(() => {
    const element = scroller.current;
    if (!element || isEmpty.current) return;
    wanted.current = true;
    setFollowing(true);
    element.scrollTop = element.scrollHeight;
  }, []);

  useEffect(() => {
    const element = scroller.current;
    if (!element || !content.current) return undefined;
    let last = element.scrollTop;
    const onScroll = (): void => {
      const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < near;
      // Growing content moves the end away by itself: only a move upwards is the reader's wish.
      if (atEnd) wanted.current = true;
      else if (element.scrollTop < last - 1) wanted.current = false;
      last = element.scrollTop;
      setFollowing(wanted.current || isEmpty.current);
    };
    const keep = new ResizeObserver(() => {
      if (wanted.current && !isEmpty.current) element.scrollTop = element.scrollHeight;
      last = element.scrollTop;
    });
    keep.observe(content.current);
    keep.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      keep.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    if (before.current.first !== first && !wanted.current) element.scrollTop += element.scrollHeight - before.current.height;
    before.current = { first, height: element.scrollHeight };
  });

  return { following, toEnd };
}
