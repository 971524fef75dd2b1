import { expect, test } from 'vitest';
import { sha256 } from '../../../src/canonical.js';
import { jobSeconds, programBytes } from '../../../src/sandbox/program.js';

const job = { language: 'python', code: 'print("ü")\n' } as const;

test('[P4] [P9] a program is handed over with its length, its hash and its time', async () => {
  expect((await programBytes(job)).toString()).toBe(`12 ${sha256(job.code)} 60 0 ${sha256('')}\n${job.code}`);
  expect((await programBytes({ ...job, timeoutSeconds: 2.5 })).toString()).toContain(` 3 0 `);
});

test('[P9] no program gets more than 60 seconds, whatever was asked for', () => {
  const seconds = [undefined, 5, 0, -3, 61, 1e9, Number.NaN, Number.POSITIVE_INFINITY].map((each) => jobSeconds(each === undefined ? job : { ...job, timeoutSeconds: each }));
  expect(seconds).toEqual([60, 5, 1, 1, 60, 60, 60, 60]);
});

test('[P4] the files come behind the code, as an archive with its length and its hash', async () => {
  const bytes = await programBytes({ ...job, files: [{ name: 'data/a.csv', bytes: Buffer.from('1,2\n') }] });
  const line = bytes.subarray(0, bytes.indexOf('\n')).toString();
  const tar = bytes.subarray(line.length + 1 + Buffer.byteLength(job.code));
  expect(line.split(' ').slice(3)).toEqual([String(tar.byteLength), sha256(tar)]);
  expect(tar.toString('latin1')).toContain('data/a.csv');
});

test('[P9] no file reaches a program under a name that leads elsewhere, and not too many', async () => {
  const file = (name: string, size = 1) => ({ name, bytes: Buffer.alloc(size) });
  for (const name of ['', '/etc/passwd', '../a', 'a/../b', 'a//b', './a', 'a\\b', 'C:/a', 'a\u0000b', 'a\u202eb', 'a\u3164', '\u2800/b', 'a\ufe0fb', 'a.', ' a', 'a/ b']) {
    await expect(programBytes({ ...job, files: [file(name)] }), name).rejects.toMatchObject({ code: 'denied' });
  }
  await expect(programBytes({ ...job, files: Array.from({ length: 101 }, (_, n) => file(String(n))) })).rejects.toMatchObject({ code: 'too-large' });
  await expect(programBytes({ ...job, files: [file('a', 9e6), file('b', 9e6)] })).rejects.toMatchObject({ code: 'too-large' });
});
