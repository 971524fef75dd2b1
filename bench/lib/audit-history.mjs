import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
export const key = Buffer.alloc(32, 1);
export const locateWasm = () => createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm');

const windows = 4;
const eventsOfJournal = 2_500;
const eventsOfSession = 50;
const eventsOfSegment = 20_000;
const begin = Date.UTC(2025, 0, 1);
/** A million events are a year. */
const step = 31_536;
const tools = ['file_read', 'file_edit', 'shell_execute', 'web_fetch', 'file_search', 'code_execute'];
const rules = ['path.reading-asks', 'path.writing-asks', 'command.not-listed', 'url.host-asks', 'path.reading-asks', 'code.always-asks'];
const decisions = ['policy', 'allow-once', 'allow-session', 'grant'];

/** A number from 0 to 2^32 - 1 that is the same for the same `n` each time (mulberry32). */
function numberOf(n) {
  let mixed = (n + 1) * 0x6d2b79f5;
  mixed = Math.imul(mixed ^ (mixed >>> 15), 1 | mixed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return (mixed ^ (mixed >>> 14)) >>> 0;
}

export const timeOf = (n) => begin + n * step;
export const sessionOf = (n) => `c_${createHash('sha256').update(`session ${(n % windows) + windows * Math.floor(n / (windows * eventsOfSession))}`).digest('hex').slice(0, 24)}`;

export const callOf = (n) => (n % windows) + windows * Math.floor(n / windows / 3);

/** Event number `n` of all windows: each has sessions of fifty events, and calls of three: asked, answered, run. */
export function eventOf(n) {
  const inSession = Math.floor(n / windows) % eventsOfSession;
  const call = callOf(n);
  const chance = numberOf(call);
  const tool = tools[chance % tools.length];
  const rule = numberOf(n + 7) % 2_500 === 0 ? 'path.protected' : numberOf(n + 9) % 100_000 === 0 ? 'secret.held' : rules[chance % tools.length];
  const text = JSON.stringify({ path: `packages/module-${chance % 970}/src/part-${chance % 89}.ts`, limit: chance % 2_000, note: `the part of the work that comes as number ${call}` });
  const common = {
    sessionId: sessionOf(n), agent: chance % 50 === 0 ? 'reviewer' : 'assistant', source: 'chat', callId: `call_${call}`, tool, arguments: text,
    argumentsHash: createHash('sha256').update(text).digest('hex'), risk: chance % 6 < 3 ? 'low' : 'medium', rule, reason: 'What this call touches was not asked about yet in this session.',
  };
  const phase = inSession % 3;
  if (phase === 0) return { type: 'tool_requested', ...common, layers: [{ layer: 'built-in', verdict: 'ask', risk: common.risk, rule, reason: 'It reads or changes what lies in the workspace.' }] };
  if (phase === 1) {
    if (chance % 23 === 0) return { type: 'tool_denied', ...common };
    if (chance % 17 === 0) return { type: 'tool_rejected', ...common, decision: 'deny' };
    return { type: 'tool_approved', ...common, decision: decisions[(chance >>> 8) % decisions.length] };
  }
  const result = `What came of call ${call}: ${'1\\tconst value = read(line);\\n'.repeat(4 + (chance % 9))}`;
  if (chance % 29 === 0) return { type: 'tool_failed', ...common, milliseconds: chance % 900, error: 'Exit code 1. 2 of 214 tests failed.' };
  return { type: 'tool_executed', ...common, milliseconds: chance % 900, result, resultSize: result.length, resultHash: createHash('sha256').update(result).digest('hex') };
}

/** Lines of a log as four windows write them, in the order in which whole journals are folded. */
function* linesOf(events, { firstLink, sealRecord, newJournalName }) {
  const block = windows * eventsOfJournal;
  for (let start = 0; start < events; start += block) {
    for (let window = 0; window < windows; window += 1) {
      const name = newJournalName(`window-${window}`, timeOf(start + window));
      let prev = firstLink(key, name);
      let seq = 0;
      for (let n = start + window; n < Math.min(start + block, events); n += windows) {
        seq += 1;
        const sealed = sealRecord(key, { ...eventOf(n), v: 1, at: timeOf(n), window: `window-${window}`, journal: name, seq, prev });
        prev = sealed.record.hash;
        yield sealed;
      }
    }
  }
}

/**
 * A folder with a log of so many events, all folded, and `peer.db`: the same rows in one table of node:sqlite. Made once
 * and kept below test-output/.
 *
 * @param {number} events
 * @param {any} source what src/audit exports that is needed to write a log
 * @returns {Promise<string>}
 */
export async function historyOf(events, source) {
  const { SegmentWriter, schema, Pace, canonicalJson, keyIdOf } = source;
  const version = createHash('sha256').update(`1 ${schema} ${eventOf.toString()}`).digest('hex').slice(0, 12);
  const folder = path.join(root, 'test-output', 'bench', `audit-${events}-${version}`);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  const segments = path.join(partial, 'audit', `log-${keyIdOf(key)}`, 'segments');
  for (const each of [segments, path.join(path.dirname(segments), 'journals')]) await mkdir(each, { recursive: true });
  console.error(`Writing a log of ${events} events; it is kept for the next run.`);
  const initSqlJs = createRequire(import.meta.url)('sql.js');
  const sqlite = await initSqlJs({ locateFile: locateWasm });
  const peer = openPeer(path.join(partial, 'peer.db'));
  let writer;
  let next = 1;
  let batch = [];
  const finish = async () => {
    const journals = [...new Set(batch.map(({ record }) => record.journal))].sort();
    writer = await SegmentWriter.create(sqlite, { key, folder: segments, from: next, journals, mayCommit: async () => true, pace: new Pace() });
    for (const { record, line } of batch) await writer.add(record, line);
    await writer.finish();
    peer.add(batch, next);
    next += batch.length;
    batch = [];
    if (next % 100_000 === 1) console.error(`${next - 1} events`);
  };
  for (const sealed of linesOf(events, source)) {
    batch.push(sealed);
    if (batch.length === eventsOfSegment) await finish();
  }
  if (batch.length > 0) await finish();
  peer.end();
  await writeFile(path.join(partial, 'anchor.json'), canonicalJson({ folded: events, journals: {}, v: 1 }));
  await rename(partial, folder);
  return folder;
}

/** The same rows as one would keep them in SQLite: one table, and the indexes that the filters need. */
function openPeer(file) {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
    CREATE TABLE events (position INTEGER PRIMARY KEY, at INTEGER NOT NULL, journal INTEGER NOT NULL, seq INTEGER NOT NULL,
      type TEXT NOT NULL, session TEXT NOT NULL, agent TEXT, tool TEXT, decision TEXT, rule TEXT, line TEXT NOT NULL)`);
  const insert = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const journals = new Map();
  return {
    add: (batch, from) => {
      database.exec('BEGIN');
      for (const [index, { record, line }] of batch.entries()) {
        if (!journals.has(record.journal)) journals.set(record.journal, journals.size + 1);
        insert.run(from + index, record.at, journals.get(record.journal), record.seq, record.type, record.sessionId, record.agent, record.tool, record.decision ?? null, record.rule, line);
      }
      database.exec('COMMIT');
    },
    end: () => {
      database.exec('CREATE INDEX by_time ON events (at, journal, seq)');
      for (const column of ['type', 'session', 'agent', 'tool', 'decision', 'rule']) database.exec(`CREATE INDEX by_${column} ON events (${column}, at, journal, seq)`);
      database.exec('ANALYZE');
      database.close();
    },
  };
}
