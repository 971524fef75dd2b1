import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Snapshot } from '../../fuzz/snapshot.js';

describe.skipIf(process.platform === 'win32')('a snapshot of a folder', () => {
  let folder = '';
  const at = (name: string): string => path.join(folder, name);
  const replaceBy = (make: () => void, name: string): void => {
    rmSync(at(name), { recursive: true });
    make();
  };
  const named = (snapshot: Snapshot): readonly string[] => snapshot.changes().filter((each) => each.kind !== 'touched').map((each) => `${each.kind} ${path.relative(folder, each.path)}`);

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'axon-snapshot-'));
    mkdirSync(at('src/deep'), { recursive: true });
    writeFileSync(at('src/a'), 'a');
    writeFileSync(at('src/deep/b'), 'b');
    symlinkSync('src/a', at('link'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('sees nothing where nothing happened, reading included', () => {
    const snapshot = new Snapshot(folder);
    readFileSync(at('src/a'));
    expect(snapshot.changes()).toEqual([]);
  });

  it.each<[string, () => void, readonly string[]]>([
    ['a changed file', () => writeFileSync(at('src/a'), 'x'), ['changed src/a']],
    ['an added file', () => writeFileSync(at('src/new'), ''), ['added src/new']],
    ['a removed folder', () => rmSync(at('src/deep'), { recursive: true }), ['removed src/deep', 'removed src/deep/b']],
    ['a changed mode', () => chmodSync(at('src/a'), 0o755), ['changed src/a']],
    ['a link that leads elsewhere', () => replaceBy(() => symlinkSync('/etc', at('link')), 'link'), ['changed link']],
    ['a file in place of a folder', () => replaceBy(() => writeFileSync(at('src/deep'), ''), 'src/deep'), ['changed src/deep', 'removed src/deep/b']],
  ])('sees %s, and puts it back', (_, change, expected) => {
    const snapshot = new Snapshot(folder);
    change();
    expect(named(snapshot).toSorted()).toEqual([...expected].toSorted());
    snapshot.restore();
    expect(snapshot.changes()).toEqual([]);
    expect([readFileSync(at('src/a'), 'utf8'), readFileSync(at('src/deep/b'), 'utf8'), readlinkSync(at('link'))]).toEqual(['a', 'b', 'src/a']);
  });

  it('sees that a file was written and its old times set again', () => {
    utimesSync(at('src/a'), 1, 1);
    const snapshot = new Snapshot(folder);
    writeFileSync(at('src/a'), 'a');
    utimesSync(at('src/a'), 1, 1);
    expect(snapshot.changes()).toContainEqual({ path: at('src/a'), kind: 'touched' });
  });
});
