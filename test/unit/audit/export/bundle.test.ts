import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuditLog } from '../../../../src/audit/audit-log.js';
import { openCopy, verifyCopy } from '../../../../src/audit/export/log-copy.js';
import { padding, tarEnd, tarHeader } from '../../../../src/audit/export/tar.js';
import { sqliteLoader } from '../../../../src/audit/segments/sqlite.js';
import type { VerifyReport } from '../../../../src/audit/verify/report.js';
import { event, key, locateWasm, LogFolder } from '../../../fixtures/audit/open-log.js';

let logs: LogFolder;
let log: AuditLog;
let work: string;
let bundle: string;
const sqlite = sqliteLoader(locateWasm);

beforeEach(async () => {
  logs = new LogFolder();
  work = mkdtempSync(path.join(os.tmpdir(), 'axon-bundle-test-'));
  bundle = path.join(work, 'bundle.tar.gz');
  log = await logs.open({ limits: { journalEvents: 4, segmentEvents: 8, journalsToFold: 1_000 } });
  for (let n = 0; n < 12; n += 1) await log.append(event(n));
  await log.fold();
  for (let n = 12; n < 18; n += 1) await log.append(event(n));
});
afterEach(async () => {
  await logs.dispose();
  rmSync(work, { recursive: true, force: true });
});

async function verify(place: string): Promise<VerifyReport> {
  const copy = await openCopy(place, { key, sqlite });
  try {
    return await verifyCopy(copy);
  } finally {
    await copy.dispose();
  }
}

interface Entry {
  name: string;
  bytes: Buffer;
}

/** What is in the archive. */
function entries(): Entry[] {
  const tar = gunzipSync(readFileSync(bundle));
  const found: Entry[] = [];
  for (let at = 0; tar[at] !== 0; ) {
    const type = String.fromCharCode(tar[at + 156] ?? 0);
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    const bytes = tar.subarray(at + 512, at + 512 + size);
    const pax = found.at(-1);
    if (type === 'x') found.push({ name: /path=(.*)\n/.exec(bytes.toString('latin1'))?.[1] ?? '', bytes: Buffer.alloc(0) });
    else if (pax?.bytes.length === 0 && pax.name.endsWith(tar.toString('latin1', at, at + 100).replace(/\0.*$/s, ''))) pax.bytes = bytes;
    else found.push({ name: tar.toString('latin1', at, at + 100).replace(/\0.*$/s, ''), bytes });
    at += 512 + size + padding(size).length;
  }
  return found;
}

function write(all: readonly Entry[]): void {
  writeFileSync(bundle, gzipSync(Buffer.concat([...all.flatMap(({ name, bytes }) => [tarHeader({ name, size: bytes.length }, 0), bytes, padding(bytes.length)]), tarEnd])));
}

const inTmp = (): string[] => readdirSync(os.tmpdir()).filter((name) => /^axon-bundle-[A-Za-z0-9]{6}$/.test(name));

