import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { withAnswers } from './lib/answers.js';
import { answerNext, auditOf, freshSession, outcomes, say, setSetting } from './lib/axon.js';

describe('code where no Docker engine answers', () => {
  before(() => setSetting('sandbox.dockerHost', 'unix:///nowhere/docker.sock'));
  after(() => setSetting('sandbox.dockerHost', undefined));

  it('is not run anywhere else: the answer says what is missing and what to do', async () => {
    const parts = await freshSession();
    const asked = answerNext(parts, { type: 'allow-once' });
    const [outcome] = outcomes(await say(parts, 'python: print(6 * 7)'));
    const request = await asked;
    assert.equal(request.grant, undefined, 'running code can not be allowed for a session');
    assert.equal(outcome?.state, 'failed');
    assert.match(outcome.text, /Docker/);
    assert.ok((outcome.next ?? '').length > 10, 'it says what to do');
    assert.doesNotMatch(outcome.text, /\b42\b|\n\s+at /);
    assert.equal((await auditOf(parts, parts.chat.session.id)).at(-1)?.type, 'tool_failed');
  });

  it('has no walls to test, and says so', async () => {
    const shown = await withAnswers({}, async () => vscode.commands.executeCommand('axon.testSandboxWalls'));
    assert.match(shown.messages.join('\n'), /No Docker engine answers/);
  });

  it('leaves everything else working', async () => {
    const parts = await freshSession();
    const asked = answerNext(parts, { type: 'allow-once' });
    const [outcome] = outcomes(await say(parts, 'list'));
    await asked;
    assert.equal(outcome?.state, 'done');
    assert.equal((await parts.ports.sandbox.status()).state, 'no-engine');
  });

  it('is looked for anew once a setting names another engine', async () => {
    const { ports } = await freshSession();
    const reason = async (): Promise<string> => {
      const status = await ports.sandbox.status();
      return status.state === 'no-engine' ? status.reason : status.state;
    };
    assert.match(await reason(), /nowhere/);
    await setSetting('sandbox.dockerHost', 'unix:///elsewhere/docker.sock');
    assert.match(await reason(), /elsewhere/);
    await setSetting('sandbox.dockerHost', 'unix:///nowhere/docker.sock');
    assert.match(await reason(), /nowhere/);
  });
});
