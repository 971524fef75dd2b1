import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

const id = 'axon.axon';

describe('the extension in a real extension host', () => {
  it('is present', () => {
    assert.ok(vscode.extensions.getExtension(id));
  });

  it('activates without an error, and twice is harmless', async () => {
    const extension = vscode.extensions.getExtension(id);
    await extension?.activate();
    await extension?.activate();
    assert.equal(extension?.isActive, true);
  });

  it('registers every command that its manifest offers', async () => {
    const extension = vscode.extensions.getExtension(id);
    await extension?.activate();
    const manifest = extension?.packageJSON as { contributes?: { commands?: { command: string }[] } };
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = (manifest.contributes?.commands ?? []).map((each) => each.command).filter((command) => !registered.has(command));
    assert.deepEqual(missing, []);
  });
});
