import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureEnginesElsewhere } from '../../scripts/lib/engines-elsewhere.mjs';
import { startSshServer, type SshServer } from '../docker/lib/ssh-server.js';
import { chatIn } from './chat.js';
import { openEditor, pictureFailures, type Editor } from './harness.js';

const host = process.env['DOCKER_HOST'];
const canRun = host !== undefined && (await ensureEnginesElsewhere());

/** The editor's extension host has its own ways with connections: an engine behind ssh has to be reached in it, too. */
describe.skipIf(host === undefined || !canRun)('an engine behind ssh, in the editor', () => {
  let server: SshServer;
  let editor: Editor;
  pictureFailures(() => editor);

  beforeAll(async () => {
    server = await startSshServer({ DOCKER_HOST: host ?? '' });
    // The editor asks the person's shell for its PATH, where this person's ssh is.
    await writeFile(join(server.folder, '.profile'), `PATH="${join(server.folder, 'bin')}:$PATH"\n`);
    editor = await openEditor({ env: { HOME: server.folder, DOCKER_HOST: 'ssh://engine' } });
  });

  afterAll(async () => {
    await editor.close();
    await server.stop();
  });

  it('[P17] builds the image there and runs code in it', { timeout: 200_000 }, async () => {
    const chat = chatIn(await editor.openChat());
    await editor.command('Axon: Build Sandbox Image');
    await editor.notification('sandbox image is ready').waitFor({ timeout: 100_000 });
    await chat.say('python: print(6 * 7)');
    const card = chat.card('code_execute');
    await chat.answer(card, 'Allow once');
    await chat.idle();
    await card.getByText('42').first().waitFor();
    expect(await server.log()).toMatch(/Accepted publickey/);
  });
});
