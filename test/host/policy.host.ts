import assert from 'node:assert/strict';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { AuditRecord } from '../../src/audit/record.js';
import { withAnswers } from './lib/answers.js';
import { answerable, answerNext, auditOf, freshSession, inWorkspace, outcomes, say, setSetting, until, type Axon } from './lib/axon.js';

const file = (): string => inWorkspace('.axon', 'policy.json');
const uri = (): vscode.Uri => vscode.Uri.file(file());
const noMenu = { id: 'no-menu', match: { paths: ['src/menu.ts'] }, verdict: 'deny', reason: 'The menu is secret.', next: 'Ask Ann.', tests: { match: ['src/menu.ts'], notMatch: ['README.md'] } };
const policyOf = (...rules: unknown[]): string => JSON.stringify({ version: 1, rules }, null, 2);

let parts: Axon;

async function writePolicy(text: string): Promise<void> {
  await mkdir(inWorkspace('.axon'), { recursive: true });
  await writeFile(file(), text);
}

const problems = (): readonly vscode.Diagnostic[] => vscode.languages.getDiagnostics(uri()).filter((each) => each.source === 'Axon');

/** How a call ends that the person would not allow, with the rule that refused it. */
async function attempt(step: string): Promise<string> {
  const opened = parts.broker.onOpened((request) => void answerable(request).then(() => parts.broker.answer(request.id, request.hash, { type: 'deny' })));
  try {
    const [outcome] = outcomes(await say(parts, step));
    return outcome?.state === 'denied' ? `denied by ${outcome.rule ?? ''}` : (outcome?.state ?? 'nothing');
  } finally {
    opened.dispose();
  }
}

/** What the test before left is noticed, and recorded, before this one looks at what it changes itself. */
const settle = (): Promise<string> => attempt('read README.md');

/** `policy_changed` of all windows since then, oldest first. */
async function changesSince(start: number): Promise<readonly AuditRecord[]> {
  const { records } = await (await parts.audit.log()).page({ types: ['policy_changed'], from: start, limit: 1_000 });
  return records.toReversed();
}

