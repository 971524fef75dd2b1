import type { Row } from '../../src/protocol/audit.js';

const ends = new Set(['tool_executed', 'tool_failed', 'tool_denied', 'tool_rejected']);

/**
 * What is said of a call that has no end in the log; undefined where it has one, or isn't known from its request on.
 *
 * @param windowEnded the window that recorded it is gone
 */
export function withoutEnd(events: readonly Pick<Row, 'type'>[], windowEnded: boolean): string | undefined {
  if (events[0]?.type !== 'tool_requested' || events.some(({ type }) => ends.has(type))) return undefined;
  const approved = events.some(({ type }) => type === 'tool_approved');
  if (windowEnded) return approved ? 'No end is recorded: the window ended (or was killed) before the call did.' : 'No answer is recorded: the window ended (or was killed) before one came.';
  return approved ? 'No end is recorded yet: it is still running.' : 'No answer is recorded yet: it still waits for one.';
}
