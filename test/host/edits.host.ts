import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { Axon } from './lib/axon.js';
import { answerable, answerNext, freshSession, inWorkspace, nextQuestion, outcomes, say } from './lib/axon.js';

const name = 'notes.txt';

describe('a file that is open in the editor', () => {
  let parts: Axon;
  const open = async (text: string): Promise<vscode.TextDocument> => {
    await writeFile(inWorkspace(name), text);
    const document = await vscode.workspace.openTextDocument(inWorkspace(name));
    await vscode.window.showTextDocument(document);
    return document;
  };
  const type = async (document: vscode.TextDocument, text: string): Promise<void> => {
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), text);
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.ok(document.isDirty);
  };

  beforeEach(async () => {
    parts = await freshSession();
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(inWorkspace(name), { force: true });
  });

  it('is read with what is typed and not saved yet', async () => {
    await type(await open('on disk\n'), 'not saved\n');
    const asked = answerNext(parts, { type: 'allow-once' });
    const [outcome] = outcomes(await say(parts, `read ${name}`));
    await asked;
    assert.match(outcome?.text ?? '', /not saved[\s\S]*on disk/);
  });

  it('is not written while it holds unsaved changes, and nobody is asked for that', async () => {
    const document = await open('on disk\n');
    await type(document, 'not saved\n');
    const [outcome] = outcomes(await say(parts, `replace "on disk" with "changed" in ${name}`));
    assert.equal(outcome?.state, 'failed');
    assert.match(outcome.text, /unsaved changes.*save or revert/);
    assert.equal(await readFile(inWorkspace(name), 'utf8'), 'on disk\n');
    assert.equal(document.getText(), 'not saved\non disk\n');
  });

  it('is not written when it got unsaved changes after the question', async () => {
    const document = await open('on disk\n');
    const said = say(parts, `replace "on disk" with "changed" in ${name}`);
    const request = await nextQuestion(parts);
    await type(document, 'meanwhile\n');
    await answerable(request);
    parts.broker.answer(request.id, request.hash, { type: 'allow-once' });
    assert.deepEqual(outcomes(await said).map((each) => each.state), ['failed']);
    assert.equal(await readFile(inWorkspace(name), 'utf8'), 'on disk\n');
  });

  it('[P4] is not written when it changed on disk after the question', async () => {
    await writeFile(inWorkspace(name), 'shown\n');
    const said = say(parts, `replace "shown" with "changed" in ${name}`);
    const request = await nextQuestion(parts);
    await writeFile(inWorkspace(name), 'shown, and more\n');
    await answerable(request);
    parts.broker.answer(request.id, request.hash, { type: 'allow-once' });
    assert.match(outcomes(await said)[0]?.text ?? '', /changed since/);
    assert.equal(await readFile(inWorkspace(name), 'utf8'), 'shown, and more\n');
  });

  it('keeps its CRLF line breaks and its byte order mark', async () => {
    await writeFile(inWorkspace(name), '\uFEFFone\r\ntwo\r\n');
    const asked = answerNext(parts, { type: 'allow-once' });
    assert.deepEqual(outcomes(await say(parts, `replace "two" with "2" in ${name}`)).map((each) => each.state), ['done']);
    await asked;
    assert.equal(await readFile(inWorkspace(name), 'utf8'), '\uFEFFone\r\n2\r\n');
  });

  it('is shown before and after in the editor’s own diff, which ends with the question', async () => {
    await writeFile(inWorkspace(name), 'before\n');
    const said = say(parts, `replace "before" with "after" in ${name}`);
    const request = await nextQuestion(parts);
    const part = (which: string): vscode.Uri => vscode.Uri.from({ scheme: 'axon-approval', path: `/${name}`, query: `${request.id}/${which}` });
    assert.equal((await vscode.workspace.openTextDocument(part('before'))).getText(), 'before\n');
    assert.equal((await vscode.workspace.openTextDocument(part('after'))).getText(), 'after\n');
    await vscode.commands.executeCommand('vscode.diff', part('before'), part('after'));
    const [input] = vscode.window.tabGroups.activeTabGroup.tabs.filter((tab) => tab.isActive).map((tab) => tab.input);
    assert.ok(input instanceof vscode.TabInputTextDiff);
    parts.broker.answer(request.id, request.hash, { type: 'deny' });
    await said;
    const late = vscode.Uri.from({ scheme: 'axon-approval', path: '/late.txt', query: `${request.id}/after` });
    assert.match((await vscode.workspace.openTextDocument(late)).getText(), /already answered/);
  });
});
