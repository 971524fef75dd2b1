import fc from 'fast-check';
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditLog } from '../../src/audit/audit-log.js';
import { event, LogFolder } from '../fixtures/audit/open-log.js';

/** Two segments, a closed journal and a live one, with text that a lenient decoder could mend: U+FFFD. */
let logs: LogFolder;
let log: AuditLog;
let files: string[];

beforeAll(async () => {
  logs = new LogFolder();
  log = await logs.open({ limits: { journalEvents: 6, segmentEvents: 12, journalsToFold: 1_000, anchorDelay: 1 } });
  for (let n = 0; n < 24; n += 1) await log.append(event(n, { result: `Grüße \ufffd 世界 ${n}` }));
  await log.fold();
  for (let n = 24; n < 34; n += 1) await log.append(event(n, { result: `\ufffd${n}` }));
  files = ['journals', 'segments'].flatMap((folder) => readdirSync(logs.path(folder)).map((name) => path.join(folder, name)));
  expect(files).toHaveLength(4);
  expect(await log.verify()).toMatchObject({ ok: true, events: 34 });
});
afterAll(() => logs.dispose());

/** Does something to the folder, verifies, and puts everything back. */
async function faultsAfter(change: () => void): Promise<string[]> {
  const before = files.map((file) => [file, readFileSync(logs.path(file))] as const);
  try {
    change();
    const report = await log.verify();
    expect(report.ok).toBe(report.findings.length === 0);
    return report.findings.map((each) => each.fault);
  } finally {
    for (const folder of ['journals', 'segments']) for (const name of readdirSync(logs.path(folder))) rmSync(logs.path(folder, name));
    for (const [file, bytes] of before) writeFileSync(logs.path(file), bytes);
  }
}

const anyFile = fc.nat().map((n) => files[n % files.length] ?? '');
const anyJournal = fc.nat().map((n) => files.filter((each) => each.startsWith('journals'))[n % 2] ?? '');

test('[P5] any single changed byte of any file is found', async () => {
  await fc.assert(
    fc.asyncProperty(anyFile, fc.nat(), fc.integer({ min: 1, max: 255 }), async (file, place, change) => {
      const faults = await faultsAfter(() => {
        const bytes = readFileSync(logs.path(file));
        const at = place % bytes.length;
        bytes.writeUInt8(bytes.readUInt8(at) ^ change, at);
        writeFileSync(logs.path(file), bytes);
      });
      expect(faults).not.toEqual([]);
    }),
    { numRuns: 300 },
  );
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
    fc.asyncProperty(anyJournal, fc.nat(2), async (file, index) => {
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
    expect(await faultsAfter(() => rmSync(logs.path(file)))).not.toEqual([]);
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
  expect(await faultsAfter(() => undefined)).toEqual([]);
});