describe('a bundle', () => {
  test('[P15] of an untouched log is whole, and leaves nothing behind when it was checked', async () => {
    const before = inTmp();
    const written = await log.exportBundle(bundle);
    expect(written).toMatchObject({ bytes: statSync(bundle).size });
    expect(statSync(bundle).mode & 0o777).toBe(0o600);
    expect(await verify(bundle)).toMatchObject({ verdict: 'whole', events: 18, findings: [], limits: [] });
    expect(inTmp().filter((each) => !before.includes(each))).toEqual([]);
    expect(readdirSync(work)).toEqual(['bundle.tar.gz']);
  });

  test('is unpacked by any tar, and the folder is as whole as the file', async () => {
    await log.exportBundle(bundle);
    execFileSync('tar', ['-xzf', bundle, '-C', work]);
    const [folder = ''] = readdirSync(work).filter((name) => name.startsWith('axon-audit-'));
    expect(readFileSync(path.join(work, folder, 'README.txt'), 'utf8')).toContain('How to check it');
    expect(await verify(path.join(work, folder))).toMatchObject({ verdict: 'whole', events: 18 });
    rmSync(path.join(work, folder, 'manifest.json'));
    expect(await verify(path.join(work, folder))).toMatchObject({ verdict: 'whole-as-far-as-known', ok: true, events: 18 });
  });

  test('[P15] with any byte of any file in it changed is not whole, and the file is named', async () => {
    await log.exportBundle(bundle);
    const all = entries();
    for (const { name } of all.filter((each) => !each.name.endsWith('manifest.json'))) {
      for (const place of [0, 0.5, 0.999]) {
        write(all.map((each) => {
          if (each.name !== name) return each;
          const bytes = Buffer.from(each.bytes);
          const at = Math.floor(bytes.length * place);
          bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
          return { name, bytes };
        }));
        const report = await verify(bundle);
        expect(report.verdict).toBe('not-whole');
        expect(report.findings.map((each) => path.basename(each.file))).toContain(path.basename(name));
      }
    }
  });

  test('[P15] with a changed manifest, or another key\'s, can\'t be relied on', async () => {
    await log.exportBundle(bundle);
    const all = entries();
    write(all.map((each) => (each.name.endsWith('manifest.json') ? { name: each.name, bytes: Buffer.from(each.bytes.toString('utf8').replace('"v": 1', '"v":  1')) } : each)));
    await expect(verify(bundle)).rejects.toMatchObject({ code: 'not-text', message: expect.stringContaining('manifest') as string });
    await log.exportBundle(bundle);
    await expect(openCopy(bundle, { key: Buffer.alloc(32, 8), sqlite })).rejects.toMatchObject({ code: 'denied' });
  });

  test('[P15] that lacks a file, has one more, or one twice, is not whole', async () => {
    await log.exportBundle(bundle);
    const all = entries();
    const index = all.findIndex((each) => each.name.includes('/journals/'));
    const journal = all[index]!;
    write(all.filter((each) => each !== journal));
    expect((await verify(bundle)).findings.map((each) => each.fault)).toContain('removed');
    write([...all, journal]);
    expect((await verify(bundle)).findings).toMatchObject([{ fault: 'doubled' }]);
    write([...all, { name: journal.name.replace('/journals/', '/journals/x'), bytes: journal.bytes }]);
    expect((await verify(bundle)).findings).toMatchObject([{ fault: 'inserted' }]);
  });

  test('whose file is cut, or has something behind its end, is not whole', async () => {
    await log.exportBundle(bundle);
    const bytes = readFileSync(bundle);
    for (const changed of [Buffer.concat([bytes, Buffer.from('more')]), Buffer.concat([bytes, bytes]), bytes.subarray(0, -9)]) {
      writeFileSync(bundle, changed);
      const report = await verify(bundle);
      expect(report.verdict).toBe('not-whole');
      expect(report.findings[0]?.message).toContain('bundle.tar.gz is not what was written');
    }
  });

  test('names the events and times of what was changed in a segment', async () => {
    await log.exportBundle(bundle);
    const all = entries();
    write(all.map((each) => (each.name.includes('/segments/') ? { name: each.name, bytes: Buffer.from(each.bytes.toString('latin1').replace('a5.txt', 'b5.txt'), 'latin1') } : each)));
    const messages = (await verify(bundle)).findings.map((each) => each.message).join('\n');
    expect(messages).toMatch(/is not what was written/);
    expect(messages).toMatch(/event at position 6 in .* \(event id [\w-]+\.2, between \d{4}-/);
  });

  test('is not begun to be written where it can\'t be, and a stopped one leaves nothing', async () => {
    await expect(log.exportBundle(path.join(work, 'no', 'such.tar.gz'))).rejects.toMatchObject({ code: 'io' });
    await expect(log.exportBundle(bundle, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    const abort = new AbortController();
    const stopped = log.exportBundle(bundle, abort.signal);
    abort.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(readdirSync(work)).toEqual([]);
    // The lock is free again.
    expect(await log.fold()).toBeGreaterThan(0);
  });

  test('holds what was durable when it was begun, while windows go on appending and folding', { timeout: 30_000 }, async () => {
    const other = await logs.open({ windowId: 'w2', limits: { journalEvents: 5, journalsToFold: 2 } });
    const going = new AbortController();
    const appending = (async () => {
      for (let n = 100; !going.signal.aborted; n += 1) {
        await other.append(event(n));
        await delay(5);
      }
    })();
    try {
      for (let round = 0; round < 3; round += 1) {
        await log.exportBundle(bundle);
        const report = await verify(bundle);
        expect(report).toMatchObject({ verdict: 'whole', findings: [] });
        expect(report.events).toBeGreaterThanOrEqual(18);
      }
    } finally {
      going.abort();
      await appending;
    }
  });

  test('says what could not be taken along', async () => {
    symlinkSync('/etc/passwd', logs.path('segments', 'link.db'));
    await log.exportBundle(bundle);
    expect(entries().map((each) => each.name).join()).not.toContain('link.db');
    expect((await verify(bundle)).findings).toMatchObject([{ fault: 'foreign', file: 'segments/link.db' }]);
  });
});

describe('an archive made to harm', () => {
  const top = 'axon-audit-0000000000000000-20260101T000000Z';

  test.each([
    ['no gzip at all', Buffer.from('PK\u0003\u0004 a zip')],
    ['nothing', Buffer.alloc(0)],
    ['a gzip of nothing', gzipSync(Buffer.alloc(0))],
    ['no manifest first', gzipSync(Buffer.concat([tarHeader({ name: `${top}/journals/x.jsonl`, size: 0 }, 0), tarEnd]))],
    ['a huge manifest', gzipSync(Buffer.concat([tarHeader({ name: `${top}/manifest.json`, size: 2 ** 31 }, 0), Buffer.alloc(100_000)]))],
  ])('is refused in a sentence: %s', async (_what, bytes) => {
    writeFileSync(bundle, bytes);
    await expect(openCopy(bundle, { key, sqlite })).rejects.toMatchObject({ code: 'not-text' });
    expect(inTmp()).toEqual([]);
  });

  test.each(['../../evil', '/tmp/axon-evil', 'journals/../../evil', 'journals\\..\\evil'])('places nothing outside: %s', async (name) => {
    await log.exportBundle(bundle);
    const all = entries();
    const folder = all[0]!.name.split('/')[0] ?? '';
    for (const full of [name, `${folder}/${name}`]) {
      write([...all, { name: full, bytes: Buffer.from('evil') }]);
      const report = await verify(bundle);
      expect(report.findings).toMatchObject([{ fault: 'inserted' }]);
    }
    for (const place of ['/tmp/axon-evil', path.join(os.tmpdir(), 'evil'), path.join(work, 'evil')]) expect(existsSync(place)).toBe(false);
  });

  test.each([['a link', '2'], ['a hard link', '1'], ['a device', '3'], ['a folder', '5'], ['a GNU long name', 'L']])('with %s in it is not read on', async (_what, type) => {
    await log.exportBundle(bundle);
    const all = entries();
    write(all);
    const tar = gunzipSync(readFileSync(bundle)).subarray(0, -1024);
    const header = tarHeader({ name: `${all[0]!.name.split('/')[0] ?? ''}/journals/evil`, size: 0 }, 0);
    header.write(type, 156, 'ascii');
    header.write('/etc/passwd', 157, 'ascii');
    let sum = 8 * 32;
    header.forEach((byte, at) => (sum += at < 148 || at >= 156 ? byte : 0));
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'ascii');
    writeFileSync(bundle, gzipSync(Buffer.concat([tar, header, tarEnd])));
    const report = await verify(bundle);
    expect(report.findings[0]?.message).toContain('not a plain file');
  });

  test('a bomb is stopped at what the manifest says', async () => {
    await log.exportBundle(bundle);
    const all = entries();
    write([...all, { name: `${all[0]!.name.split('/')[0] ?? ''}/journals/bomb`, bytes: Buffer.alloc(64 * 1024 * 1024) }]);
    expect(statSync(bundle).size).toBeLessThan(1024 * 1024);
    const report = await verify(bundle);
    expect(report.findings.map((each) => each.message).join()).toContain('it holds more than its manifest says');
  });

  test('a folder with a pipe and a link in place of files is told of and not waited for', async () => {
    await log.dispose();
    const folder = path.join(work, 'copy');
    mkdirSync(path.join(folder, 'journals'), { recursive: true });
    mkdirSync(path.join(folder, 'segments'));
    const [segment = ''] = readdirSync(logs.path('segments'));
    execFileSync('mkfifo', [path.join(folder, 'segments', segment)]);
    symlinkSync('/dev/zero', path.join(folder, 'journals', readdirSync(logs.path('journals'))[0] ?? ''));
    const report = await verify(folder);
    expect(report.findings.map((each) => each.fault)).toEqual(['foreign', 'foreign']);
  });
});