describe('the policy in the editor', () => {
  beforeEach(async () => {
    parts = await freshSession();
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(inWorkspace('.axon'), { recursive: true, force: true });
    for (const name of ['policy.rules', 'commands.allowed', 'autoApprove']) await setSetting(name, undefined);
  });

  describe('rules of the workspace', () => {
    it('count from the moment they are written, and no longer than they stand there', async () => {
      assert.equal(await attempt('read src/menu.ts'), 'rejected');
      await writePolicy(policyOf(noMenu));
      assert.equal(await attempt('read src/menu.ts'), 'denied by workspace.no-menu');
      assert.equal(await attempt('read README.md'), 'rejected');
      await rm(file());
      assert.equal(await attempt('read src/menu.ts'), 'rejected');
    });

    it('[P7] [P14] can allow nothing: with an allowance in them they are broken', async () => {
      await writePolicy(policyOf({ id: 'evil', tool: 'file_read', verdict: 'allow', reason: 'Because.' }));
      assert.equal(await attempt('read README.md'), 'denied by workspace.broken-rules');
    });

    it('[P14] refuse everything while they are broken, are marked at their line, and open again when mended', async () => {
      await writePolicy('{\n  "version": 1,\n  "rules": [\n    { "id": "a", "verdict": "dany", "reason": "No." }\n  ]\n}\n');
      for (const step of ['read README.md', 'list', 'run git status', 'fetch https://example.com/']) assert.equal(await attempt(step), 'denied by workspace.broken-rules', step);
      await until(() => problems().length > 0, 'the problem to be marked');
      assert.deepEqual(problems().map((each) => [each.range.start.line, each.severity]), [[3, vscode.DiagnosticSeverity.Error]]);
      await writePolicy(policyOf(noMenu));
      assert.equal(await attempt('read README.md'), 'rejected');
      await until(() => problems().length === 0, 'the mark to go');
    });

    it('that fail their own test are broken, and marked at the example', async () => {
      await writePolicy(policyOf({ ...noMenu, tests: { match: ['README.md'] } }));
      assert.equal(await attempt('read README.md'), 'denied by workspace.broken-rules');
      await until(() => problems().length > 0, 'the problem to be marked');
      const [problem] = problems();
      const text = await readFile(file(), 'utf8');
      assert.equal(text.split('\n')[problem?.range.start.line ?? -1]?.trim(), '"README.md"');
    });

    it('that are a link are broken, wherever it leads', async () => {
      await writePolicy(policyOf(noMenu));
      await rm(file());
      await writeFile(inWorkspace('.axon', 'other.json'), policyOf());
      await symlink(inWorkspace('.axon', 'other.json'), file());
      assert.equal(await attempt('read README.md'), 'denied by workspace.broken-rules');
    });

    it('are checked while they are typed; what counts is what is saved', async () => {
      await writePolicy(policyOf(noMenu));
      await until(() => problems().length === 0, 'the marks of the file before to go');
      const document = await vscode.workspace.openTextDocument(uri());
      const editor = await vscode.window.showTextDocument(document);
      const at = document.positionAt(document.getText().indexOf('"deny"'));
      const mistake = new vscode.Range(at, at.translate(0, 1));
      const type = async (): Promise<void> => {
        await editor.edit((edit) => edit.insert(at, 'x'));
        await until(() => problems().length > 0, 'the problem to be marked');
      };
      await type();
      assert.equal(problems()[0]?.range.start.line, at.line);
      assert.equal(await attempt('read README.md'), 'rejected');
      await editor.edit((edit) => edit.delete(mistake));
      await until(() => problems().length === 0, 'the mark to go with the mistake');
      await type();
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      await until(() => problems().length === 0, 'the mark to go with what was not saved');
    });

    it('[P14] that change are recorded and told, and told with a warning when they loosen', async () => {
      await settle();
      const start = Date.now();
      const shown = await withAnswers({}, async () => {
        await writePolicy(policyOf(noMenu));
        await attempt('read README.md');
        await writePolicy(policyOf({ ...noMenu, verdict: 'ask' }, { ...noMenu, id: 'more' }));
        await attempt('read README.md');
        await rm(file());
        await attempt('read README.md');
      });
      assert.deepEqual((await changesSince(start)).map((each) => each.reason), [
        'The rules of the workspace folder workspace: 1 added (no-menu).',
        'The rules of the workspace folder workspace: 1 added (more), 1 changed (no-menu). This can loosen what was asked or refused.',
        'The rules of the workspace folder workspace: gone. This can loosen what was asked or refused.',
      ]);
      assert.equal(shown.messages.filter((each) => each.includes('can loosen')).length, 2, shown.messages.join('\n'));
    });

    it('that break while they are in sight are told once, after a pause, and told again when they are mended', async () => {
      await writePolicy(policyOf(noMenu));
      await attempt('read README.md');
      await vscode.window.showTextDocument(uri());
      const shown = await withAnswers({}, async (told) => {
        const count = (part: string): number => told.messages.filter((each) => each.includes(part)).length;
        for (const half of ['{', '{ "version"', '{ "version": 1']) {
          await writePolicy(half);
          assert.equal(await attempt('read README.md'), 'denied by workspace.broken-rules');
        }
        await until(() => count('everything is refused') > 0, 'the problem to be told');
        await writePolicy('[]');
        assert.equal(await attempt('read README.md'), 'denied by workspace.broken-rules');
        await writePolicy(policyOf(noMenu));
        assert.equal(await attempt('read README.md'), 'rejected');
        await until(() => count('can be used again') > 0, 'the end of it to be told');
      });
      assert.equal(shown.messages.filter((each) => each.includes('everything is refused')).length, 1, shown.messages.join('\n'));
    });

    it('are made with an example that works', async () => {
      const { editWorkspacePolicy } = await parts.policy.commands();
      await editWorkspacePolicy();
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), uri().toString());
      assert.equal(await attempt('write infra/main.tf: x'), 'denied by workspace.infra-by-hand');
      assert.equal(await attempt('write beside.txt: x'), 'rejected');
      const text = await readFile(file(), 'utf8');
      await editWorkspacePolicy();
      assert.equal(await readFile(file(), 'utf8'), text);
    });

    it('are completed by the schema of the file', async () => {
      await writePolicy('{\n  "version": 1,\n  "rules": [\n    {  }\n  ]\n}\n');
      const document = await vscode.workspace.openTextDocument(uri());
      await vscode.window.showTextDocument(document);
      await until(async () => {
        const list = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', uri(), new vscode.Position(3, 6));
        const labels = list.items.map((each) => (typeof each.label === 'string' ? each.label : each.label.label));
        return ['id', 'verdict', 'match', 'tests'].every((name) => labels.includes(name));
      }, 'completion of a rule', 20_000);
    });
  });

  describe('rules and settings of the user', () => {
    it('[P14] count at once, and are recorded with what they were', async () => {
      await settle();
      const start = Date.now();
      await setSetting('policy.rules', [{ ...noMenu, id: 'mine' }]);
      assert.equal(await attempt('read src/menu.ts'), 'denied by user.mine');
      await setSetting('autoApprove', ['file_read']);
      await until(async () => (await changesSince(start)).length >= 2, 'both changes in the log');
      const reasons = (await changesSince(start)).map((each) => each.reason ?? '');
      assert.match(reasons[0] ?? '', /^axon\.policy\.rules: \[\] → \[\{"id":"mine"/);
      assert.equal(reasons[1], 'axon.autoApprove: [] → ["file_read"]');
    });

    it('refuse everything while they are broken, and the person is told', async () => {
      const shown = await withAnswers({}, async () => {
        await setSetting('policy.rules', [{ id: 'a', verdict: 'deny' }]);
        assert.equal(await attempt('read README.md'), 'denied by user.broken-rules');
      });
      assert.equal(shown.messages.filter((each) => each.includes('axon.policy.rules')).length, 1, shown.messages.join('\n'));
      await setSetting('policy.rules', 'nonsense');
      assert.equal(await attempt('read README.md'), 'denied by user.broken-rules');
      await setSetting('policy.rules', []);
      assert.equal(await attempt('read README.md'), 'rejected');
    });
  });

  describe('why', () => {
    const shownText = (): string => vscode.window.activeTextEditor?.document.getText() ?? '';

    it('a past call was refused is told as it was then and as it would be now, with the rule in full', async () => {
      await writePolicy(policyOf({ id: 'first', tool: 'code_execute', verdict: 'deny', reason: 'No.' }, noMenu));
      await attempt('read src/menu.ts');
      const { explainCall } = await parts.policy.commands();
      const [call] = await auditOf(parts, parts.chat.session.id).then((all) => all.filter((each) => each.type === 'tool_requested'));
      await explainCall(call?.callId ?? '');
      const text = shownText();
      assert.equal(vscode.window.activeTextEditor?.document.uri.scheme, 'axon-decision');
      assert.match(text, /^Read src\/menu\.ts\n/);
      assert.match(text, /How it was judged then\n[^]*→ workspace +Rules of the workspace: deny, low risk, workspace\.no-menu/);
      assert.match(text, /user +no objection/);
      assert.match(text, /What became of it\n\n.*tool_denied/);
      assert.match(text, /How it would be judged now\n\n {2}REFUSED\n {2}by workspace\.no-menu/);
      assert.match(text, /What to do instead: Ask Ann\./);
      assert.match(text, /The rule workspace\.no-menu \(\.axon\/policy\.json, line 10\)[^]*"src\/menu\.ts"/);
    });

    it('a past call is found in the list of all windows, newest first', async () => {
      await attempt('run cat /etc/passwd');
      const { explainDecision } = await parts.policy.commands();
      const shown = await withAnswers({ picks: ['shell_execute'] }, explainDecision);
      assert.match(shown.picks[0]?.[0] ?? '', /Another call…/);
      assert.match(shown.picks[0]?.[1] ?? '', /^shell_execute \| refused · path\.[a-z-]+ · .* \| \{"command":"cat \/etc\/passwd"\}$/);
      assert.match(shownText(), /REFUSED/);
    });

    it('a call would be asked about is told without making it', async () => {
      const { testPolicy } = await parts.policy.commands();
      const count = async (): Promise<number> => (await (await parts.audit.log()).page({ limit: 1_000 })).records.length;
      const before = await count();
      await withAnswers({ picks: ['shell_execute'], inputs: ['git status'] }, testPolicy);
      assert.match(shownText(), /^Run git status\n[^]*How it is judged\n\n {2}ASKED: nothing happens before a person allows it\n {2}by command\.asks/);
      await withAnswers({ picks: ['file_write'], inputs: ['{"path":"../x","text":""}'] }, testPolicy);
      assert.match(shownText(), /REFUSED\n {2}by path\.outside-workspace/);
      assert.equal(await count(), before);
      assert.deepEqual(parts.broker.pending, []);
    });
  });

  describe('a refused command', () => {
    const allowed = () => vscode.workspace.getConfiguration('axon').inspect<unknown[]>('commands.allowed');

    it('is allowed here by the person alone, in its narrowest form, and then asks', async () => {
      assert.equal(await attempt('run cowsay "hello there"'), 'denied by command.not-listed');
      await settle();
      const start = Date.now();
      const { allowCommandHere } = await parts.policy.commands();
      let added: boolean | undefined;
      const shown = await withAnswers({ modals: ['Allow Here'] }, async () => (added = await allowCommandHere({ command: 'cowsay "hello there"' })));
      assert.equal(added, true);
      const [modal] = shown.modals;
      assert.match(modal?.detail ?? '', /^cowsay 'hello there'\n\nin .*workspace\n/);
      assert.equal(modal?.buttons[0], 'Edit the List', 'the button with the focus allows nothing');
      assert.deepEqual(allowed()?.globalValue?.map((each) => (each as { words: unknown; in: unknown }).words), [['cowsay', 'hello there']]);
      assert.equal(allowed()?.workspaceValue, undefined);
      assert.equal(allowed()?.workspaceFolderValue, undefined);
      assert.deepEqual((await changesSince(start)).map((each) => each.reason?.slice(0, 30)), ['axon.commands.allowed: [] → [{']);

      const asked = answerNext(parts, { type: 'deny' });
      const events = await say(parts, 'run cowsay "hello there"');
      assert.equal((await asked).risk, 'high');
      assert.deepEqual(outcomes(events).map((each) => each.state), ['rejected']);
      assert.equal(await attempt('run cowsay "hello there" -f x'), 'denied by command.not-listed');
      assert.equal(await attempt('run cowsay hello'), 'denied by command.not-listed');
    });

    it('is not allowed by a dialog that is closed, or answered before it could be read', async () => {
      const { allowCommandHere } = await parts.policy.commands();
      for (const answers of [{ modals: [undefined] }, { modals: ['Allow Here'], milliseconds: 50 }]) {
        let added: boolean | undefined;
        await withAnswers(answers, async () => (added = await allowCommandHere({ command: 'cowsay hello' })));
        assert.equal(added, false);
      }
      assert.equal(allowed()?.globalValue, undefined);
      assert.equal(await attempt('run cowsay hello'), 'denied by command.not-listed');
    });

    it('that may never be listed, or is refused for more than the list, gets no dialog', async () => {
      const { allowCommandHere } = await parts.policy.commands();
      for (const command of ['sh -c id', 'cowsay a; id', 'cat /etc/passwd', 'sudo cowsay', 'git status']) {
        let added: boolean | undefined;
        const shown = await withAnswers({ modals: ['Allow Here'] }, async () => (added = await allowCommandHere({ command })));
        assert.deepEqual([added, shown.modals.length, shown.messages.length], [false, 0, 1], command);
      }
      assert.equal(allowed()?.globalValue, undefined);
    });

    it('of this session is offered in the palette', async () => {
      await attempt('run cowsay hello');
      await attempt('run cat /etc/passwd');
      const { pickRefusedCommand } = await parts.policy.commands();
      const shown = await withAnswers({ picks: ['cowsay'], modals: ['Allow Here'] }, pickRefusedCommand);
      assert.equal(shown.picks[0]?.length, 1);
      assert.equal(allowed()?.globalValue?.length, 1);
    });

    it('[P5] is not put on the list when that can not be recorded', async () => {
      const log = await parts.audit.log();
      const real = log.append;
      log.append = async () => Promise.reject(new Error('ENOSPC: no space left on device'));
      const { allowCommandHere } = await parts.policy.commands();
      await withAnswers({ modals: ['Allow Here'] }, () => assert.rejects(allowCommandHere({ command: 'cowsay hello' })));
      log.append = real;
      assert.equal(allowed()?.globalValue, undefined);
    });
  });
});
