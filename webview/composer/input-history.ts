/** Walks through earlier messages, newest first; leaving at the end brings the draft back. Pure. */
export interface HistoryPlace {
  /** 0: the draft; 1: the newest message; … */
  readonly index: number;
  readonly draft: string;
}

export const atDraft: HistoryPlace = { index: 0, draft: '' };

export interface HistoryStep {
  readonly place: HistoryPlace;
  readonly text: string;
}

/** One step back (older). Undefined: there is nothing older. `messages` is oldest first. */
export function older(messages: readonly string[], place: HistoryPlace, current: string): HistoryStep | undefined {
  const text = messages.at(-(place.index + 1));
  if (text === undefined || place.index >= messages.length) return undefined;
  return { place: { index: place.index + 1, draft: place.index === 0 ? current : place.draft }, text };
}

/** One step forward (newer). Undefined: this is the draft. */
export function newer(messages: readonly string[], place: HistoryPlace): HistoryStep | undefined {
  if (place.index === 0) return undefined;
  const index = place.index - 1;
  return { place: { index, draft: place.draft }, text: index === 0 ? place.draft : (messages.at(-index) ?? '') };
}
