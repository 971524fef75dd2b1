import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Frame } from 'playwright-core';
import { chatIn } from './chat.js';
import { openEditor, pictureFailures, type Editor } from './harness.js';

/** The audit page as a person meets it: what was just asked and refused is there, explained, checked, and still there after a reload. */
describe('the audit page', () => {
  let editor: Editor;
  pictureFailures(() => editor);

  beforeAll(async () => {
    editor = await openEditor();
  });

  afterAll(async () => editor.close());

  /** The frame of the page: the chat has one of its own beside it. */
  async function auditFrame(): Promise<Frame> {
    let found: Frame | undefined;
    await expect.poll(async () => {
      for (const frame of editor.page.frames()) {
        if (await frame.locator('.audit-head').count().catch(() => 0) > 0) found = frame;
      }
      return found !== undefined;
    }, { timeout: 90_000 }).toBe(true);
    return found!;
  }

  it('shows what happened, why, and that nothing was changed', async () => {
    const chat = chatIn(await editor.openChat());
    await chat.say('list');
    await chat.answer(chat.card('file_list'), 'Allow once');
    await chat.idle();
    await chat.say('run docker ps');
    await chat.idle();
    await editor.command('Axon: Open Audit Log');
    const page = await auditFrame();
    await page.locator('.cell-decision', { hasText: 'once, by a person' }).waitFor();
    await editor.screenshot('audit-page-dark');
    await page.locator('.row', { hasText: 'Refused' }).first().click();
    await page.locator('.details').getByText('command.not-listed').first().waitFor();
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('nothing changed or missing').waitFor();
    await editor.screenshot('audit-page-details-dark');
    await page.getByRole('button', { name: 'Story of the session' }).click();
    await page.locator('.chapter').getByText('A person allowed it, once.').first().waitFor();
    await editor.screenshot('audit-page-story-dark');
    await page.getByRole('button', { name: 'Back to the list' }).click();
  });

  it('comes back with the window as it was: the filter, and the event that is open', async () => {
    await editor.command('Axon: Open Audit Log');
    const before = await auditFrame();
    await before.getByLabel('Event', { exact: true }).selectOption('tool_denied');
    await before.locator('.words', { hasText: '“Refused” events' }).waitFor();
    await before.locator('.row', { hasText: 'docker ps' }).first().click();
    await before.locator('.details .facts').first().waitFor();
    await editor.reload();
    const page = await auditFrame();
    await page.locator('.words', { hasText: '“Refused” events' }).waitFor();
    await page.locator('.row', { hasText: 'docker ps' }).first().waitFor();
    await page.locator('.row', { hasText: 'Asked for' }).waitFor({ state: 'detached' });
    await page.locator('.details').getByText('command.not-listed').first().waitFor();
  });
});
