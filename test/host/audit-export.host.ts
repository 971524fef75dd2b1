import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { openCopy, verifyCopy } from '../../src/audit/export/log-copy.js';
import { parseKeyFile } from '../../src/audit/export/key-file.js';
import { sqliteLoader } from '../../src/audit/segments/sqlite.js';
import { keyIdOf } from '../../src/audit/storage/layout.js';
import { withAnswers, type Answers, type Shown } from './lib/answers.js';
import { axon } from './lib/axon.js';

let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'axon-host-export-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** What the last dialog offered. */
let offered = '';

/** Runs a command with a person who chooses this file. */
async function run(command: string, target: string | undefined, answers: Answers = {}): Promise<Shown> {
  const window = vscode.window as unknown as Record<string, unknown>;
  const real = window['showSaveDialog'];
  window['showSaveDialog'] = async ({ defaultUri }: vscode.SaveDialogOptions) => {
    offered = defaultUri?.fsPath ?? '';
    return target === undefined ? undefined : vscode.Uri.file(target);
  };
  try {
    return await withAnswers({ milliseconds: 1, ...answers }, async () => vscode.commands.executeCommand(`axon.${command}`));
  } finally {
    window['showSaveDialog'] = real;
  }
}

const keyExports = async () => (await (await (await axon()).audit.log()).page({ types: ['audit_key_exported'] })).records;

describe('the log for an auditor', () => {
  it('[P15] the key leaves after a question, recorded first, into a file for its owner alone', async () => {
    const file = path.join(folder, 'audit.key');
    const count = (await keyExports()).length;
    await run('exportAuditKey', file, { modals: ['Keep It Here'] });
    await run('exportAuditKey', file, { modals: [undefined] });
    await run('exportAuditKey', undefined, { modals: ['Choose a File…'] });
    assert.ok(!existsSync(file));
    assert.equal((await keyExports()).length, count);

    const shown = await run('exportAuditKey', file, { modals: ['Choose a File…'] });
    assert.match(shown.modals[0]?.detail ?? '', /can also forge/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const { secrets } = await axon();
    const key = await secrets.auditKey();
    assert.deepEqual(parseKeyFile(readFileSync(file, 'utf8')), key);
    const [recorded] = await keyExports();
    assert.ok(recorded?.reason?.includes(keyIdOf(key)));
    assert.ok(!JSON.stringify(recorded).includes(key.toString('base64')));
  });

  it('[P15] the key never lies in a folder that is open', async () => {
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    const file = path.join(workspace, 'audit.key');
    const count = (await keyExports()).length;
    const shown = await run('exportAuditKey', file, { modals: ['Choose a File…'] });
    assert.match(shown.messages[0] ?? '', /open workspace folder/);
    assert.ok(!existsSync(file));
    assert.equal((await keyExports()).length, count);
  });

  it('[P15] a bundle out of the palette is checked away from the editor', async () => {
    const file = path.join(folder, 'bundle.tar.gz');
    const { audit, secrets } = await axon();
    const log = await audit.log();
    await log.append({ type: 'session_started', sessionId: 'bundle' });
    const shown = await run('exportAuditBundle', file);
    assert.match(shown.messages[0] ?? '', /Export Audit Key/);
    const extension = vscode.extensions.getExtension('axon.axon')?.extensionPath ?? '';
    const copy = await openCopy(file, { key: await secrets.auditKey(), sqlite: sqliteLoader(() => path.join(extension, 'dist', 'vendor', 'sql-wasm.wasm')) });
    try {
      const [there, here] = [await verifyCopy(copy), await log.verify()];
      assert.ok(there.bundledAt !== undefined);
      // Other tests of this run leave a damaged journal behind, which both find.
      assert.deepEqual(there.findings.map((each) => each.fault), here.findings.map((each) => each.fault));
      assert.ok(there.events > 0 && there.events <= here.events);
    } finally {
      await copy.dispose();
    }
  });

  it('an export is offered where the last one went, and never in the open workspace', async () => {
    const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    await run('exportAuditLogJsonLines', path.join(folder, 'log.jsonl'));
    await run('exportAuditBundle', undefined);
    assert.equal(path.dirname(offered), folder);
    const inside = path.join(workspace, 'log.jsonl');
    await run('exportAuditLogJsonLines', inside);
    await rm(inside);
    await run('exportAuditLogCsv', undefined);
    assert.equal(path.dirname(offered), os.homedir());
  });

  it('an export that can\'t be written says why, and leaves nothing', async () => {
    const shown = await run('exportAuditLogCsv', path.join(folder, 'none', 'log.csv'));
    assert.match(shown.messages[0] ?? '', /the export failed: The folder of .* is not there\. Choose another place\./);
    const done = await run('exportAuditLogCsv', path.join(folder, 'log.csv'));
    assert.match(done.messages[0] ?? '', /the audit log is exported to .*log\.csv \([\d,]+ events?, [\d.]+ [kM]B\)\./);
    assert.match(readFileSync(path.join(folder, 'log.csv'), 'utf8'), /^id,session_id,timestamp,event_type,tool_name,tool_params,result,error,user_decision,execution_time_ms,/);
  });
});
