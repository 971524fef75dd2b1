import type { RefObject } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { ClockSkew } from '../clock.js';
import { onQuiet, quietTime } from './quiet.js';

/**
 * True when the buttons inside `element` may act: the host takes answers (`answerableAt`, its clock), and the buttons
 * have been on the screen for `quietTime` without another approval having been answered. `shown`: whether `element` is
 * drawn at all.
 */
export function useArmed(element: RefObject<HTMLElement | null>, answerableAt: number, shown: boolean): boolean {
  const skew = useContext(ClockSkew);
  const [armed, setArmed] = useState(false);
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
    const observer = new IntersectionObserver((entries) => {
      const now = entries.at(-1)?.isIntersecting === true;
      if (now === seen) return;
      seen = now;
      rearm();
    });
    if (element.current) observer.observe(element.current);
    const stop = onQuiet(rearm);
    return () => {
      observer.disconnect();
      clearTimeout(timer);
      stop();
    };
  }, [answerableAt, skew, shown]);
  return armed;
}
