import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatIn, type Chat } from './chat.js';
import { openEditor, pictureFailures, type Editor } from './harness.js';

/** The other surfaces of an approval: notification, palette, status bar, stop. In a light theme. */
describe('approvals outside the card', () => {
  let editor: Editor;
  let chat: Chat;
  pictureFailures(() => editor);

  const hideChat = () => editor.page.locator('.activitybar a.action-label[aria-label^="Explorer"]').click();
  const showChat = async () => {
    await editor.page.locator('.activitybar a.action-label[aria-label^="Axon"]').click();
    chat = chatIn(editor.chat());
    await chat.frame.getByLabel('Message to Axon').waitFor();
  };
  const row = (text: string) => editor.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();

  beforeAll(async () => {
    editor = await openEditor({ theme: 'Default Light Modern' });
    chat = chatIn(await editor.openChat());
  });

  afterAll(async () => editor.close());

  it('shows a notification with the exact arguments while the chat is hidden, and takes the answer there', async () => {
    await editor.screenshot('empty-light');
    await chat.say('run git log');
    await chat.card('shell_execute').getByRole('button', { name: 'Allow once' }).waitFor();
    await editor.screenshot('card-asking-light');
    await hideChat();
    const toast = editor.notification('{"command":"git log"}');
    await toast.waitFor();
    await editor.page.waitForTimeout(600);
    await editor.screenshot('notification-light');
    await toast.getByRole('button', { name: 'Allow Once' }).click();
    await showChat();
    await chat.idle();
    expect(await chat.card('shell_execute').getByRole('button', { name: 'Allow once' }).count()).toBe(0);
  });

  it('puts the notification away when the request is answered in the palette, where Deny comes first', async () => {
    await chat.say('write notes.txt: hello');
    await chat.card('file_write').getByRole('button', { name: 'Allow once' }).waitFor();
    await hideChat();
    const toast = editor.notification('Look at the change first');
    await toast.waitFor();
    await editor.page.locator('.statusbar-item', { hasText: '1 waiting' }).waitFor();
    await editor.command('Axon: Review Pending Approvals');
    await row('Allow once').waitFor();
    expect(await editor.page.locator('.quick-input-list .monaco-list-row').first().innerText()).toContain('Deny');
    await editor.screenshot('review-light');
    await row('Deny').click();
    await toast.waitFor({ state: 'hidden' });
    await showChat();
    await chat.idle();
    await chat.card('file_write').getByText(/The person denied this call/).waitFor();
  });

  it('lists session permissions, and asks again after one is revoked', async () => {
    await chat.say('list');
    await chat.answer(chat.card('file_list'), /^Allow for session/);
    await chat.idle();
    await editor.command('Axon: Revoke Session Permissions');
    await row('Read files in').click();
    await editor.screenshot('revoke-light');
    await editor.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
    await editor.notification('revoked 1 permission').waitFor();
    await chat.say('list');
    await chat.answer(chat.card('file_list'), 'Deny');
    await chat.idle();
  });

  it('stops while it asks: the card closes, nothing runs, and the next message works', async () => {
    await chat.say('run git status');
    await chat.card('shell_execute').getByRole('button', { name: 'Allow once' }).waitFor();
    await chat.frame.getByRole('button', { name: 'Stop (Escape)' }).click();
    await chat.idle();
    expect(await chat.card('shell_execute').getByRole('button', { name: 'Allow once' }).count()).toBe(0);
    await chat.say('help');
    await chat.frame.getByText('see what is in a folder').first().waitFor();
  });

  it('begins a new session, and opens the old one again from the list', async () => {
    await chat.frame.getByRole('button', { name: 'New session' }).click();
    await chat.frame.getByRole('region', { name: 'Welcome' }).waitFor();
    await chat.frame.getByRole('button', { name: 'Sessions' }).click();
    await editor.screenshot('sessions-light');
    await chat.frame.getByRole('region', { name: 'Sessions' }).getByRole('button', { name: /run git log/ }).first().click();
    await chat.card('shell_execute').waitFor();
  });
});

describe('an untrusted workspace', () => {
  let editor: Editor;
  pictureFailures(() => editor);

  beforeAll(async () => {
    editor = await openEditor({ trust: true });
    await editor.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor({ timeout: 30_000 });
  });

  afterAll(async () => editor.close());

  it('[P7] works in limited mode: says so, asks for reading without a session permission, and executes nothing', async () => {
    const chat = chatIn(await editor.openChat());
    await chat.say('list');
    const listing = chat.card('file_list');
    await listing.getByRole('button', { name: 'Allow once' }).waitFor();
    expect(await listing.getByRole('button', { name: /^Allow for session/ }).count()).toBe(0);
    await editor.screenshot('limited-dark');
    await chat.answer(listing, 'Allow once');
    await chat.idle();
    await chat.say('run git status');
    await chat.idle();
    await chat.card('shell_execute').getByText('trust.no-execution').first().waitFor();
  });
});
