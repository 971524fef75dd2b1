import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEditor, pictureFailures, type Editor } from './harness.js';

describe('the packaged extension in a browser', () => {
  let editor: Editor | undefined;
  pictureFailures(() => editor);

  beforeAll(async () => {
    editor = await openEditor();
  });

  afterAll(async () => editor?.close());

  it('shows the Axon view from the activity bar', async () => {
    const chat = await editor!.openChat();
    expect(await chat.locator('#root > *').count()).toBeGreaterThan(0);
    await editor!.screenshot('workbench');
  });

  it('asks for nothing outside this machine', () => {
    const outside = editor!.foreignHosts.filter((host) => !host.endsWith('.vscode-cdn.net'));
    expect(outside).toEqual([]);
  });
});
