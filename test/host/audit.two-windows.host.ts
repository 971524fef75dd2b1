import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import type { AuditLog } from '../../src/audit/audit-log.js';
import type { AuditRecord } from '../../src/audit/record.js';
import { withAnswers } from './lib/answers.js';
import { answerNext, auditOf, axon, freshSession, inWorkspace, nextQuestion, outcomes, say, until } from './lib/axon.js';

/** The same file runs in both windows, each with an extension host of its own; they meet by files in one folder. */
const meeting = path.dirname(process.env['AXON_HOST_RESULTS'] ?? '');
const isSecond = inWorkspace().split(path.sep).includes('second');
const place = (name: string): string => path.join(meeting, name);
const tell = (name: string, text = ''): void => writeFileSync(place(name), text);
const heard = (name: string): Promise<void> => until(() => existsSync(place(name)), name, 200_000);

const many = 2_500;
const bulk = (which: 'first' | 'second'): string => `many-of-the-${which}`;
const acknowledged = place('acknowledged.txt');
const last = 'last-of-the-second';

async function appendMany(log: AuditLog, sessionId: string): Promise<void> {
  for (let from = 0; from < many; from += 25) {
    await Promise.all(Array.from({ length: 25 }, (_, each) => log.append({ type: 'tool_executed', sessionId, tool: 'file_read', callId: String(from + each), result: 'x'.repeat(200) })));
  }
}

async function eventsOf(log: AuditLog, sessionId: string): Promise<readonly AuditRecord[]> {
  const records: AuditRecord[] = [];
  for await (const record of log.find({ sessionId })) records.push(record);
  return records;
}

const callIds = (records: readonly AuditRecord[]): readonly string[] => records.map((each) => each.callId ?? '').sort();
const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

if (isSecond) {
  describe('two windows on one profile, the second', () => {
    it('records while the first records and folds, and both find the log whole', async () => {
      await heard('first has begun');
      const log = await (await axon()).audit.log();
      tell('second has begun');
      await appendMany(log, bulk('second'));
      tell('second has recorded');
      await heard('first has recorded');
      assert.deepEqual((await log.verify()).findings, []);
      tell('second has verified');
    }).timeout(240_000);

    it('is killed in the middle of a call, while it records', async () => {
      await heard('first has verified');
      const parts = await freshSession();
      const log = await parts.audit.log();
      void say(parts, 'read README.md');
      const { callId } = await nextQuestion(parts);
      tell('the call.txt', `${parts.chat.session.id} ${callId}`);
      tell('second.pid', String(process.pid));
      for (let count = 0; ; count += 1) {
        await log.append({ type: 'tool_executed', sessionId: last, callId: String(count) });
        appendFileSync(acknowledged, `${count}\n`);
        if (count === 200) setImmediate(() => process.kill(process.pid, 'SIGKILL'));
      }
    }).timeout(240_000);
  });
} else {
  describe('two windows on one profile', () => {
    it('[P5] record at once while one folds: nothing is missing or doubled, and each finds the log whole', async () => {
      const log = await (await axon()).audit.log();
      tell('first has begun');
      await heard('second has begun');
      const appending = appendMany(log, bulk('first'));
      for (let round = 0; round < 3; round += 1) await log.fold();
      await appending;
      tell('first has recorded');
      await heard('second has recorded');
      await log.fold();
      const all = Array.from({ length: many }, (_, each) => String(each)).sort();
      for (const which of ['first', 'second'] as const) assert.deepEqual(callIds(await eventsOf(log, bulk(which))), all);
      const report = await log.verify();
      assert.deepEqual(report.findings, []);
      assert.ok(report.segments > 0);
      await heard('second has verified');
    }).timeout(240_000);

    it('each show live what happens in themselves, and in the log what happens in both', async () => {
      const parts = await freshSession();
      const log = await parts.audit.log();
      const live = new Set<string>();
      const listening = log.onAppended(({ window }) => live.add(window));
      tell('first has verified');
      await heard('the call.txt');
      const [session = ''] = readFileSync(place('the call.txt'), 'utf8').split(' ');
      const asked = answerNext(parts, { type: 'deny' });
      await say(parts, 'read README.md');
      await asked;
      listening.dispose();
      const windows = [...(await auditOf(parts, session)), ...(await auditOf(parts, parts.chat.session.id))].map((each) => each.window);
      assert.equal(live.size, 1);
      assert.equal(new Set(windows).size, 2);
      assert.ok(windows.includes([...live][0] ?? ''));
    }).timeout(240_000);

    it('[P5] lose nothing that was acknowledged when one is killed in the middle of a call, and the other goes on without an alarm', async () => {
      await heard('second.pid');
      await until(() => isGone(Number(readFileSync(place('second.pid'), 'utf8'))), 'the end of the other window', 60_000);
      const parts = await freshSession();
      const log = await parts.audit.log();
      const { messages } = await withAnswers({}, async () => {
        const asked = answerNext(parts, { type: 'allow-once' });
        const events = await say(parts, 'read README.md');
        await asked;
        assert.deepEqual(outcomes(events).map((each) => each.state), ['done']);

        const kept = callIds(await eventsOf(log, last));
        const wanted = readFileSync(acknowledged, 'utf8').trim().split('\n');
        assert.ok(wanted.length > 100);
        assert.deepEqual(wanted.filter((each) => !kept.includes(each)), []);
        assert.equal(new Set(kept).size, kept.length);
        const [session = '', callId] = readFileSync(place('the call.txt'), 'utf8').split(' ');
        assert.deepEqual((await auditOf(parts, session)).map((each) => [each.type, each.callId]), [['session_started', undefined], ['tool_requested', callId]]);

        assert.deepEqual((await log.verify()).findings, []);
        await log.recover();
        await log.fold();
        assert.deepEqual((await log.verify()).findings, []);
        assert.equal((await eventsOf(log, last)).length, kept.length);
      });
      assert.deepEqual(messages.filter((each) => each.startsWith('Axon audit log') && !each.includes('unfinished line')), []);
    }).timeout(240_000);
  });
}
