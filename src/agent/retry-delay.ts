const first = 1_000;
/** The longest wait between two tries, whatever the server asks for: a person is waiting too. */
export const longestDelay = 60_000;

/**
 * Milliseconds to wait after the failed try number `attempt` (from 1): doubling from one second, half of it by chance so
 * that many windows don't come back at the same instant, never less than the server's Retry-After (RFC 9110, 10.2.3), at
 * most a minute.
 */
export function retryDelay(attempt: number, retryAfter: number | undefined, chance: number): number {
  const doubled = Math.min(longestDelay, first * 2 ** (attempt - 1));
  const own = doubled / 2 + (doubled / 2) * chance;
  const asked = retryAfter !== undefined && Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter * (1 + chance / 10) : 0;
  return Math.round(Math.min(longestDelay, Math.max(own, asked)));
}
