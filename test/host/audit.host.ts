import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { logFolderOf } from '../../src/audit/storage/layout.js';
import { answerNext, auditOf, axon, freshSession, say } from './lib/axon.js';
import { axonFolders } from './lib/scripted-model.js';

const hostHash = createHash('sha256').update(os.hostname()).digest('hex').slice(0, 8);
/** The name of a journal whose window died: no process has that number. */
const damaged = `20260101T000000000Z-lostwindow-4194999-${hostHash}-0badc0de`;
const garbage = '{"v":1,"type":"tool_executed","hash":"forged"}\nnot a line of ours\n';

const folderOf = async (name: 'journals' | 'aside'): Promise<string> => {
  const { secrets } = await axon();
  return path.join(logFolderOf(path.join((await axonFolders()).globalStorage, 'audit'), await secrets.auditKey()), name);
};

/** This window's journal, and what is in it. */
async function liveJournal(): Promise<{ readonly file: string; readonly text: string }> {
  const folder = await folderOf('journals');
  const name = (await readdir(folder)).find((each) => each.endsWith('.live.jsonl'));
  assert.ok(name);
  const file = path.join(folder, name);
  return { file, text: await readFile(file, 'utf8') };
}

// For the whole run: what an earlier window left is broken.
before(async () => {
  const folder = await folderOf('journals');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, `${damaged}.live.jsonl`), garbage);
});

describe('the audit log on disk', () => {
  it('[P5] holds request and approval before the tool runs', async () => {
    const parts = await freshSession();
    await parts.audit.log();
    const { file } = await liveJournal();
    const { session } = parts.chat;
    let onDisk: readonly string[] = [];
    const listening = session.events.on((event) => {
      // Told right before the tool is run, so nothing may be read later than now.
      if (event.type !== 'call' || event.progress.type !== 'running') return;
      onDisk = readFileSync(file, 'utf8').split('\n').filter((line) => line.includes(session.id)).map((line) => (JSON.parse(line) as { type: string }).type);
    });
    const asked = answerNext(parts, { type: 'allow-once' });
    await say(parts, 'read README.md');
    await asked;
    listening.dispose();
    assert.deepEqual(onDisk, ['session_started', 'tool_requested', 'tool_approved']);
    assert.deepEqual((await auditOf(parts, session.id)).map((each) => each.type), [...onDisk, 'tool_executed']);
  });

  it('keeps a damaged journal of an earlier window aside, byte for byte, and goes on', async () => {
    await (await (await axon()).audit.log()).recover();
    const aside = await folderOf('aside');
    const kept = (await readdir(aside)).filter((each) => each.startsWith(damaged));
    assert.equal(kept.length, 1);
    assert.equal(await readFile(path.join(aside, kept[0] ?? ''), 'utf8'), garbage);
  });

  it('is whole but for that journal, and a single changed byte is found where it is', async () => {
    const log = await (await axon()).audit.log();
    const untouched = await log.verify();
    assert.deepEqual([...new Set(untouched.findings.map((each) => each.fault))], ['set-aside']);

    const { file, text } = await liveJournal();
    const at = Buffer.byteLength(text.slice(0, text.indexOf('tool_approved')));
    const poke = async (character: string): Promise<void> => {
      const handle = await open(file, 'r+');
      await handle.write(character, at);
      await handle.close();
    };
    await poke('T');
    const changed = await log.verify();
    await poke('t');
    assert.equal(changed.ok, false);
    const found = changed.findings.filter((each) => each.fault !== 'set-aside');
    assert.deepEqual([...new Set(found.map((each) => path.basename(each.file)))], [path.basename(file)]);
    assert.equal(found[0]?.fault, 'changed');
    assert.equal(changed.events, untouched.events - 1);
    assert.deepEqual((await log.verify()).findings, untouched.findings);
  });

  it('is exported with a head line and every event of the session', async () => {
    const parts = await freshSession();
    const asked = answerNext(parts, { type: 'deny' });
    await say(parts, 'write exported.txt: =1+1');
    await asked;
    let csv = '';
    for await (const chunk of (await parts.audit.log()).exportCsv({ sessionId: parts.chat.session.id })) csv += chunk;
    const [head = '', ...rows] = csv.trim().split(/\r?\n/);
    assert.match(head, /tool/);
    assert.equal(rows.filter((row) => row.includes(parts.chat.session.id)).length, 3);
  });

  it('[P5] lets nothing run that it can not record', async () => {
    const parts = await freshSession();
    const log = await parts.audit.log();
    const real = log.append;
    // The disk is full from the approval on.
    log.append = async (event) => {
      if (event.type === 'tool_approved') throw new Error('ENOSPC: no space left on device');
      return real.call(log, event);
    };
    const asked = answerNext(parts, { type: 'allow-once' });
    const events = await say(parts, 'read README.md');
    log.append = real;
    await asked;
    assert.ok(!events.some((each) => each.type === 'call' && each.progress.type === 'running'));
    assert.ok(!JSON.stringify(events).includes('Tea timer'));
  });
});
