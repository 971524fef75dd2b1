import { toHostSchema, toPageSchema } from '../src/protocol/chat.js';
import type { ToHost, ToPage } from '../src/protocol/chat.js';
import { itemSchema } from '../src/protocol/transcript.js';
import type { Item } from '../src/protocol/transcript.js';

interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

const api = acquireVsCodeApi();

/** Sends a message to the extension host. One that doesn't fit the protocol is a bug of ours, and throws. */
export function post(message: ToHost): void {
  api.postMessage(toHostSchema.parse(message));
}

/** The text in the composer, kept by the editor over reloads of the page. */
export function loadDraft(): string {
  const state = api.getState();
  if (typeof state !== 'object' || state === null || !('draft' in state)) return '';
  return typeof state.draft === 'string' ? state.draft : '';
}

export function saveDraft(draft: string): void {
  api.setState({ draft });
}

const unreadable = (index: number): Item => ({
  kind: 'notice', id: `unreadable-${index}`, at: 0, level: 'warning',
  text: 'An entry of this conversation could not be read.', next: 'It is still in the audit log.',
});

/** A list that holds one broken item still shows the others. */
function mended(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || !('items' in data) || !Array.isArray(data.items)) return data;
  const items = data.items.map((item: unknown, index) => {
    const parsed = itemSchema.safeParse(item);
    return parsed.success ? parsed.data : unreadable(index);
  });
  return { ...data, items };
}

/** Hears the host. A message that doesn't fit the protocol reaches `onInvalid` and changes nothing. */
export function listen(onMessage: (message: ToPage) => void, onInvalid: () => void): void {
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const parsed = toPageSchema.safeParse(mended(event.data));
    if (parsed.success) onMessage(parsed.data);
    else onInvalid();
  });
}
