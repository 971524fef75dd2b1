import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { axon } from './lib/axon.js';

const id = 'axon.axon';

describe('the extension in a real extension host', () => {
  it('is present', () => {
    assert.ok(vscode.extensions.getExtension(id));
  });

  it('activates without an error, and loads none of the heavy packages for it', async () => {
    const extension = vscode.extensions.getExtension(id);
    await extension?.activate();
    assert.equal(extension?.isActive, true);
    const vendor = path.join(extension.extensionPath, 'dist', 'vendor');
    const loaded = Object.keys(require.cache);
    assert.ok(loaded.includes(path.join(extension.extensionPath, 'dist', 'extension.js')), 'the cache that is looked at is the one that counts');
    assert.deepEqual(loaded.filter((file) => file.startsWith(vendor)), []);
  });

  it('activates twice without harm', async () => {
    assert.equal(await axon(), await axon());
  });

  it('registers every command that its manifest offers', async () => {
    const extension = vscode.extensions.getExtension(id);
    await extension?.activate();
    const manifest = extension?.packageJSON as { contributes?: { commands?: { command: string }[] } };
    const offered = (manifest.contributes?.commands ?? []).map((each) => each.command);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.ok(offered.length > 0);
    assert.deepEqual(offered.filter((command) => !registered.has(command)), []);
  });

  it('begins with the guide, which is no language model', async () => {
    const { models } = await axon();
    await models.refresh();
    assert.equal(models.model?.id, 'guide');
    assert.equal(models.model.isLanguageModel, false);
  });
});
