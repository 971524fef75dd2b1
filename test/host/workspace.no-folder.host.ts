import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { answerText, auditOf, freshSession, outcomes, say, until } from './lib/axon.js';
import { axonFolders } from './lib/scripted-model.js';

describe('a window without a folder', () => {
  it('is what this window is', () => {
    assert.equal(vscode.workspace.workspaceFolders, undefined);
  });

  it('answers, and keeps the conversation', async () => {
    const parts = await freshSession();
    assert.ok(answerText(await say(parts, 'help')).length > 0);
    const { storage } = await axonFolders();
    const { id } = parts.chat.session;
    await until(async () => (await readdir(path.join(storage, 'conversations')).catch((): string[] => [])).includes(`${id}.jsonl`), 'the conversation on disk');
  });

  for (const step of ['list', 'read README.md', 'read /etc/hostname', 'write x.txt: y', 'search tea', 'run git status']) {
    it(`refuses “${step}”, says to open a folder, and records it`, async () => {
      const parts = await freshSession();
      const [outcome] = outcomes(await say(parts, step));
      assert.equal(outcome?.state, 'denied');
      assert.match(`${outcome.text} ${outcome.next ?? ''}`, /[Oo]pen a folder/);
      assert.equal(parts.broker.pending.length, 0);
      const types = (await auditOf(parts, parts.chat.session.id)).map((each) => each.type);
      assert.deepEqual(types, ['session_started', 'tool_requested', 'tool_denied']);
    });
  }
});
