import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatIn } from './chat.js';
import { openEditor, pictureFailures, type Editor } from './harness.js';

describe('an editor that is killed in the middle of a call', () => {
  let editor: Editor;
  pictureFailures(() => editor);

  beforeAll(async () => {
    editor = await openEditor();
  });

  afterAll(async () => editor.close());

  it('[P5] has its conversation again when it is started, finds its audit log whole, and raises no alarm', async () => {
    const before = chatIn(await editor.openChat());
    await before.say('list');
    await before.answer(before.card('file_list'), 'Allow once');
    await before.idle();
    await before.say('read README.md');
    await before.card('file_read').getByRole('button', { name: 'Allow once' }).waitFor();

    await editor.killAndReopen();
    const after = chatIn(await editor.openChat());
    await after.card('file_list').waitFor();
    expect(await after.frame.getByRole('button', { name: 'Allow once' }).count()).toBe(0);
    await after.say('list');
    await after.answer(after.card('file_list'), 'Allow once');
    await after.idle();
    expect(await editor.notification('Axon audit log').count()).toBeLessThanOrEqual(1);
    await editor.command('Axon: Verify Audit Log');
    await editor.notification(/the audit log is whole/).waitFor({ timeout: 60_000 });
    expect(await editor.notification('NOT whole').count()).toBe(0);
  });
});
