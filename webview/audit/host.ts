import { toHostSchema, toPageSchema } from '../../src/protocol/audit.js';
import type { ToHost, ToPage } from '../../src/protocol/audit.js';

interface EditorApi {
  postMessage(message: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

const api = acquireVsCodeApi();

/** Sends a message to the extension host. One that doesn't fit the protocol is a bug of ours, and throws. */
export function post(message: ToHost): void {
  api.postMessage(toHostSchema.parse(message));
}

/** Hears the host. A message that doesn't fit the protocol reaches `onInvalid` and changes nothing. */
export function listen(onMessage: (message: ToPage) => void, onInvalid: () => void): void {
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const parsed = toPageSchema.safeParse(event.data);
    if (parsed.success) onMessage(parsed.data);
    else onInvalid();
  });
}
