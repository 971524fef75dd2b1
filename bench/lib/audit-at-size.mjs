import { execFile } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { callOf, eventOf, historyOf, key, locateWasm, sessionOf, timeOf } from './audit-history.mjs';
import { claim, median } from './claim.mjs';

const run = promisify(execFile);
const here = path.dirname(fileURLToPath(import.meta.url));
/** Of a page. Those that look through much of the log take as long as all the others. */
const rounds = { short: 200, long: 5 };
const long = new Set(['seldom-text', 'rare-text']);

/** What a million events on disk cost those who look, append and fold, or one `part` of that. Each figure next to a peer of the same run. */
export async function claimsAtSize(events, sourceFile, part) {
  const source = await import(sourceFile);
  const large = await historyOf(events, source);
  const small = await historyOf(1_000, source);
  const none = await historyOf(0, source);
  const isAsked = (name) => part === undefined || part === name;
  if (isAsked('newest')) await newestPage(sourceFile, large, none);
  if (isAsked('pages')) await pages(source, large, events);
  if (isAsked('folds')) await folds(source, large, small);
  for (const look of ['export', 'verify'].filter(isAsked)) {
    const { milliseconds, peak, events: seen } = await child(sourceFile, large, look);
    if (seen !== events) throw new Error(`${look} saw ${seen} events`);
    console.log(`told audit-${look} events=${seen} seconds=${(milliseconds / 1_000).toFixed(1)}`);
    claim({ name: `audit-${look}-memory`, ours: peak, unit: 'MiB', aim: { value: 100 } });
  }
}

async function child(sourceFile, folder, look) {
  const { stdout } = await run(process.execPath, ['--expose-gc', path.join(here, 'audit-child.mjs'), sourceFile, folder, look], { maxBuffer: 1 << 24 });
  return JSON.parse(stdout);
}

async function newestPage(sourceFile, large, none) {
  const at = { large: [], none: [] };
  for (let round = 0; round < 7; round += 1) {
    at.large.push(await child(sourceFile, large, 'newest'));
    at.none.push(await child(sourceFile, none, 'newest'));
  }
  const of = (looks, name) => median(looks.map((each) => each[name]));
  claim({ name: 'audit-newest-page-cold', ours: of(at.large, 'milliseconds'), unit: 'ms', aim: { value: 300 } });
  claim({ name: 'audit-memory', ours: of(at.large, 'rss'), unit: 'MiB', peer: { name: 'no-events', value: of(at.none, 'rss') }, aim: { difference: 30 } });
  console.log(`told audit-memory external=${of(at.large, 'external').toFixed(1)}MiB arrayBuffers=${of(at.large, 'arrayBuffers').toFixed(1)}MiB`);
}

/**
 * Pages of a hundred records, each read back and parsed on both sides; ours are checked by their keyed hash too. Both are asked
 * the same again and again, so both have in memory what they keep there; what ours takes the first time is told beside it.
 */
