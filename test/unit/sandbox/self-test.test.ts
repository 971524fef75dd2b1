import { describe, expect, it } from 'vitest';
import type { SandboxResult } from '../../../src/ports/sandbox.js';
import { testWalls, wallLine, type WallResult } from '../../../src/sandbox/self-test.js';
import { wallChecks } from '../../../src/sandbox/wall-checks.js';

const { signal } = new AbortController();
const result = (parts: Partial<SandboxResult> = {}): SandboxResult => ({ ended: 'exited', exitCode: 0, output: '', cut: 0, milliseconds: 120, files: [], leftOut: [], ...parts });

describe('[P9] a wall of the sandbox', () => {
  it.each(wallChecks.map((each) => [each.title, each] as const))('is not taken to hold by what shows nothing: %s', (_title, { heldBy }) => {
    for (const output of ['', 'THROUGH a\n', 'Traceback (most recent call last):\n', 'held a: no\nTHROUGH b\n', 'stopped at 100000 MB: at last\n', 'x'.repeat(10_001)]) {
      expect(heldBy(result({ output }))).toBeUndefined();
      expect(heldBy(result({ output, exitCode: 1 }))).toBeUndefined();
    }
    const ends = (['exited', 'timeout', 'out-of-memory', 'killed'] as const).filter((ended) => heldBy(result({ ended, exitCode: null })) !== undefined);
    expect(ends.length).toBeLessThanOrEqual(1);
  });

  it('that is made of several attempts holds only when each was made and stopped', () => {
    const [network] = wallChecks;
    const tried = ['an address', 'a bridge', 'metadata', 'a name', 'raw packets'].map((each) => `held ${each}: no\n`);
    expect(network?.heldBy(result({ output: tried.join('') }))).toContain('a name: no; raw packets: no');
    expect(network?.heldBy(result({ output: tried.slice(1).join('') }))).toBeUndefined();
    expect(network?.heldBy(result({ output: tried.join(''), exitCode: 1 }))).toBeUndefined();
    expect(network?.heldBy(result({ output: tried.join('').replace('held a bridge: no', 'THROUGH a bridge') }))).toBeUndefined();
  });
});

it('each attempt is told as it ends, with what stopped it or what it showed', async () => {
  const told: WallResult[] = [];
  const checks = [
    { title: 'climb', code: 'a', timeoutSeconds: 2, heldBy: () => 'a fence' },
    { title: 'dig', code: 'b', timeoutSeconds: 2, heldBy: () => undefined },
  ];
  const jobs: unknown[] = [];
  const sandbox = { run: async (job: unknown) => { jobs.push(job); return result({ output: 'earth' }); } };
  const results = await testWalls(sandbox, signal, (each) => told.push(each), checks);
  expect(results).toEqual(told);
  expect(told.map(wallLine)).toEqual(['held     climb (0.1 s): a fence', 'THROUGH  dig (0.1 s): exited: earth']);
  expect(jobs).toEqual([{ language: 'python', code: 'a', timeoutSeconds: 2 }, { language: 'python', code: 'b', timeoutSeconds: 2 }]);
});
