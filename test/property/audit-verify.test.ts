import fc from 'fast-check';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditLog } from '../../src/audit/audit-log.js';
import { deadJournal, event, LogFolder } from '../fixtures/audit/open-log.js';

/**
 * What a log may hold: two segments (one before them left when its time was over), a closed journal, a live one with the
 * tombstone, and the torn end of a journal kept aside; with text that a lenient decoder could mend: U+FFFD.
 */
let logs: LogFolder;
let log: AuditLog;
let files: string[];
const folders = ['journals', 'segments', 'aside'];

beforeAll(async () => {
  logs = new LogFolder();
  let time = 0;
  const day = 24 * 60 * 60 * 1000;
  const dead = deadJournal([event(100)], 5);
  mkdirSync(logs.path('journals'));
  writeFileSync(logs.path('journals', dead.file), `${dead.lines.join('\n')}\n{"agent":"assist`);
  log = await logs.open({
    now: () => (time += 1),
    retention: { keepDays: () => 30, keepFrom: async () => Infinity },
    limits: { journalEvents: 6, segmentEvents: 12, journalsToFold: 1_000, bytesToFold: Infinity, anchorDelay: 1 },
  });
  const write = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) await log.append(event(n, { result: `Grüße \ufffd 世界 ${n}` }));
  };
  await write(11);
  await log.fold();
  time += 100 * day;
  await write(24);
  await log.fold();
  expect(await log.trim()).toBe(12);
  await write(9);
  files = folders.flatMap((folder) => readdirSync(logs.path(folder)).map((name) => path.join(folder, name)));
  expect(files.map((each) => path.dirname(each))).toEqual(['journals', 'journals', 'segments', 'segments', 'aside']);
  expect(await log.verify()).toMatchObject({ ok: true, events: 34, tornKept: 1 });
});
afterAll(() => logs.dispose());

interface Found {
  readonly fault: string;
  readonly file: string;
}

/** Does something to the folder, verifies, and puts everything back. */
async function findingsAfter(change: () => void): Promise<readonly Found[]> {
  const before = files.map((file) => [file, readFileSync(logs.path(file))] as const);
  try {
    change();
    const report = await log.verify();
    expect(report.ok).toBe(report.findings.length === 0);
    return report.findings;
  } finally {
    for (const folder of folders) for (const name of readdirSync(logs.path(folder))) rmSync(logs.path(folder, name));
    for (const [file, bytes] of before) writeFileSync(logs.path(file), bytes);
  }
}

const faultsAfter = async (change: () => void): Promise<string[]> => (await findingsAfter(change)).map((each) => each.fault);

const anyFile = fc.nat().map((n) => files[n % files.length] ?? '');
const anyJournal = fc.nat().map((n) => files.filter((each) => each.startsWith('journals'))[n % 2] ?? '');
const anyChange = fc.constantFrom('flip', 'insert', 'delete', 'repeat', 'swap');

/** One byte changed, put in, taken out, doubled, or changed places with the next; `undefined` where that leaves all as it was. */
function changed(bytes: Buffer, change: string, at: number, value: number): Buffer | undefined {
  const [before, byte, after] = [bytes.subarray(0, at), bytes.subarray(at, at + 1), bytes.subarray(at + 1)];
  const parts = {
    flip: [before, Buffer.from([(byte[0] ?? 0) ^ value]), after],
    insert: [before, Buffer.from([value]), byte, after],
    delete: [before, after],
    repeat: [before, byte, byte, after],
    swap: [before, after.subarray(0, 1), byte, after.subarray(1)],
  }[change];
  const result = Buffer.concat(parts ?? []);
  return result.equals(bytes) ? undefined : result;
}

test('[P5] any single change of any byte of any file is found, and the file is named', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(anyFile, anyChange, fc.nat(), fc.integer({ min: 1, max: 255 }), async (file, change, place, value) => {
      const bytes = readFileSync(logs.path(file));
      const edited = changed(bytes, change, place % bytes.length, value);
      if (!edited) return;
      const findings = await findingsAfter(() => writeFileSync(logs.path(file), edited));
      expect(findings.map((each) => each.file)).toContain(file);
    }),
    { numRuns: 150 },
  );
});

