import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { ApprovalRequest } from '../../src/gate/approval.js';
import type { Axon } from './lib/axon.js';
import { answerable, answerNext, auditOf, freshSession, inWorkspace, nextQuestion, notices, outcomes, say, until } from './lib/axon.js';

const exists = (name: string): Promise<boolean> => stat(inWorkspace(name)).then(() => true, () => false);
const decisions = async (parts: Axon): Promise<readonly (string | undefined)[]> =>
  (await auditOf(parts, parts.chat.session.id)).filter((each) => each.decision !== undefined).map((each) => `${each.type} ${each.decision ?? ''}`);

describe('approvals', () => {
  let parts: Axon;

  beforeEach(async () => {
    parts = await freshSession();
    for (const grant of parts.grants.all) parts.grants.revoke(grant);
    assert.deepEqual(parts.broker.pending, []);
  });

  it('[P4] to allow once is used up: the same call asks again', async () => {
    for (const answer of ['allow-once', 'deny'] as const) {
      const asked = answerNext(parts, { type: answer });
      const events = await say(parts, 'read README.md');
      await asked;
      assert.deepEqual(outcomes(events).map((each) => each.state), [answer === 'deny' ? 'rejected' : 'done']);
    }
    assert.deepEqual(await decisions(parts), ['tool_approved allow-once', 'tool_rejected deny']);
  });

  it('for the session cover the folder that was shown, not writing, not another session, and nothing once revoked', async () => {
    const first = answerNext(parts, { type: 'allow-session' });
    await say(parts, 'read src/timer.ts');
    assert.match((await first).grant?.label ?? '', /^Read files in src\/ and below$/);
    const session = parts.chat.session.id;
    assert.deepEqual(outcomes(await say(parts, 'read src/menu.ts')).map((each) => each.state), ['done']);

    for (const beyond of ['read README.md', 'write src/new.txt: x', 'run git status']) {
      const asked = answerNext(parts, { type: 'deny' });
      await say(parts, beyond);
      await asked;
    }
    await parts.chat.newSession();
    const elsewhere = answerNext(parts, { type: 'deny' });
    await say(parts, 'read src/menu.ts');
    await elsewhere;

    await parts.chat.openSession(session);
    assert.equal(parts.chat.session.id, session);
    assert.deepEqual(outcomes(await say(parts, 'read src/menu.ts')).map((each) => each.state), ['done']);
    // What "Axon: Revoke Session Permissions" lists, and revokes.
    const [grant] = parts.grants.all.filter((each) => each.sessionId === session);
    assert.ok(grant && parts.grants.revoke(grant));
    const again = answerNext(parts, { type: 'deny' });
    await say(parts, 'read src/menu.ts');
    await again;
  });

  it('for the session are listed by the command and revoked there, and that is recorded', async () => {
    const asked = answerNext(parts, { type: 'allow-session' });
    await say(parts, 'read README.md');
    await asked;
    const session = parts.chat.session.id;
    await until(async () => {
      const done = vscode.commands.executeCommand('axon.revokeSessionPermissions');
      await sleep(300);
      for (const key of ['quickOpenSelectNext', 'quickPickManyToggle', 'acceptSelectedQuickOpenItem']) await vscode.commands.executeCommand(`workbench.action.${key}`);
      // Keys that came before the list was there did nothing: then it is opened anew.
      await Promise.race([done, sleep(1_000)]);
      return parts.grants.all.length === 0;
    }, 'the permission to be revoked');
    const revoked = (await auditOf(parts, session)).filter((each) => each.type === 'permission_revoked');
    assert.equal(revoked.length, 1);
  });

  it('that are denied with a word give the word to the model and run nothing', async () => {
    const asked = answerNext(parts, { type: 'deny', note: 'Use docs/ instead.' });
    const events = await say(parts, 'write denied.txt: x');
    await asked;
    assert.match(outcomes(events)[0]?.text ?? '', /Use docs\/ instead\./);
    assert.equal(await exists('denied.txt'), false);
  });

  it('are all denied by one command, and later answers do nothing', async () => {
    const said = say(parts, 'write all.txt: x');
    const request = await nextQuestion(parts);
    await vscode.commands.executeCommand('axon.denyAll');
    assert.deepEqual(outcomes(await said).map((each) => each.state), ['rejected']);
    await answerable(request);
    assert.equal(parts.broker.answer(request.id, request.hash, { type: 'allow-once' }), 'stale');
    assert.equal(await exists('all.txt'), false);
  });

  it('[P4] belong to the first surface that answers, and to the hash that was shown', async () => {
    const said = say(parts, 'write first.txt: x');
    const request = await nextQuestion(parts);
    const closed: string[] = [];
    const listening = parts.broker.onClosed(({ resolution }) => closed.push(resolution.type));
    assert.equal(parts.broker.answer(request.id, request.hash, { type: 'allow-once' }), 'too-early');
    await answerable(request);
    assert.equal(parts.broker.answer(request.id, 'f'.repeat(64), { type: 'allow-once' }), 'stale');
    assert.equal(parts.broker.answer(request.id, request.hash, { type: 'deny' }), 'accepted');
    assert.equal(parts.broker.answer(request.id, request.hash, { type: 'allow-once' }), 'stale');
    listening.dispose();
    assert.deepEqual(closed, ['deny']);
    assert.deepEqual(outcomes(await said).map((each) => each.state), ['rejected']);
    assert.equal(await exists('first.txt'), false);
  });

  it('are taken from the palette, where the command shows the request and waits for one more key', async () => {
    const said = say(parts, 'read README.md');
    const request = await nextQuestion(parts);
    await answerable(request);
    const done = vscode.commands.executeCommand('axon.approveNextRequest');
    await until(async () => {
      // A key in the first moments of the list is not taken, and one that is held down never is.
      await sleep(600);
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return parts.broker.pending.length === 0;
    }, 'the answer from the palette');
    await done;
    assert.deepEqual(outcomes(await said).map((each) => each.state), ['done']);
  });

  it('end when the agent is stopped, and nothing runs afterwards', async () => {
    const said = say(parts, 'write stopped.txt: x');
    const request = await nextQuestion(parts);
    await vscode.commands.executeCommand('axon.stop');
    const events = await said;
    assert.deepEqual(events.at(-1), { type: 'finished', reason: 'stopped' });
    await answerable(request);
    assert.equal(parts.broker.answer(request.id, request.hash, { type: 'allow-once' }), 'stale');
    assert.equal(await exists('stopped.txt'), false);
    assert.deepEqual(await decisions(parts), ['tool_rejected stopped']);
    assert.deepEqual(notices(events), []);
  });

  it('that nobody gives are denied at their time', async () => {
    const now = Date.now();
    const request: ApprovalRequest = {
      id: randomUUID(), callId: 'c', sessionId: parts.chat.session.id, agent: 'assistant', tool: 'file_read', title: 'Read x', argumentsText: '{}', hash: 'a'.repeat(64),
      risk: 'low', rule: 'path.read', reason: 'For the test.', warnings: [], askedAt: now, expiresAt: now + 300, answerableAt: now,
    };
    const ended = parts.broker.ask(request, new AbortController().signal);
    assert.equal(parts.broker.pending.length, 1);
    assert.deepEqual(await ended, { type: 'timeout' });
    assert.equal(parts.broker.answer(request.id, request.hash, { type: 'allow-once' }), 'stale');
    assert.equal(parts.broker.pending.length, 0);
  });
});
