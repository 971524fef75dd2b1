import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatIn, type Chat } from './chat.js';
import { openEditor, pictureFailures, type Editor } from './harness.js';

/** A refusal, from its card to its explanation and to the person's own list; and requests that try to look harmless. */
describe('refusals and approvals that can not lie', () => {
  let editor: Editor;
  let chat: Chat;
  pictureFailures(() => editor);
  const row = (text: string) => editor.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();

  beforeAll(async () => {
    editor = await openEditor();
    chat = chatIn(await editor.openChat());
  });

  afterAll(async () => editor.close());

  it('explains a refused command from its card', async () => {
    await chat.say('run docker ps');
    await chat.idle();
    const refused = chat.card('shell_execute');
    await refused.getByText('command.not-listed').first().waitFor();
    await editor.screenshot('refused-command-dark');
    await refused.getByRole('button', { name: 'Explain' }).click();
    const document = editor.page.locator('.editor-instance .view-lines').first();
    await expect.poll(() => document.innerText(), { timeout: 15_000 }).toContain('command.not-listed');
    await editor.screenshot('explained-dark');
  });

  it('[P12] puts a command on the list only by the dialog, whose first button does not allow; then it asks, and runs nothing by itself', async () => {
    const refused = chat.card('shell_execute');
    await refused.getByRole('button', { name: 'Allow this command here…' }).click();
    const dialog = editor.page.locator('.monaco-dialog-box');
    await dialog.getByText('docker ps').first().waitFor();
    expect(await editor.page.evaluate('document.activeElement.textContent')).not.toContain('Allow');
    await editor.page.waitForTimeout(700);
    await editor.screenshot('allow-here-dark');
    await dialog.getByRole('button', { name: 'Allow Here' }).click();
    await refused.getByText('You allowed this command here. It still asks each time.').waitFor();
    await refused.getByRole('button', { name: 'Ask the agent to try again' }).click();
    const box = chat.frame.getByLabel('Message to Axon');
    await expect.poll(() => box.inputValue()).toBe('run docker ps');
    await box.press('Enter');
    const asking = chat.card('shell_execute');
    await asking.getByRole('button', { name: 'Allow once' }).waitFor();
    await editor.screenshot('allowed-here-asks-dark');
    await chat.answer(asking, 'Deny');
    await chat.idle();
  });

  it('[P11] warns that a file can run code, and shows the request before it can be allowed in the palette', async () => {
    await chat.say('write .vscode/tasks.json: {}');
    const asking = chat.card('file_write');
    await asking.getByText('.vscode/tasks.json is editor configuration: it can start programs when the folder is opened.').waitFor();
    await editor.screenshot('config-as-code-dark');
    await editor.command('Axon: Review Pending Approvals');
    await row('Allow once after reading…').waitFor();
    await editor.page.waitForTimeout(600);
    await row('Allow once after reading…').click();
    await editor.page.locator('.tab', { hasText: '.vscode/tasks.json' }).first().waitFor();
    await row('The request is shown in the editor.').waitFor();
    await editor.screenshot('review-shown-dark');
    await row('Deny').click();
    await chat.idle();
  });

  it('[P10] folds blanks in every place that names the request', async () => {
    await chat.say(`run git log -n 1 --grep="x${' '.repeat(60)}y"`);
    const asking = chat.card('shell_execute');
    await asking.getByRole('button', { name: 'Allow once' }).waitFor();
    await asking.locator('.exact .mark', { hasText: '60 spaces' }).waitFor();
    expect(await asking.locator('.call-title').innerText()).toMatch(/x⟨60 spaces⟩y/);
    await editor.screenshot('folded-dark');
    await editor.page.locator('.activitybar a.action-label[aria-label^="Explorer"]').click();
    const toast = editor.notification('⟨60 spaces⟩');
    await toast.waitFor();
    expect(await toast.innerText()).not.toMatch(/ {9}/);
    await editor.page.waitForTimeout(600);
    await toast.getByRole('button', { name: 'Deny' }).click();
  });
});
