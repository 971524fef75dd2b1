import type { FrameLocator, Locator } from 'playwright-core';

/** What a person does in the chat, for tests. */
export interface Chat {
  readonly frame: FrameLocator;
  say(text: string): Promise<void>;
  /** The newest card of a tool. */
  card(tool: string): Locator;
  /** Clicks an answer of a card as a person does who has seen it: its buttons are dead until they have stood still for a moment. */
  answer(card: Locator, name: string | RegExp): Promise<void>;
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
    answer: async (card, name) => {
      await card.locator('.approval-actions vscode-button:not([disabled])', { hasText: name }).first().waitFor();
      await card.getByRole('button', { name, exact: typeof name === 'string' }).click();
    },
    idle: () => frame.getByRole('button', { name: 'Send (Enter)' }).waitFor({ timeout: 60_000 }),
  };
}
