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
    const look = (): { top: number; height: number; room: number } => ({ top: element.scrollTop, height: element.scrollHeight, room: element.clientHeight });
    let last = look();
    const onScroll = (): void => {
      const now = look();
      // Growing content moves the end away by itself, and shrinking content moves what is shown up: only a move upwards in
      // content that stayed the same is the reader's wish.
      if (now.height - now.top - now.room < near) wanted.current = true;
      else if (now.top < last.top - 1 && now.height === last.height && now.room === last.room) wanted.current = false;
      last = now;
      setFollowing(wanted.current || isEmpty.current);
    };
    const keep = new ResizeObserver(() => {
      if (wanted.current && !isEmpty.current) element.scrollTop = element.scrollHeight;
      last = look();
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
