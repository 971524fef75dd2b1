import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createResultsStore } from '../../../src/sandbox/results-store.js';

describe('the store of results', () => {
  let folder: string;
  beforeEach(async () => { folder = await mkdtemp(path.join(os.tmpdir(), 'axon-results-')); });
  afterEach(async () => rm(folder, { recursive: true, force: true }));

  const file = (name: string, text: string) => ({ name, bytes: Buffer.from(text) });

  it('gives back what was kept, by session, run and name, also to another window', async () => {
    const { run, files } = await createResultsStore(folder).keep('s-1', [file('a.txt', 'one'), file('deep/b.csv', 'x,y\n')]);
    expect(files).toMatchObject([{ name: 'a.txt', bytes: 3, kind: 'text', preview: 'one' }, { name: 'deep/b.csv', kind: 'table' }]);
    const store = createResultsStore(folder);
    expect(Buffer.from((await store.read('s-1', run, 'deep/b.csv')).bytes).toString()).toBe('x,y\n');
    for (const [session, of, name] of [['s-2', run, 'a.txt'], ['s-1', '000000000000', 'a.txt'], ['s-1', run, 'c'], ['..', run, 'a.txt'], ['s-1', '../s-1', 'a.txt'], ['s-1', run, '../index.json']] as const) {
      await expect(store.read(session, of, name), name).rejects.toMatchObject({ code: 'not-found' });
    }
  });

  it('[P19] never uses a name of the program on this disk, and keeps others out', async () => {
    await createResultsStore(folder).keep('s', [file('../../escape', '1'), file('run.sh', '2')]);
    const [run = ''] = await readdir(path.join(folder, 's'));
    for (const name of await readdir(path.join(folder, 's', run))) expect(name).toMatch(/^([0-9a-f]{64}|index\.json)$/);
    if (process.platform !== 'win32') expect((await stat(path.join(folder, 's', run))).mode & 0o077).toBe(0);
  });

  it('gives nothing that was changed meanwhile', async () => {
    const store = createResultsStore(folder);
    const { run, files } = await store.keep('s', [file('a', 'one'), file('b', 'two')]);
    const place = (at: number): string => path.join(folder, 's', run, files[at]?.sha256 ?? '');
    await writeFile(place(0), 'other');
    await rm(place(1));
    await symlink('/etc/hostname', place(1));
    for (const name of ['a', 'b']) await expect(store.read('s', run, name)).rejects.toMatchObject({ code: 'not-found' });
    await writeFile(path.join(folder, 's', run, 'index.json'), '{');
    await expect(store.read('s', run, 'a')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('forgets a session with all of it, twice if need be', async () => {
    const store = createResultsStore(folder);
    await store.keep('s', [file('a', 'one')]);
    await store.keep('t', [file('a', 'one')]);
    await store.forget('s');
    await store.forget('s');
    expect(await readdir(folder)).toEqual(['t']);
  });

  it('lets the oldest runs go when there is too much', async () => {
    const store = createResultsStore(folder);
    const large = Array.from({ length: 9 }, (_, n) => ({ name: String(n), bytes: Buffer.alloc(10_000_000, n) }));
    const runs: string[] = [];
    for (const session of ['a', 'b', 'c']) runs.push((await store.keep(session, large)).run);
    await store.keep('d', [file('small', 'x')]);
    await expect(store.read('a', runs[0] ?? '', '1')).rejects.toMatchObject({ code: 'not-found' });
    expect((await store.read('c', runs[2] ?? '', '1')).bytes).toHaveLength(10_000_000);
  });

  it('keeps no folder for a run that left nothing', async () => {
    await createResultsStore(folder).keep('s', []);
    expect(await readdir(folder)).toEqual([]);
    await expect(readFile(path.join(folder, 's'))).rejects.toThrow();
  });

  it('leaves nothing behind of results that could not be kept', async () => {
    const broken = vi.spyOn(JSON, 'stringify').mockImplementationOnce(() => { throw new Error('disk full'); });
    await expect(createResultsStore(folder).keep('s', [file('a', 'one')])).rejects.toMatchObject({ code: 'io' });
    broken.mockRestore();
    expect(await readdir(path.join(folder, 's'))).toEqual([]);
  });
});