test('[P5] every byte of a segment counts: of its head, its indexes, and what no event stands in', { timeout: 120_000 }, async () => {
  for (const file of files.filter((each) => each.startsWith('segments'))) {
    const bytes = readFileSync(logs.path(file));
    // One byte in each of 24 pieces, at another place in each.
    const step = Math.floor(bytes.length / 24) + 7;
    for (let at = file.length % step; at < bytes.length; at += step) {
      const edited = changed(bytes, 'flip', at, 1) ?? bytes;
      const findings = await findingsAfter(() => writeFileSync(logs.path(file), edited));
      expect(findings.map((each) => each.file)).toContain(file);
    }
  }
});

test('[P5] a byte changed so that a lenient decoder would read the same text is found', async () => {
  for (const file of files.filter((each) => each.startsWith('journals'))) {
    const at = readFileSync(logs.path(file)).indexOf(Buffer.from('\ufffd'));
    expect(at).toBeGreaterThan(0);
    for (const byte of [0xf0, 0xf1, 0xf2, 0xf3]) {
      const faults = await faultsAfter(() => {
        const bytes = readFileSync(logs.path(file));
        bytes.writeUInt8(byte, at);
        writeFileSync(logs.path(file), bytes);
      });
      expect(faults).toEqual(['changed']);
    }
  }
});

test('[P5] bytes cut off the end of any file, or added to it, are found', async () => {
  await fc.assert(
    fc.asyncProperty(anyFile, fc.integer({ min: 1, max: 3_000 }), fc.boolean(), async (file, count, add) => {
      const faults = await faultsAfter(() => {
        const bytes = readFileSync(logs.path(file));
        writeFileSync(logs.path(file), add ? Buffer.concat([bytes, bytes.subarray(0, count)]) : bytes.subarray(0, Math.max(0, bytes.length - count)));
      });
      expect(faults).not.toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('[P5] a line that is removed, moved, repeated or slipped in is found and named as such', async () => {
  const edit = (file: string, change: (lines: string[]) => void) => (): void => {
    const lines = readFileSync(logs.path(file), 'utf8').split('\n').slice(0, -1);
    change(lines);
    writeFileSync(logs.path(file), lines.map((line) => `${line}\n`).join(''));
  };
  await fc.assert(
    // The first line of one is the tombstone: without it the start of the log is missing too.
    fc.asyncProperty(anyJournal, fc.integer({ min: 1, max: 2 }), async (file, index) => {
      expect(await faultsAfter(edit(file, (lines) => lines.splice(index, 1)))).toEqual(['removed']);
      expect(await faultsAfter(edit(file, (lines) => lines.splice(index, 0, ...lines.splice(index + 1, 1))))).toEqual(['reordered']);
      expect(await faultsAfter(edit(file, (lines) => lines.splice(index, 0, lines[index]!)))).toEqual(['doubled']);
      expect(await faultsAfter(edit(file, (lines) => lines.splice(index, 0, lines[index]!.replace('file_read', 'file_rush'))))).toEqual(['inserted']);
      expect(await faultsAfter(edit(file, (lines) => lines.pop()))).toEqual(['cut']);
    }),
    { numRuns: 6 },
  );
});

test('[P5] a file that is removed, renamed, copied or swapped is found', async () => {
  for (const file of files) {
    // The unfinished end of a journal holds nothing that was confirmed: that it is gone doesn't matter to the log.
    const kept = path.dirname(file) === 'aside';
    if (!kept) expect(await faultsAfter(() => rmSync(logs.path(file)))).not.toEqual([]);
    expect(await faultsAfter(() => renameSync(logs.path(file), logs.path(path.dirname(file), 'other-name')))).toContain('foreign');
    const digits = /\d{4}(?=\D)/.exec(path.basename(file))?.[0] ?? '';
    const name = path.basename(file).replace(digits, digits === '0001' ? '0002' : '0001');
    expect(name).not.toBe(path.basename(file));
    expect(await faultsAfter(() => copyFileSync(logs.path(file), logs.path(path.dirname(file), name)))).not.toEqual([]);
  }
  const pairs = ['journals', 'segments'].map((folder) => files.filter((each) => each.startsWith(folder)));
  for (const [one = '', two = ''] of pairs) {
    const faults = await faultsAfter(() => {
      const bytes = readFileSync(logs.path(one));
      copyFileSync(logs.path(two), logs.path(one));
      writeFileSync(logs.path(two), bytes);
    });
    expect(faults).not.toEqual([]);
  }
});

test('an untouched folder has nothing to be found', async () => {
  expect(await findingsAfter(() => undefined)).toEqual([]);
});
