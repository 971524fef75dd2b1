import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatIn, type Chat } from './chat.js';
import { openEditor, pictureFailures, type Editor } from './harness.js';

const host = process.env['DOCKER_HOST'];
const docker = (...args: string[]): string => execFileSync('docker', args, { encoding: 'utf8' }).trim();
const ours = () => docker('ps', '--all', '--quiet', '--filter', 'label=dev.axon.sandbox.owner');

/** Chat, card, allow once, container, output, audit line: on a real engine, with the image built by the command. */
describe.skipIf(host === undefined)('code in the sandbox', () => {
  let editor: Editor;
  let chat: Chat;
  pictureFailures(() => editor);

  beforeAll(async () => {
    editor = await openEditor({ env: { DOCKER_HOST: host } });
    chat = chatIn(await editor.openChat());
  });

  afterAll(async () => editor.close());

  it('builds the image by the command, with progress', { timeout: 600_000 }, async () => {
    await editor.command('Axon: Build Sandbox Image');
    await editor.notification('sandbox image is ready').waitFor({ timeout: 580_000 });
  });

  it('[P9] asks every time, without a session permission, and shows what the code printed', async () => {
    for (const round of [1, 2]) {
      await chat.say(`python: print(6 * 7 * ${round})`);
      const card = chat.card('code_execute');
      await card.getByRole('button', { name: 'Allow once' }).waitFor();
      expect(await card.getByRole('button', { name: /^Allow for session/ }).count()).toBe(0);
      if (round === 1) await editor.screenshot('sandbox-asking-dark');
      await chat.answer(card, 'Allow once');
      await chat.idle();
      await card.getByText(String(42 * round)).first().waitFor();
    }
    await editor.screenshot('sandbox-done-dark');
  });

  it('[P19] gives a program the file that the card names, shows its plot, and saves it through the gate', async () => {
    await chat.say('python with src/timer.ts:\n```\nimport matplotlib.pyplot as plt\nplt.plot([len(line) for line in open("src/timer.ts")])\nplt.show()\n```');
    const card = chat.card('code_execute');
    await card.getByText(/Given to the program: src\/timer\.ts, \d+ bytes/).waitFor();
    await chat.answer(card, 'Allow once');
    await card.getByRole('img', { name: /figure-1\.png/ }).waitFor({ timeout: 60_000 });
    await chat.idle();
    await editor.screenshot('sandbox-plot-dark');
    await card.getByRole('button', { name: /^Save/ }).first().click();
    const path = editor.page.locator('.quick-input-widget input[type="text"]').first();
    await path.waitFor();
    await path.fill('docs/plot.png');
    await path.press('Enter');
    const save = chat.card('result_save');
    await save.getByText(/New file docs\/plot\.png: the result figure-1\.png/).waitFor();
    await chat.answer(save, 'Allow once');
    await chat.idle();
    expect((await readFile(join(editor.workspace, 'docs/plot.png'))).subarray(1, 4).toString()).toBe('PNG');
  });

  it('stops code that runs, and leaves no container', async () => {
    await chat.say('python: import time; print("started", flush=True); time.sleep(50)');
    const card = chat.card('code_execute');
    await chat.answer(card, 'Allow once');
    await card.getByText('started').first().waitFor({ timeout: 30_000 });
    await editor.screenshot('sandbox-running-dark');
    await chat.frame.getByRole('button', { name: 'Stop (Escape)' }).click();
    await chat.idle();
    await expect.poll(ours, { timeout: 15_000 }).toBe('');
  });

  it('shows the run in the audit channel', async () => {
    await editor.command('Axon: Show Live Audit Output');
    const lines = editor.page.locator('.part.panel .view-lines').last();
    await expect.poll(() => lines.innerText()).toMatch(/code_execute/);
  });

  it('[P9] tries its walls when it is asked to, and records that every one held', { timeout: 120_000 }, async () => {
    await editor.command('Axon: Test Sandbox Walls');
    await editor.notification(/(\d+) of \1 attempts to get out of the sandbox were stopped/).waitFor({ timeout: 110_000 });
    await editor.screenshot('sandbox-walls-dark');
    await editor.command('Axon: Show Live Audit Output');
    const lines = editor.page.locator('.part.panel .view-lines').last();
    await expect.poll(() => lines.innerText()).toMatch(/sandbox_tested/);
  });
});
