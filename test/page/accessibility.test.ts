import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildForTest, Harness } from '../fixtures/webview/harness.js';
import type { ChatPage } from '../fixtures/webview/harness.js';
import { states } from '../fixtures/webview/states.js';

vi.setConfig({ testTimeout: 60_000 });

let harness: Harness;
let axe: string;

beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  harness = await Harness.start(await buildForTest('webview-accessibility'));
}, 120_000);
afterAll(() => harness.dispose());

/** Every rule of WCAG 2.2 A and AA and the best practices; what axe finds wrong, as `rule: element`. */
async function findings(chat: ChatPage): Promise<string[]> {
  return await chat.ask<string[]>(`axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    .then((result) => result.violations.flatMap((each) => each.nodes.map((node) => each.id + ': ' + node.target.join(' ') + ' ' + (node.any[0]?.message ?? ''))))`);
}

describe.each(['dark', 'light', 'contrast'] as const)('in the %s theme', (theme) => {
  test('axe finds nothing wrong in any state, narrow as a side bar', async () => {
    const chat = await harness.open({ theme, width: 300, height: 700 });
    await chat.ask(`${axe};undefined`);
    const found: Record<string, string[]> = {};
    for (const [name, messages] of Object.entries(states)) {
      await chat.send(...messages);
      await chat.page.waitForTimeout(250);
      // Half of these states has dead buttons for a moment: axe doesn't judge the contrast of what is disabled.
      const here = await findings(chat);
      if (here.length > 0) found[name] = here;
      const wide = await chat.ask<string[]>('[...document.querySelectorAll("#root *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest("pre, .table, .sr-only")).map((e) => e.className || e.localName)');
      if (wide.length > 0) found[`${name}, wider than the page`] = wide;
    }
    await chat.send(...states['tainted']!);
    await chat.page.getByRole('button', { name: '3 sources' }).click();
    const sources = await findings(chat);
    await chat.page.getByRole('button', { name: 'Sessions' }).click();
    await chat.send({ type: 'sessions', sessions: [{ id: '1', title: 'One', updatedAt: 0, active: true }] });
    await chat.page.getByRole('button', { name: 'Delete One' }).click();
    const list = await findings(chat);
    await chat.page.keyboard.press('Escape');
    await chat.page.getByRole('button', { name: 'More' }).click();
    const menu = await findings(chat);
    expect({ ...found, sources, list, menu }).toEqual({ sources: [], list: [], menu: [] });
    expect(await chat.seen('violations')).toEqual([]);
    await chat.page.close();
  });
});

test('the page is walked through by Tab in the order it is read', async () => {
  const chat = await harness.open({ width: 420 });
  await chat.send(...states['asking']!);
  await chat.until('document.querySelectorAll(".approval vscode-button:not([disabled])").length > 2');
  const order: string[] = [];
  for (let step = 0; step < 24; step++) {
    await chat.page.keyboard.press('Tab');
    const name = await chat.ask<string>('(document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent).trim()');
    if (await chat.ask('document.activeElement === document.body')) break;
    order.push(name);
  }
  expect(order).toEqual([
    'New session', 'Sessions', 'More', 'Conversation', 'Copy the answer', 'Argument command', 'Explain the decision: shell_execute', 'Allow once',
    'Allow for session: Run exactly "npm test"', 'Deny', 'Deny with a word…', '1 waiting for your approval. Go to the next one.',
    'Message to Axon', 'Model: Claude Sonnet, Anthropic. Change the model', 'Stop (Escape)',
  ]);
  await chat.page.close();
});

test('what happens is said aloud, and motion is left out where it is not wanted', async () => {
  const chat = await harness.open();
  await chat.page.emulateMedia({ reducedMotion: 'reduce' });
  await chat.send(...states['running']!);
  expect(await chat.ask('document.getAnimations().filter((each) => each.playState === "running" && !each.effect.target.getRootNode().host).length')).toBe(0);
  await chat.send({ type: 'announce', text: 'Two sessions were deleted.' });
  expect(await chat.page.locator('[aria-live=polite]').textContent()).toBe('Two sessions were deleted.');
  await chat.page.close();
});
