import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { event, key, LogFolder } from '../../fixtures/audit/open-log.js';
import { decodeLine } from '../../../src/audit/record.js';

let logs: LogFolder;
beforeEach(() => {
  logs = new LogFolder();
});
afterEach(() => logs.dispose());

async function all(chunks: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += chunk;
  return text;
}

test('CSV has the original\'s columns first, then ours, one row an event, oldest first', async () => {
  const log = await logs.open({ now: () => Date.UTC(2026, 0, 2), limits: { journalEvents: 2 } });
  await log.append(event(1, { type: 'tool_executed', decision: 'allow-once', result: 'say "hi",\nthen go', milliseconds: 12 }));
  await log.append(event(2));
  await log.fold();
  await log.append(event(3, { type: 'tool_failed', error: '=1+1' }));
  const text = await all(log.exportCsv());
  const [header = '', ...rows] = text.split('\r\n');
  expect(header.startsWith('id,session_id,timestamp,event_type,tool_name,tool_params,result,error,user_decision,execution_time_ms,')).toBe(true);
  expect(rows.at(-1)).toBe('');
  expect(rows).toHaveLength(4);
  expect(rows[0]).toMatch(/^"[\w-]+\.1","s1","2026-01-02T00:00:00\.000Z","tool_executed","file_read","\{""path"":""a1\.txt""\}","say ""hi"",\nthen go","","allow-once","12",/);
  expect(rows[2]).toContain(',"tool_failed","file_read","{""path"":""a3.txt""}","","\'=1+1","","",');
  for (const row of rows.slice(0, 3)) expect(row.match(/"(?:[^"]|"")*"(?:,|$)/g)).toHaveLength(header.split(',').length);
});

test('CSV keeps the decision of a person apart from who else decided', async () => {
  const log = await logs.open();
  const decided = [['tool_approved', 'allow-once'], ['tool_approved', 'allow-session'], ['tool_rejected', 'deny'], ['tool_approved', 'policy'], ['tool_approved', 'grant'], ['tool_rejected', 'timeout'], ['tool_rejected', 'stopped'], ['tool_denied', undefined], ['tool_executed', undefined]] as const;
  for (const [n, [type, decision]] of decided.entries()) await log.append(event(n, { type, ...(decision && { decision }) }));
  const [header = '', ...rows] = (await all(log.exportCsv())).trim().split('\r\n');
  const columns = header.split(',');
  const of = (row: string, name: string): string | undefined => row.match(/"(?:[^"]|"")*"/g)?.[columns.indexOf(name)]?.slice(1, -1);
  expect(rows.map((row) => [of(row, 'user_decision'), of(row, 'decided_by')])).toEqual([
    ['allow-once', 'person'], ['allow-session', 'person'], ['deny', 'person'], ['', 'policy'], ['', 'grant'], ['', 'timeout'], ['', 'stopped'], ['', 'policy'], ['', ''],
  ]);
});

test('JSON lines are the very lines of the journals, which anyone with the key can check', async () => {
  const log = await logs.open();
  await log.append(event(1, { arguments: '=1+1\u202e' }));
  await log.fold();
  await log.append(event(2));
  const lines = (await all(log.exportJsonLines())).split('\n').slice(0, -1);
  expect(lines.map((line) => decodeLine(key, line).state)).toEqual(['good', 'good']);
  expect(lines[0]).toContain('=1+1\u202e');
});

test('an export takes only what the query asks for', async () => {
  const log = await logs.open();
  await log.append(event(1, { sessionId: 'a' }));
  await log.append(event(2, { sessionId: 'b' }));
  expect((await all(log.exportJsonLines({ sessionId: 'b' }))).split('\n')).toHaveLength(2);
});

test('an export comes in chunks and ends when it is cancelled', async () => {
  const log = await logs.open();
  await Promise.all(Array.from({ length: 600 }, (_, n) => log.append(event(n, { result: 'x'.repeat(900) }))));
  const cancel = new AbortController();
  const chunks: string[] = [];
  const exporting = async (): Promise<void> => {
    for await (const chunk of log.exportCsv({}, cancel.signal)) {
      chunks.push(chunk);
      cancel.abort();
    }
  };
  await expect(exporting()).rejects.toMatchObject({ code: 'cancelled' });
  expect(chunks).toHaveLength(1);
  expect(chunks[0]?.length).toBeLessThan(80_000);
});

test('a fold in the middle of an export neither drops nor repeats an event', async () => {
  const log = await logs.open({ limits: { journalEvents: 50, segmentEvents: 100, journalsToFold: 1_000 } });
  for (let n = 0; n < 300; n += 1) await log.append(event(n, { result: 'x'.repeat(900) }));
  let text = '';
  let folded = false;
  for await (const chunk of log.exportJsonLines()) {
    text += chunk;
    if (!folded) await log.fold();
    folded = true;
  }
  const ids = text.split('\n').slice(0, -1).map((line) => (JSON.parse(line) as { callId: string }).callId);
  expect(ids).toEqual(Array.from({ length: 300 }, (_, n) => `c${n}`));
});

test('[P8] no held secret is in any file of the log, nor in an export, nor in what listeners hear', async () => {
  const secret = 'correct-horse-battery';
  const log = await logs.open({ secrets: () => [secret] });
  const heard: string[] = [];
  log.onAppended((record) => heard.push(JSON.stringify(record)));
  await log.append(event(1, { arguments: JSON.stringify({ key: secret }), result: `it is ${secret}`, error: secret }));
  await log.fold();
  await log.append(event(2, { arguments: secret }));
  const texts = ['journals', 'segments'].flatMap((folder) => readdirSync(logs.path(folder)).map((name) => readFileSync(logs.path(folder, name), 'latin1')));
  for (const text of [...texts, ...heard, await all(log.exportCsv()), await all(log.exportJsonLines())]) {
    expect(text).not.toContain(secret);
    expect(text).toContain('[redacted:held]');
  }
});

test('the check of the log can be cancelled', async () => {
  const log = await logs.open();
  await log.append(event(1));
  await expect(log.verify(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
});
