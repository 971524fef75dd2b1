import type { FrameLocator, Locator } from 'playwright-core';

/** What a person does in the chat, for tests. */
export interface Chat {
  readonly frame: FrameLocator;
  say(text: string): Promise<void>;
  /** The newest card of a tool. */
  card(tool: string): Locator;
  /** Waits until nothing runs. */
  idle(): Promise<void>;
}

export function chatIn(frame: FrameLocator): Chat {
  return {
    frame,
    say: async (text) => {
      const box = frame.getByLabel('Message to Axon');
      await box.fill(text);
      await box.press('Enter');
    },
    card: (tool) => frame.getByRole('article', { name: new RegExp(`^${tool}:`) }).last(),
    idle: () => frame.getByRole('button', { name: 'Send (Enter)' }).waitFor({ timeout: 60_000 }),
  };
}
