import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEditor, type Editor } from './harness.js';

describe('the packaged extension in a browser', () => {
  let editor: Editor;
  let close: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    editor = await openEditor();
    close = editor.close;
  });

  afterAll(async () => close?.());

  it('shows the Axon view from the activity bar', async () => {
    const chat = await editor.openChat();
    await chat.locator('#root').waitFor();
    await editor.screenshot('workbench');
    expect(await chat.locator('#root > *').count()).toBeGreaterThan(0);
  });

  it('asks for nothing outside this machine', () => {
    const outside = editor.failedRequests.filter((line) => !/ (?:blob:|data:|https?:\/\/(?:127\.0\.0\.1|[\w-]+\.vscode-cdn\.net)[:/])/.test(line));
    expect(outside).toEqual([]);
  });
});
