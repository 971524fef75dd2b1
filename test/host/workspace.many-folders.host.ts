import assert from 'node:assert/strict';
import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { answerNext, freshSession, inWorkspace, outcomes, say } from './lib/axon.js';

const second = (...names: string[]): string => path.join(vscode.workspace.workspaceFolders?.[1]?.uri.fsPath ?? '', ...names);

describe('a workspace of several folders', () => {
  it('is what this window has open', () => {
    assert.deepEqual(vscode.workspace.workspaceFolders?.map((each) => each.name), ['app', 'docs']);
  });

  it('[P7] gets nothing from the settings in its workspace file', async () => {
    const found = vscode.workspace.getConfiguration('axon').get('autoApprove');
    assert.deepEqual(found, []);
    const parts = await freshSession();
    const asked = answerNext(parts, { type: 'deny' });
    assert.deepEqual(outcomes(await say(parts, 'read app/README.md')).map((each) => each.state), ['rejected']);
    await asked;
  });

  it('is worked in by the names of its folders', async () => {
    const parts = await freshSession();
    await writeFile(second('only-here.txt'), 'in the second folder\n');
    const read = answerNext(parts, { type: 'allow-once' });
    assert.match(outcomes(await say(parts, 'read docs/only-here.txt'))[0]?.text ?? '', /in the second folder/);
    await read;
    const write = answerNext(parts, { type: 'allow-once' });
    assert.deepEqual(outcomes(await say(parts, 'write docs/made.txt: new')).map((each) => each.state), ['done']);
    await write;
    assert.match(await readFile(second('made.txt'), 'utf8'), /^new/);
  });

  it('has permissions for the one folder that was shown', async () => {
    const parts = await freshSession();
    const asked = answerNext(parts, { type: 'allow-session' });
    await say(parts, 'read app/README.md');
    await asked;
    assert.deepEqual(outcomes(await say(parts, 'read app/src/menu.ts')).map((each) => each.state), ['done']);
    const other = answerNext(parts, { type: 'deny' });
    assert.deepEqual(outcomes(await say(parts, 'read docs/README.md')).map((each) => each.state), ['rejected']);
    await other;
  });

  it('[P11] is left by no path and no link', async () => {
    const parts = await freshSession();
    await symlink(os.homedir(), inWorkspace('home'));
    for (const file of ['app/../../outside.txt', 'app/home/.profile', path.join(path.dirname(inWorkspace()), '..', 'both.code-workspace')]) {
      const [outcome] = outcomes(await say(parts, `write ${file}: x`));
      assert.equal(outcome?.state, 'denied', file);
    }
    await rm(inWorkspace('home'));
  });
});
