/**
 * Durable appends against the same row in node:sqlite, one a transaction (WAL, synchronous FULL). The price of a flush
 * changes from second to second with what else the disk does, so the two take turns in short rounds.
 * Then what a log of a million events costs those who look at it and add to it. `node bench/audit.mjs [ROUNDS] [EVENTS] [PART]`;
 * PART is newest, pages, folds, export or verify, for that alone beside the appends.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { claimsAtSize } from './lib/audit-at-size.mjs';
import { buildAuditSource } from './lib/audit-source.mjs';
import { claim, median } from './lib/claim.mjs';

const rounds = Number(process.argv[2] ?? 40);
/** Given when all benchmarks are run: the first run at full size takes minutes to write its log. */
const events = Number(process.argv[3] ?? (process.env.AXON_BENCH_ALL === '1' ? 50_000 : 1_000_000));
const eventsOfRound = 16;

const sourceFile = await buildAuditSource();
const { openAuditLog } = await import(sourceFile);

const event = (n) => ({ type: 'tool_executed', sessionId: 's1', tool: 'file_read', callId: `c${n}`, arguments: `{"path":"src/file-${n}.ts"}`, risk: 'low', result: 'x'.repeat(300), milliseconds: n });

const folder = mkdtempSync(path.join(os.tmpdir(), 'axon-bench-'));
const anchor = { load: async () => undefined, save: async () => undefined };
const log = await openAuditLog({ folder: path.join(folder, 'audit'), key: Buffer.alloc(32, 1), windowId: 'bench', locateWasm: () => '', secrets: () => [], anchor, onProblem: (problem) => console.error(problem.message) });
const database = new DatabaseSync(path.join(folder, 'peer.db'));
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE events (id INTEGER PRIMARY KEY, at INTEGER, session TEXT, type TEXT, tool TEXT, line TEXT)');
const insert = database.prepare('INSERT INTO events (at, session, type, tool, line) VALUES (?, ?, ?, ?, ?)');

/** Milliseconds an event. */
async function perEvent(work) {
  const started = performance.now();
  await work();
  return (performance.now() - started) / eventsOfRound;
}
const ours = (callers) =>
  perEvent(async () => {
    for (let n = 0; n < eventsOfRound; n += callers) await Promise.all(Array.from({ length: callers }, (_, each) => log.append(event(n + each))));
  });
const peer = () =>
  perEvent(() => {
    for (let n = 0; n < eventsOfRound; n += 1) insert.run(Date.now(), 's1', 'tool_executed', 'file_read', JSON.stringify(event(n)));
  });

const one = [];
const eight = [];
const theirs = [];
for (let round = -2; round < rounds; round += 1) {
  const [a, b, c] = [await ours(1), await peer(), await ours(8)];
  if (round < 0) continue;
  one.push(a);
  theirs.push(b);
  eight.push(c);
}
await log.dispose();
database.close();
rmSync(folder, { recursive: true, force: true });

const sqlite = { name: 'node:sqlite', value: median(theirs) };
claim({ name: 'audit-append', ours: median(one), unit: 'ms', peer: sqlite, aim: { ratio: 1 } });
claim({ name: 'audit-append-eight-waiting', ours: median(eight), unit: 'ms', peer: sqlite, aim: { ratio: 0.3 } });
await claimsAtSize(events, sourceFile, process.argv[4]);
