import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sqliteLoader } from '../../../src/audit/segments/sqlite.js';
import { run } from '../../../src/cli/run.js';
import { writeKeyFile } from '../../fixtures/audit/cli.js';
import { event, key, locateWasm, LogFolder } from '../../fixtures/audit/open-log.js';

/** One log, as a bundle and as a folder, for all tests: none changes it. */
let logs: LogFolder;
let folder: string;
let keyFile: string;
let otherKey: string;
let bundle: string;
const folders: string[] = [];

beforeAll(async () => {
  logs = new LogFolder();
  folder = mkdtempSync(path.join(os.tmpdir(), 'axon-cli-test-'));
  bundle = path.join(folder, 'bundle.tar.gz');
  let now = Date.UTC(2026, 0, 1);
  const log = await logs.open({ now: () => (now += 60_000), limits: { journalEvents: 5 } });
  for (let n = 1; n <= 12; n += 1) await log.append(event(n, { sessionId: n % 2 ? 'odd' : 'even', tool: n > 6 ? 'shell_execute' : 'file_read', result: n === 3 ? '=1+1' : 'fine\u001b[2J' }));
  await log.fold();
  await log.append(event(13));
  await log.exportBundle(bundle);
  await log.dispose();
  const [own, other] = [writeKeyFile(key), writeKeyFile(Buffer.alloc(32, 9))];
  folders.push(folder, own.folder, other.folder);
  [keyFile, otherKey] = [own.file, other.file];
});
afterAll(async () => {
  await logs.dispose();
  for (const each of folders) rmSync(each, { recursive: true, force: true });
});

function sink(): { readonly stream: Writable; readonly text: () => string } {
  let text = '';
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString('utf8');
      done();
    },
  });
  return { stream, text: () => text };
}

async function axon(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const [out, err] = [sink(), sink()];
  const code = await run(args, { out: out.stream, err: err.stream, version: '1.2.3', sqlite: sqliteLoader(locateWasm), signal: new AbortController().signal });
  return { code, out: out.text(), err: err.text() };
}

const verify = (place: string, file = keyFile, ...more: readonly string[]) => axon('audit', 'verify', place, '--key-file', file, ...more);
const exported = (place: string, ...more: readonly string[]) => axon('audit', 'export', place, '--key-file', keyFile, ...more);

describe('axon audit verify', () => {
  test('[P15] says "whole" of a bundle, and "as far as can be known" of a folder that was copied', async () => {
    expect(await verify(bundle)).toMatchObject({ code: 0, out: expect.stringMatching(/^The audit log is WHOLE, as it was when the bundle was made/) as string, err: '' });
    for (const place of [logs.path(), logs.folder]) expect(await verify(place)).toMatchObject({ code: 0, out: expect.stringContaining('AS FAR AS CAN BE KNOWN') as string });
  });

  test('prints the report for a program with --json', async () => {
    expect(JSON.parse((await verify(bundle, keyFile, '--json')).out)).toMatchObject({ verdict: 'whole', events: 13, findings: [], sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  });

  test('ends with 1 where something is wrong, and says what', async () => {
    const copy = mkdtempSync(path.join(os.tmpdir(), 'axon-cli-copy-'));
    folders.push(copy);
    const bytes = readFileSync(bundle);
    writeFileSync(path.join(copy, 'cut.tar.gz'), bytes.subarray(0, -20));
    expect(await verify(path.join(copy, 'cut.tar.gz'))).toMatchObject({ code: 1, out: expect.stringContaining('NOT WHOLE') as string });
  });

  test('ends with 2 where nothing can be checked, in a sentence with what to do', async () => {
    for (const args of [[bundle, otherKey], [logs.folder, otherKey], [logs.path(), otherKey], [path.join(folder, 'no'), keyFile], [folder, keyFile], [keyFile, keyFile], [bundle, bundle], [bundle, path.join(folder, 'no')]] as const) {
      const { code, out, err } = await verify(...args);
      expect(code).toBe(2);
      expect(out).toBe('');
      expect(err).toMatch(/^axon: [^\n]+\.\n[^\n]+\.\n$/);
      expect(err).not.toContain(Buffer.from(key).toString('base64'));
    }
  });
});

describe('axon audit export', () => {
  test('gives the columns and events that the editor gives', async () => {
    const { code, out } = await exported(bundle, '--format', 'csv');
    expect(code).toBe(0);
    const rows = out.trim().split('\r\n');
    expect(rows[0]).toMatch(/^id,session_id,timestamp,event_type,tool_name,tool_params,result,error,user_decision,execution_time_ms,/);
    expect(rows).toHaveLength(14);
    expect(rows[3]).toContain('"\'=1+1"');
    expect(out).not.toContain('\u001b');
  });

  test.each([
    [['--session', 'odd'], 6],
    [['--tool', 'shell_execute', '--session', 'even'], 3],
    [['--from', '2026-01-01T00:03:00Z', '--to', '2026-01-01T00:05:00Z'], 2],
    [['--to', '2026-01-01'], 0],
    [['--event', 'tool_denied'], 0],
    [['--text', 'A12.TXT'], 1],
  ])('takes what the filters %j ask for', async (filter, count) => {
    const { code, out } = await exported(logs.folder, '--format', 'jsonl', ...filter);
    expect(code).toBe(0);
    expect(out.split('\n').filter(Boolean)).toHaveLength(count);
  });

  test('writes a file that its owner alone can read, whole or not at all', async () => {
    const file = path.join(folder, 'out', 'events.jsonl');
    expect(await exported(bundle, '--format', 'jsonl', '--output', file)).toMatchObject({ code: 2, err: expect.stringContaining('is not there') as string });
    const there = path.join(folder, 'events.jsonl');
    expect(await exported(bundle, '--format', 'jsonl', '--output', there)).toMatchObject({ code: 0, out: '', err: `13 events are in ${there}.\n` });
    expect(statSync(there).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(['bundle.tar.gz', 'events.jsonl']);
  });
});

describe('the command line', () => {
  test.each([[['--help']], [['help']], [['audit', '--help']], [['audit', 'verify', '--help']], [['audit', 'export', '-h']]])('%j explains itself', async (args) => {
    expect(await axon(...args)).toMatchObject({ code: 0, out: expect.stringContaining('axon audit verify PLACE --key-file FILE') as string });
  });

  test.each([[[]], [['audit']]])('%j is no command: the usage goes to the error stream, and it ends with 2', async (args) => {
    expect(await axon(...args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('axon audit verify PLACE --key-file FILE') as string });
  });

  test('tells its version', async () => {
    expect(await axon('--version')).toEqual({ code: 0, out: '1.2.3\n', err: '' });
  });

  test.each([
    ['frob'], ['--frob'], ['audit', 'frob'], ['audit', 'verify'], ['audit', 'verify', 'a', 'b', '--key-file', 'k'], ['audit', 'verify', 'a'], ['audit', 'verify', 'a', '--frob'],
    ['audit', 'export', 'a', '--key-file', 'k', '--format', 'xml'], ['audit', 'export', 'a', '--key-file', 'k', '--format', 'csv', '--from', 'yesterday'],
    ['audit', 'export', 'a', '--key-file', 'k', '--format', 'csv', '--to', '2026-01-31T08:00'], ['audit', 'export', 'a', '--key-file', 'k', '--format', 'csv', '--event', 'x'],
  ])('a wrong command ends with 2 and one sentence: %j %j %j', async (...args) => {
    const { code, err } = await axon(...args);
    expect(code).toBe(2);
    expect(err).toMatch(/^axon: [^\n]+\nRun "axon audit --help" for what there is\.\n$/);
  });
});
