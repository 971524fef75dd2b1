import { linkSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canAnchor } from '../../../src/workspace/open-folder.js';
import { findRipgrep } from './find-ripgrep.js';
import { type TestFolder, makeTestFolder } from './sandbox-folder.js';

const ripgrepPath = findRipgrep();

describe('search without ripgrep', () => {
  it('is unavailable, and says so', async () => {
    for (const program of [undefined, '/does/not/exist/rg']) {
      const test = makeTestFolder(program === undefined ? {} : { ripgrepPath: program });
      await expect(test.files.search({ pattern: 'x' })).rejects.toMatchObject({ code: 'unavailable' });
      test.dispose();
    }
  });
});

describe.runIf(ripgrepPath !== undefined).each(canAnchor ? [['anchored', true], ['comparing', false]] as const : [['comparing', false]] as const)('search, %s', (_name, anchored) => {
  let test: TestFolder;
  beforeEach(() => {
    test = makeTestFolder({ anchored, ripgrepPath: ripgrepPath! });
  });
  afterEach(() => test.dispose());

  it('finds lines as plain text, in the folder asked for', async () => {
    test.put('src/a.ts', 'one\nconst x = f(a);\n');
    test.put('b.ts', 'F(A)\r\n');
    expect(await test.files.search({ pattern: 'f(a)' })).toMatchObject({ limited: false, filesSearched: 2, sensitiveLeftOut: 0 });
    expect((await test.files.search({ pattern: 'f(a)', path: 'src' })).matches).toEqual([{ path: 'src/a.ts', line: 2, text: 'const x = f(a);' }]);
    expect((await test.files.search({ pattern: 'F(A)', caseSensitive: true })).matches).toEqual([{ path: 'b.ts', line: 1, text: 'F(A)' }]);
    expect((await test.files.search({ pattern: 'f.a', regex: true, path: 'src/a.ts' })).matches).toHaveLength(1);
    expect((await test.files.search({ pattern: 'f(a)', glob: '!src/**' })).matches.map((match) => match.path)).toEqual(['b.ts']);
  });

  it('leaves sensitive files out and counts them, whatever the glob says', async () => {
    for (const name of ['.env', 'keys/id_rsa', '.ssh/config', 'cert/tls.KEY']) test.put(name, 'needle');
    test.put('a.txt', 'needle');
    for (const glob of [undefined, '**', '.env', '**/*rsa']) {
      const found = await test.files.search({ pattern: 'needle', ...(glob !== undefined && { glob }) });
      expect(found.matches.map((match) => match.path).filter((name) => name !== 'a.txt')).toEqual([]);
      expect(found.sensitiveLeftOut).toBe(4);
    }
    await expect(test.files.search({ pattern: 'needle', path: '.env' })).rejects.toMatchObject({ code: 'denied' });
    await expect(test.files.search({ pattern: 'needle', path: '.ssh' })).rejects.toMatchObject({ code: 'denied' });
  });

  it('respects ignore files without a repository, skips .git, and follows no link', async () => {
    test.put('.gitignore', 'out/\n');
    for (const name of ['out/a.txt', '.git/x', '.github/ci.yml']) test.put(name, 'needle');
    writeFileSync(path.join(test.outside, 'secret.txt'), 'needle');
    symlinkSync(test.outside, path.join(test.workspace, 'link'));
    symlinkSync(path.join(test.outside, 'secret.txt'), path.join(test.workspace, 'file-link'));
    expect((await test.files.search({ pattern: 'needle' })).matches.map((match) => match.path)).toEqual(['.github/ci.yml']);
  });

  it('leaves out files with a second hard link', async () => {
    writeFileSync(path.join(test.outside, 'secret.txt'), 'needle');
    linkSync(path.join(test.outside, 'secret.txt'), path.join(test.workspace, 'innocent.txt'));
    expect(await test.files.search({ pattern: 'needle' })).toMatchObject({ matches: [], sensitiveLeftOut: 1 });
  });

  it('stops at the limit and says so, and cuts long lines around the match', async () => {
    test.put('a.txt', 'needle\n'.repeat(50));
    const found = await test.files.search({ pattern: 'needle', limit: 10 });
    expect(found.matches).toHaveLength(10);
    expect(found.limited).toBe(true);
    test.put('a.txt', `${'x'.repeat(5000)}needle${'y'.repeat(5000)}`);
    const [match] = (await test.files.search({ pattern: 'needle' })).matches;
    expect(match?.text).toMatch(/^…x+needley+…$/);
    expect(match?.text.length).toBeLessThan(420);
  });

  it('finds lines in UTF-16 and in files that are not UTF-8 throughout', async () => {
    test.put('wide.txt', Buffer.from('\ufeffa needle\n', 'utf16le'));
    test.put('latin.txt', Buffer.concat([Buffer.from([0xe9, 10]), Buffer.from('a needle\n')]));
    expect((await test.files.search({ pattern: 'needle' })).matches.map((match) => match.path).sort()).toEqual(['latin.txt', 'wide.txt']);
  });

  it('takes nothing in a pattern or glob for an option', async () => {
    test.put('a.txt', '--pre=id\n');
    expect((await test.files.search({ pattern: '--pre=id' })).matches).toHaveLength(1);
    expect((await test.files.search({ pattern: 'id', glob: '--follow' })).matches).toEqual([]);
    await expect(test.files.search({ pattern: 'a\nb' })).rejects.toMatchObject({ code: 'invalid-arguments' });
    await expect(test.files.search({ pattern: '(', regex: true })).rejects.toMatchObject({ code: 'invalid-arguments' });
  });

  it('is cancelled at once', async () => {
    test.put('a.txt', 'needle');
    await expect(test.files.search({ pattern: 'needle' }, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    const controller = new AbortController();
    const searching = test.files.search({ pattern: 'needle' }, controller.signal);
    controller.abort();
    await expect(searching).rejects.toMatchObject({ code: 'cancelled' });
  });
});
