import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { withAnswers } from './lib/answers.js';
import { answerNext, freshSession, say, until } from './lib/axon.js';

/** Tabs that hold the page; the editor puts a prefix before the name of its kind. */
const tabs = (): readonly vscode.Tab[] =>
  vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('axon.audit'));

describe('the audit page in the editor', () => {
  after(async () => {
    await vscode.window.tabGroups.close([...tabs()]);
  });

  it('opens in one tab, however often it is asked for, and again once that was closed', async () => {
    await vscode.commands.executeCommand('axon.openAuditLog');
    await until(() => tabs().length === 1, 'the tab');
    await vscode.commands.executeCommand('axon.openAuditLog');
    assert.equal(tabs().length, 1);
    await vscode.window.tabGroups.close([...tabs()]);
    await until(() => tabs().length === 0, 'the tab to go');
    await vscode.commands.executeCommand('axon.openAuditLog');
    await until(() => tabs().length === 1, 'the tab again');
  });

  it('has one check with the palette: whoever asks for it, all who show it are told', async () => {
    const { audit } = await freshSession();
    const told: string[] = [];
    const listening = audit.check.onChanged(({ state }) => told.push(state));
    const shown = await withAnswers({ milliseconds: 1 }, async () => vscode.commands.executeCommand('axon.verifyAuditLog'));
    listening.dispose();
    assert.match(shown.messages[0] ?? '', /the audit log is/);
    assert.equal(told[0], 'running');
    assert.equal(told.at(-1), 'done');
    assert.equal(audit.check.state.state, 'done');
  });

  it('explains a call of a session that is no longer open', async () => {
    const parts = await freshSession();
    const asked = answerNext(parts, { type: 'deny' });
    await say(parts, 'read README.md');
    await asked;
    const { id } = parts.chat.session;
    const { records } = await (await parts.audit.log()).page({ sessionId: id, types: ['tool_requested'] });
    await parts.chat.newSession();
    assert.notEqual(parts.chat.session.id, id);
    const { explainCall } = await parts.policy.commands();
    await explainCall(records[0]?.callId ?? '', id);
    await until(() => vscode.window.activeTextEditor?.document.uri.scheme === 'axon-decision', 'the explanation');
    assert.match(vscode.window.activeTextEditor?.document.getText() ?? '', /How it was judged then/);
  });
});
