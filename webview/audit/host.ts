import * as z from 'zod/mini';
import { filterSchema, toHostSchema, toPageSchema } from '../../src/protocol/audit.js';
import type { ToHost, ToPage } from '../../src/protocol/audit.js';

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

const keptSchema = z.object({
  filter: filterSchema,
  /** The event that is open. */
  selected: z.optional(z.string().check(z.maxLength(200))),
  /** The session whose story is open. */
  story: z.optional(z.string().check(z.maxLength(300))),
  chart: z.enum(['bars', 'table', 'hidden']),
});
/** What the editor keeps of the page while it is hidden, and over reloads of the window. */
export type Kept = z.infer<typeof keptSchema>;

export function loadKept(): Kept {
  const parsed = keptSchema.safeParse(api.getState());
  return parsed.success ? parsed.data : { filter: {}, chart: 'bars' };
}

export function saveKept(kept: Kept): void {
  api.setState(kept);
}

/** Hears the host. A message that doesn't fit the protocol reaches `onInvalid` and changes nothing. */
export function listen(onMessage: (message: ToPage) => void, onInvalid: () => void): void {
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const parsed = toPageSchema.safeParse(event.data);
    if (parsed.success) onMessage(parsed.data);
    else onInvalid();
  });
}
