import type { AgentEvent } from './event.js';

/**
 * Hears every event of a run, in order. The run waits for what it returns before it takes the next step (text and live
 * output are not waited for), so a listener that writes to disk decides what is safe before the run goes on. It should
 * neither throw nor reject, and has to settle; a failure is handed to `onListenerError` and the run goes on.
 */
export type Listener = (event: AgentEvent) => void | Promise<void>;

/** Tells the listener; never throws or rejects. */
export type Tell = (event: AgentEvent) => Promise<void>;

export function createTell(listener: Listener, onListenerError: (error: unknown) => void): Tell {
  return async (event) => {
    try {
      await listener(event);
    } catch (error) {
      onListenerError(error);
    }
  };
}
