import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { answerNext, auditOf, axon, freshSession, inWorkspace, say, until } from './lib/axon.js';
import { axonFolders } from './lib/scripted-model.js';

const key = 'hostsecret-7f3a9c51d2e84b60';

describe('a key in the editor’s secret storage', () => {
  after(async () => (await axon()).secrets.removeApiKey('openrouter'));

  it('comes back, can be replaced, and is gone once removed', async () => {
    const { secrets } = await axon();
    await secrets.setApiKey('openrouter', 'first');
    await secrets.setApiKey('openrouter', key);
    assert.equal(await secrets.apiKey('openrouter'), key);
    assert.equal(await secrets.apiKey('openai'), undefined);
    await secrets.removeApiKey('openrouter');
    assert.equal(await secrets.apiKey('openrouter'), undefined);
  });

  it('[P8] is in no file of the editor: not in settings, not in the audit log, not behind the output channel', async () => {
    const parts = await freshSession();
    await parts.secrets.setApiKey('openrouter', key);
    // As if a model, or a person, had put it into an argument, and a tool into its result.
    await vscode.workspace.fs.writeFile(vscode.Uri.file(inWorkspace('leaked.txt')), Buffer.from(`token = ${key}\n`));
    const asked = answerNext(parts, { type: 'allow-once' });
    await say(parts, 'read leaked.txt');
    await asked;
    const denied = answerNext(parts, { type: 'deny', note: `the key is ${key}` });
    await say(parts, `write other.txt: ${key}`);
    await denied;
    await vscode.workspace.fs.delete(vscode.Uri.file(inWorkspace('leaked.txt')));

    const records = await auditOf(parts, parts.chat.session.id);
    assert.deepEqual(records.map((each) => each.type), ['session_started', 'tool_requested', 'tool_approved', 'tool_executed', 'tool_requested', 'tool_rejected']);
    assert.equal(JSON.stringify(records).includes(key), false);
    const { globalStorage, user } = await axonFolders();
    const logs = path.join(user, 'logs');
    // The editor writes an output channel to a file a little later.
    await until(async () => (await filesWith(logs, 'tool_rejected', (file) => file.includes('Axon Audit'))).length > 0, 'the lines of the output channel');
    assert.deepEqual(await filesWith(logs, key), []);
    assert.deepEqual(await filesWith(globalStorage, key), []);
    assert.deepEqual(await filesWith(path.join(user, 'User'), key, (file) => file.endsWith('settings.json')), []);
    assert.deepEqual(await filesWith(path.join(user, 'Machine'), key), []);
    assert.equal(JSON.stringify(vscode.workspace.getConfiguration('axon')).includes(key), false);
  });
});

/** The files in and below a folder that hold the text. */
async function filesWith(folder: string, text: string, wanted: (file: string) => boolean = () => true): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((each) => each.isFile()).map((each) => path.join(each.parentPath, each.name)).filter(wanted);
  const found = await Promise.all(files.map(async (file) => ({ file, has: (await readFile(file)).includes(text) })));
  return found.filter((each) => each.has).map((each) => each.file);
}
