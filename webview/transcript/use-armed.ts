import type { RefObject } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import { ClockSkew } from '../clock.js';
import { onQuiet, quietTime } from './quiet.js';

/** Milliseconds between two looks at where the buttons are. */
const lookEvery = 100;
/** Pixels; less is nothing that a pointer would notice. */
const still = 2;

export interface Armed {
  readonly armed: boolean;
  /** True when the buttons are not where they were a moment ago: what is clicked may not be what was aimed at. They are dead then. */
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
  const look = useRef<() => boolean>(() => true);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let seen = false;
    let place: DOMRect | undefined;
    setArmed(false);
    const rearm = (): void => {
      setArmed(false);
      clearTimeout(timer);
      const wait = Math.max(quietTime, answerableAt - skew - Date.now());
      // Timers of a page in the background come late: where the buttons are is looked at once more.
      if (seen) timer = setTimeout(() => setArmed(!look.current()), wait);
    };
    look.current = () => {
      const now = element.current?.getBoundingClientRect();
      if (!seen || now === undefined) return true;
      if (place !== undefined && Math.abs(place.top - now.top) <= still && Math.abs(place.left - now.left) <= still) return false;
      place = now;
      rearm();
      return true;
    };
    const observer = new IntersectionObserver((entries) => {
      const now = entries.at(-1)?.isIntersecting === true;
      if (now === seen) return;
      seen = now;
      place = element.current?.getBoundingClientRect();
      rearm();
    });
    if (element.current) observer.observe(element.current);
    const looking = shown ? setInterval(() => look.current(), lookEvery) : undefined;
    const stop = onQuiet(rearm);
    return () => {
      observer.disconnect();
      clearTimeout(timer);
      clearInterval(looking);
      stop();
    };
  }, [answerableAt, skew, shown]);
  return { armed, hasMoved: () => look.current() };
}
