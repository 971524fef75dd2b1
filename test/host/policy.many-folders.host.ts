import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { answerNext, freshSession, outcomes, say } from './lib/axon.js';

const folders = (): readonly string[] => (vscode.workspace.workspaceFolders ?? []).map((each) => path.join(each.uri.fsPath, '.axon'));

describe('the policy of several folders', () => {
  afterEach(async () => {
    for (const folder of folders()) await rm(folder, { recursive: true, force: true });
  });

  it('is each folder\'s for its own paths, and a broken file of one refuses everything', async () => {
    const parts = await freshSession();
    const [app = '', docs = ''] = folders();
    await mkdir(docs);
    await writeFile(path.join(docs, 'policy.json'), JSON.stringify({ version: 1, rules: [{ id: 'no-readme', match: { paths: ['README.md'] }, verdict: 'deny', reason: 'Not this one.' }] }));
    const refused = outcomes(await say(parts, 'read docs/README.md'));
    assert.deepEqual(refused.map(({ state, rule }) => [state, rule]), [['denied', 'workspace.no-readme']]);
    assert.match(refused[0]?.text ?? '', /\.axon\/policy\.json in docs/);
    const asked = answerNext(parts, { type: 'deny' });
    assert.deepEqual(outcomes(await say(parts, 'read app/README.md')).map((each) => each.state), ['rejected']);
    await asked;
    await mkdir(app);
    await writeFile(path.join(app, 'policy.json'), '{');
    assert.deepEqual(outcomes(await say(parts, 'list docs')).map((each) => each.rule), ['workspace.broken-rules']);
  });
});
