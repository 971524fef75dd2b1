import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';

/** Host clock minus page clock, in milliseconds. */
export const ClockSkew = createContext(0);

/** The host's time in milliseconds, drawn anew every `every` milliseconds while `active`. */
export function useHostTime(active: boolean, every = 1000): number {
  const skew = useContext(ClockSkew);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!active) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [active, every]);
  return now + skew;
}