async function pages(source, folder, events) {
  const log = await open(source, folder);
  const database = new DatabaseSync(path.join(folder, 'peer.db'), { readOnly: true });
  const week = [timeOf(Math.floor(events / 2)), timeOf(Math.floor(events / 2 + events / 52))];
  const old = sessionOf(Math.floor(events / 10));
  const looks = {
    'tool-and-decision': [{ tool: 'shell_execute', decision: 'allow-once' }, 'tool = ? AND decision = ?', 'shell_execute', 'allow-once'],
    'rare-rule': [{ rule: 'path.protected' }, 'rule = ?', 'path.protected'],
    'rarest-rule': [{ rule: 'secret.held' }, 'rule = ?', 'secret.held'],
    session: [{ sessionId: old }, 'session = ?', old],
    time: [{ from: week[0], to: week[1] }, 'at >= ? AND at < ?', ...week],
    'agent-and-type': [{ agent: 'reviewer', types: ['tool_executed'] }, 'agent = ? AND type = ?', 'reviewer', 'tool_executed'],
    // Both look at text after text for these: one in three has it, one in 1,000, and three of all.
    'frequent-text': [{ text: 'const VALUE' }, 'line LIKE ?', '%const VALUE%'],
    'seldom-text': [{ text: 'module-12/src' }, 'line LIKE ?', '%module-12/src%'],
    'rare-text': [{ text: `as number ${callOf(Math.floor(events / 3))}"` }, 'line LIKE ?', `%as number ${callOf(Math.floor(events / 3))}\\"%`],
  };
  for (const [name, [query, where, ...values]] of Object.entries(looks)) {
    const statement = database.prepare(`SELECT line FROM events WHERE ${where} ORDER BY at DESC, journal DESC, seq DESC LIMIT 100`);
    const peer = () => statement.all(...values).map(({ line }) => JSON.parse(line));
    const cold = await timed(() => log.page(query));
    const ids = (records) => records.map(source.recordId).join();
    const same = ids((await log.page(query)).records) === ids(peer());
    if (!same) throw new Error(`The page by ${name} is not that of the peer.`);
    const ours = [];
    const theirs = [];
    for (let round = 0; round < (long.has(name) ? rounds.long : rounds.short); round += 1) {
      ours.push(await timed(() => log.page(query)));
      theirs.push(await timed(peer));
    }
    console.log(`told audit-page-${name} first=${cold.toFixed(1)}ms median=${median(ours).toFixed(2)}ms node:sqlite=${median(theirs).toFixed(2)}ms`);
    // The least of the rounds: both only compute, and what else the machine does can but add to that.
    claim({ name: `audit-page-${name}`, ours: Math.min(...ours), unit: 'ms', peer: { name: 'node:sqlite', value: Math.min(...theirs) }, aim: { ratio: 2 } });
  }
  console.log(`told audit-facets ${(await timed(() => log.facets())).toFixed(0)}ms`);
  console.log(`told audit-timeline ${(await timed(() => log.timeline({}, { buckets: 100 }))).toFixed(0)}ms`);
  await log.dispose();
  database.close();
}

/** A thousand events, appended eight at a time until they are durable, and folded: on a long log and on a short one. */
async function folds(source, large, small) {
  // Whatever a process does for the first time takes longer, and is no matter of the length of a log.
  const [, ...measured] = await foldsOf(source, [small, large, small]);
  const [ofLarge, ofSmall] = measured;
  const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
  claim({ name: 'audit-flush-of-1000', ours: median(ofLarge.flushes), unit: 'ms', peer: { name: 'short-log', value: median(ofSmall.flushes) }, aim: { ratio: 1.2 } });
  // The mean, because small segments are joined in some rounds only.
  claim({ name: 'audit-fold-of-1000', ours: mean(ofLarge.folds), unit: 'ms', peer: { name: 'short-log', value: mean(ofSmall.folds) }, aim: { ratio: 1.2 } });
}

/** Milliseconds of eight rounds on a copy of each history, which have turns. */
async function foldsOf(source, histories) {
  const copies = histories.map(copyOf);
  const logs = await Promise.all(copies.map((folder) => open(source, folder)));
  const measured = logs.map(() => ({ flushes: [], folds: [] }));
  for (let round = 0; round < 8; round += 1) {
    for (const [which, log] of logs.entries()) {
      measured[which].flushes.push(await timed(async () => {
        for (let n = 0; n < 1_000; n += 8) await Promise.all(Array.from({ length: 8 }, (_, each) => log.append(eventOf(n + each))));
      }));
      measured[which].folds.push(await timed(() => log.fold()));
    }
  }
  for (const each of logs) await each.dispose();
  for (const each of copies) rmSync(each, { recursive: true, force: true });
  return measured;
}

async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function open(source, folder) {
  const file = path.join(folder, 'anchor.json');
  const anchor = { load: async () => readFileSync(file, 'utf8'), save: async (value) => writeFileSync(file, value) };
  return source.openAuditLog({ folder: path.join(folder, 'audit'), key, windowId: 'bench', locateWasm, secrets: () => [], anchor, onProblem: ({ message }) => console.error(message) });
}

/** Segments are never changed, so a second name for each is as good as a copy. */
function copyOf(folder) {
  const copy = mkdtempSync(`${folder}-copy-`);
  copyFileSync(path.join(folder, 'anchor.json'), path.join(copy, 'anchor.json'));
  for (const name of readdirSync(path.join(folder, 'audit'))) {
    const [from, to] = [folder, copy].map((each) => path.join(each, 'audit', name, 'segments'));
    mkdirSync(to, { recursive: true });
    for (const each of readdirSync(from)) linkSync(path.join(from, each), path.join(to, each));
  }
  return copy;
}
