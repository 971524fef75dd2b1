import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parts, partsBelow, shareOf } from '../../../scripts/lib/mutation/parts.mjs';
import { readReport, score } from '../../../scripts/lib/mutation/report.mjs';

describe('the parts of mutation testing', () => {
  it('each name files and tests that exist', () => {
    for (const { name, mutate, tests } of parts) {
      for (const glob of [...mutate.map((each) => each.replace(/^!/, '')), ...tests]) expect(globSync(glob), `${name}: ${glob}`).not.toEqual([]);
    }
  });

  it('are all there are, those below a folder, or one narrowed to a file without its lists of data', () => {
    expect(partsBelow(undefined)).toBe(parts);
    expect(partsBelow('src/policy/').map(({ name }) => name)).toEqual(['policy', 'path', 'url', 'rules', 'command']);
    expect(partsBelow('src/policy/path/path-guard.ts')).toMatchObject([{ name: 'path', mutate: ['src/policy/path/path-guard.ts', '!src/policy/path/config-as-code.ts', '!src/policy/path/sensitive-files.ts'] }]);
    expect(partsBelow('src/gatekeeper')).toEqual([]);
  });

  it('are dealt so that every file falls to one share, and none to two', () => {
    const policy = partsBelow('src/policy');
    const dealt = [1, 2, 3].flatMap((share) => shareOf(policy, share, 3).flatMap(({ mutate }) => mutate));
    expect(new Set(dealt).size).toBe(dealt.length);
    expect(dealt).toContain('src/policy/path/path-guard.ts');
    expect(dealt).not.toContain('src/policy/path/config-as-code.ts');
    expect(shareOf(policy, 1, 1)).toBe(policy);
  });
});

describe('a report of mutation testing', () => {
  const location = { start: { line: 2, column: 5 }, end: { line: 2, column: 10 } };
  const mutants = ['Killed', 'Timeout', 'Survived', 'NoCoverage', 'Ignored', 'RuntimeError'].map((status) => ({ status, location, replacement: 'a <=\n b' }));

  it('counts what was noticed, and names what was not', () => {
    const { count, survivors } = readReport({ files: { 'src/a.ts': { source: 'one\nif (a < b) {}', mutants } } });
    expect(count).toEqual({ killed: 1, timedOut: 1, survived: 1, untested: 1, untried: 1 });
    expect(score(count)).toBe(50);
    expect(survivors).toEqual(['src/a.ts:2  a < b  ->  a <= b', 'src/a.ts:2  a < b  ->  a <= b  (no test runs it)']);
  });
});
