import type { StoryEvent } from '../../src/protocol/audit.js';

/** What happened in a session, one thing after the other. */
export type Chapter =
  /** A call, from its request to what came of it. */
  | { readonly kind: 'call'; readonly request: StoryEvent; readonly steps: readonly StoryEvent[] }
  | { readonly kind: 'event'; readonly event: StoryEvent };

/**
 * Events of a session as chapters, in the order in which they began. Calls that ran at once are told one after the other.
 * An id may come again: a call begins with its request. What belongs to no request that is here stands for itself.
 */
export function chaptersOf(events: readonly StoryEvent[]): readonly Chapter[] {
  const chapters: Chapter[] = [];
  const open = new Map<string, StoryEvent[]>();
  for (const event of events) {
    const { callId } = event;
    if (callId !== undefined && event.type === 'tool_requested') {
      const steps: StoryEvent[] = [];
      open.set(callId, steps);
      chapters.push({ kind: 'call', request: event, steps });
      continue;
    }
    const steps = callId === undefined ? undefined : open.get(callId);
    if (steps) steps.push(event);
    else chapters.push({ kind: 'event', event });
  }
  return chapters;
}
