import type { RefObject } from 'preact';
import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks';
import { ClockSkew } from '../clock.js';
import { onQuiet, quietTime } from './quiet.js';

/** Milliseconds between two looks at where the buttons are. */
const lookEvery = 100;
/** Pixels; less is nothing that a pointer would notice. */
const still = 2;

export interface Armed {
  readonly armed: boolean;
  /** True when the buttons are not where they were at the last look: what is clicked may not be what was aimed at. */
  readonly hasMoved: () => boolean;
}

/**
 * Whether the buttons inside `element` may act: the host takes answers (`answerableAt`, its clock), and the buttons have
 * stood still on the screen for `quietTime` without another approval having been answered. `shown`: whether `element` is
 * drawn at all.
 */
export function useArmed(element: RefObject<HTMLElement | null>, answerableAt: number, shown: boolean): Armed {
  const skew = useContext(ClockSkew);
  const [armed, setArmed] = useState(false);
  const place = useRef<DOMRect | undefined>(undefined);
  const hasMoved = useCallback((): boolean => {
    const [was, is] = [place.current, element.current?.getBoundingClientRect()];
    return was === undefined || is === undefined || Math.abs(was.top - is.top) > still || Math.abs(was.left - is.left) > still;
  }, []);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let seen = false;
    setArmed(false);
    const rearm = (): void => {
      setArmed(false);
      clearTimeout(timer);
      const wait = Math.max(quietTime, answerableAt - skew - Date.now());
      if (seen) timer = setTimeout(() => setArmed(true), wait);
    };
    const look = (): void => {
      if (!seen || !hasMoved()) return;
      place.current = element.current?.getBoundingClientRect();
      rearm();
    };
    const observer = new IntersectionObserver((entries) => {
      const now = entries.at(-1)?.isIntersecting === true;
      if (now === seen) return;
      seen = now;
      place.current = element.current?.getBoundingClientRect();
      rearm();
    });
    if (element.current) observer.observe(element.current);
    const looking = shown ? setInterval(look, lookEvery) : undefined;
    const stop = onQuiet(rearm);
    return () => {
      observer.disconnect();
      clearTimeout(timer);
      clearInterval(looking);
      stop();
    };
  }, [answerableAt, skew, shown]);
  return { armed, hasMoved };
}
