import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { attributeOf, CollectorServer } from '../fixtures/audit/collector-server.js';
import { orMissing } from '../../src/audit/storage/durable-file.js';
import { withAnswers } from './lib/answers.js';
import { answerNext, auditOf, axon, freshSession, say, setSetting, until } from './lib/axon.js';
import { axonFolders } from './lib/scripted-model.js';

const secret = 'collector-secret-51c0ffee77aa';
const command = (name: string): Thenable<unknown> => vscode.commands.executeCommand(`axon.${name}`);

describe('the audit collector', () => {
  const servers = [new CollectorServer(), new CollectorServer()] as const;
  const urls: string[] = [];
  before(async () => {
    for (const each of servers) urls.push(await each.start());
  });
  afterEach(() => setSetting('audit.collector.endpoint', undefined));
  after(async () => {
    await setSetting('audit.collector.resource', undefined);
    await (await axon()).secrets.setCollectorHeaders(undefined);
    for (const each of servers) await each.stop();
  });

  it('[P8] gets nothing until the person names it; then the log says so first, and all of it follows', async () => {
    const [server] = servers;
    const parts = await freshSession();
    const { session } = parts.chat;
    const asked = answerNext(parts, { type: 'deny' });
    await say(parts, 'read README.md');
    await asked;
    assert.equal(server.messages.length, 0);
    const shown = await withAnswers({}, async () => {
      await setSetting('audit.collector.resource', { team: 'payments' });
      await setSetting('audit.collector.endpoint', urls[0]);
      const types = async (): Promise<readonly string[]> => (await auditOf(parts, session.id)).map((each) => each.type);
      const wanted = await types();
      await until(() => wanted.every((type) => server.taken.some((each) => each.eventName === `axon.audit.${type}` && attributeOf(each, 'gen_ai.conversation.id') === session.id)), 'the events of the session', 20_000);
    });
    assert.ok(shown.messages.some((each) => each.includes(`is sent to the collector at ${urls[0] ?? ''}/v1/logs from now on`)), shown.messages.join('\n'));
    assert.match(server.messages[0]?.text ?? '', /"key":"team","value":\{"stringValue":"payments"\}/);
    const changes = server.taken.filter((each) => each.eventName === 'axon.audit.policy_changed').map((each) => String(attributeOf(each, 'axon.reason')));
    assert.ok(changes.some((each) => each.startsWith('axon.audit.collector.endpoint: ')), changes.join('\n'));
    assert.ok(changes.some((each) => each.includes('is sent to the collector at')), changes.join('\n'));
    assert.equal(new Set(server.ids).size, server.ids.length);
  });

  it('[P8] gets a secret header from the secret storage; another address doesn’t get it, and no file holds it', async () => {
    const [server, other] = servers;
    const parts = await freshSession();
    await setSetting('audit.collector.endpoint', urls[0]);
    await withAnswers({ inputs: ['X-Api-Key', secret] }, () => Promise.resolve(command('setAuditCollectorHeader')));
    await parts.audit.append({ type: 'auth_failed', sessionId: '', reason: `as if ${secret} had come up` });
    await until(() => server.messages.some((each) => each.headers['x-api-key'] === secret), 'a message with the header', 20_000);

    const status = await withAnswers({ modals: ['Send a Test'] }, async () => {
      await command('auditCollectorStatus');
      await until(() => server.messages.some((each) => each.records[0]?.eventName === 'axon.collector.test'), 'the test');
    });
    assert.match(status.modals[0]?.detail ?? '', /Secret headers: X-Api-Key/);
    assert.ok(status.messages.some((each) => each.includes('took the test')), status.messages.join('\n'));
    assert.equal(JSON.stringify(status).includes(secret), false);

    const moved = await withAnswers({}, async () => {
      await setSetting('audit.collector.endpoint', urls[1]);
      await until(() => other.messages.length > 0, 'the other receiver', 20_000);
    });
    assert.ok(moved.messages.some((each) => each.includes('are not sent to')), moved.messages.join('\n'));
    assert.ok(other.messages.every((each) => each.headers['x-api-key'] === undefined));
    assert.ok(![...server.messages, ...other.messages].some((each) => each.text.includes(secret)));

    const { globalStorage, user } = await axonFolders();
    for (const folder of [globalStorage, path.join(user, 'User'), path.join(user, 'Machine')]) {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
      for (const each of entries.filter((entry) => entry.isFile() && entry.name !== 'state.vscdb')) {
        // Files that are just being written go again under another name.
        const bytes = await orMissing(readFile(path.join(each.parentPath, each.name)));
        assert.equal(bytes?.includes(secret) ?? false, false, each.name);
      }
    }
    await withAnswers({ picks: ['X-Api-Key'] }, () => Promise.resolve(command('removeAuditCollectorHeader')));
    assert.equal(await parts.secrets.collectorHeaders(), undefined);
  });

  it('is refused where its address would carry the log in the clear, or a password', async () => {
    for (const address of ['http://otel.example.com:4318', 'https://me:pass@otel.example.com', 'https://otel.example.com/?key=1']) {
      const shown = await withAnswers({}, async (so) => {
        await setSetting('audit.collector.endpoint', address);
        await until(() => so.messages.some((each) => each.includes('is not sent to a collector')), 'the refusal');
      });
      assert.equal(shown.messages.some((each) => each.includes('pass@')), false);
      assert.equal(await (await axon()).auditCollector.current(), undefined);
    }
  });
});
