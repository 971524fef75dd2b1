import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatIn, type Chat } from './chat.js';
import { openEditor, pictureFailures, type Editor } from './harness.js';

/** The main job, as a newcomer does it with the packaged extension: the built-in guide, cards, a change with its diff, a refusal, and the audit log. */
describe('the main job in a browser', () => {
  let editor: Editor;
  let chat: Chat;
  pictureFailures(() => editor);

  beforeAll(async () => {
    editor = await openEditor();
    chat = chatIn(await editor.openChat());
  });

  afterAll(async () => editor.close());

  it('shows the Axon view from the activity bar', async () => {
    expect(await chat.frame.locator('#root > *').count()).toBeGreaterThan(0);
    await editor.screenshot('workbench');
  });

  it('greets a newcomer with what it is and how to begin', async () => {
    await chat.frame.getByRole('region', { name: 'Welcome' }).waitFor();
    await editor.screenshot('empty-dark');
  });

  it('asks before it lists the folder, and lists it when allowed for the session', async () => {
    await chat.say('list');
    const asking = chat.card('file_list');
    await asking.getByRole('button', { name: /^Allow for session/ }).waitFor();
    await editor.screenshot('card-asking-dark');
    await chat.answer(asking, /^Allow for session/);
    await chat.idle();
    await asking.getByText('README.md').first().waitFor();
    expect(await asking.getByRole('button', { name: 'Allow once' }).count()).toBe(0);
  });

  it('uses the session permission for the next read, and says so on the card', async () => {
    await chat.say('read README.md');
    await chat.idle();
    await chat.card('file_read').getByRole('button', { name: /README/ }).click();
    await chat.card('file_read').getByText('Covered by a permission of this session').waitFor();
  });

  it('[P4] changes a file only after the card was allowed, exactly as the diff showed', async () => {
    const file = path.join(editor.workspace, 'README.md');
    const before = await readFile(file, 'utf8');
    const word = /[A-Z][a-z]+/.exec(before)![0];
    await chat.say(`replace "${before.split('\n')[0]!}" with "# Changed by Axon (${word})" in README.md`);
    const asking = chat.card('file_edit');
    await asking.getByRole('button', { name: 'Show diff' }).click();
    await editor.page.locator('.tab', { hasText: 'README.md' }).first().waitFor();
    await editor.page.locator('.diff-editor, .monaco-diff-editor').first().waitFor();
    await editor.screenshot('diff-dark');
    expect(await readFile(file, 'utf8')).toBe(before);
    await chat.answer(asking, 'Allow once');
    await chat.idle();
    expect(await readFile(file, 'utf8')).toContain('# Changed by Axon');
  });

  it('refuses what the guard denies, names the rule, and says what else', async () => {
    await chat.say('run cat /etc/passwd');
    await chat.idle();
    const refused = chat.card('shell_execute');
    await refused.getByText(/path\.|command\./).first().waitFor();
    expect(await refused.getByRole('button', { name: 'Allow once' }).count()).toBe(0);
    await editor.screenshot('refused-dark');
  });

  it('tells the model of a denial, with the word the person wrote', async () => {
    await chat.say('run git status');
    const asking = chat.card('shell_execute');
    await chat.answer(asking, 'Deny with a word…');
    await asking.getByRole('textbox').fill('not now');
    await chat.answer(asking, 'Deny and tell');
    await chat.idle();
    await asking.getByText(/The person denied this call and says: not now/).waitFor();
  });

  it('[P5] shows in the audit channel what was asked, allowed, refused and done', async () => {
    await editor.command('Axon: Show Live Audit Output');
    const lines = editor.page.locator('.output-view .view-lines, .panel .view-lines').last();
    await lines.getByText('tool_requested').first().waitFor();
    await editor.page.keyboard.press('Escape');
    const text = await lines.innerText();
    await editor.screenshot('audit-dark');
    expect(text).toMatch(/tool_(denied|rejected|executed)/);
  });

  it('verifies its audit log', async () => {
    await editor.command('Axon: Verify Audit Log');
    await editor.notification(/audit log is whole/).waitFor();
    await editor.screenshot('verified-dark');
  });

  it('loses nothing when the window is reloaded', async () => {
    await editor.page.reload();
    await editor.page.locator('.activitybar').waitFor({ timeout: 60_000 });
    chat = chatIn(await editor.openChat());
    await chat.frame.getByText('Changed by Axon').first().waitFor();
    await chat.card('file_list').waitFor();
    await editor.screenshot('reloaded-dark');
  });

  it('has asked for nothing outside this machine', () => {
    expect(editor.foreignHosts.filter((host) => !host.endsWith('.vscode-cdn.net'))).toEqual([]);
  });
});
