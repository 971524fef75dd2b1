import { expect, test } from 'vitest';
import { sha256 } from '../../../src/canonical.js';
import { jobSeconds, programText } from '../../../src/sandbox/program.js';

const job = { language: 'python', code: 'print("ü")\n' } as const;

test('[P4] [P9] a program is handed over with its length, its hash and its time', () => {
  expect(programText(job).toString()).toBe(`12 ${sha256(job.code)} 62\n${job.code}`);
  expect(programText({ ...job, timeoutSeconds: 2.5 }).toString()).toContain(` 5\n`);
});

test('[P9] no program gets more than 60 seconds, whatever was asked for', () => {
  const seconds = [undefined, 5, 0, -3, 61, 1e9, Number.NaN, Number.POSITIVE_INFINITY].map((each) => jobSeconds(each === undefined ? job : { ...job, timeoutSeconds: each }));
  expect(seconds).toEqual([60, 5, 1, 1, 60, 60, 60, 60]);
});
