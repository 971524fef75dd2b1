import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canAnchor } from '../../../src/workspace/open-folder.js';
import { type TestFolder, makeTestFolder } from './sandbox-folder.js';

describe.each(canAnchor ? [['anchored', true], ['comparing', false]] as const : [['comparing', false]] as const)('files, %s', (_name, anchored) => {
  let test: TestFolder;
  beforeEach(() => {
    test = makeTestFolder({ anchored });
  });
  afterEach(() => test.dispose());
  const text = (name: string) => readFileSync(path.join(test.workspace, name), 'utf8');

  describe('read', () => {
    it('gives the whole text with its facts', async () => {
      test.put('a.txt', 'one\r\ntwo\r\n');
      expect(await test.files.read('a.txt')).toEqual({ path: 'a.txt', text: 'one\ntwo\n', encoding: 'utf-8', eol: 'crlf', totalLines: 2, from: 1, to: 2, bytes: 10, unsaved: false });
    });

    it('gives a range, and says when it does not exist', async () => {
      test.put('a.txt', 'a\nb\nc\nd');
      expect(await test.files.read('a.txt', { from: 2, to: 3 })).toMatchObject({ text: 'b\nc', from: 2, to: 3, totalLines: 4 });
      expect(await test.files.read('a.txt', { from: 3, to: 99 })).toMatchObject({ text: 'c\nd', to: 4 });
      await expect(test.files.read('a.txt', { from: 5 })).rejects.toMatchObject({ code: 'not-found', message: 'a.txt has 4 lines, so there is no line 5.' });
      await expect(test.files.read('a.txt', { from: 3, to: 2 })).rejects.toMatchObject({ code: 'invalid-arguments' });
    });

    it('reads an empty file', async () => {
      test.put('a.txt', '');
      expect(await test.files.read('a.txt')).toMatchObject({ text: '', totalLines: 0, eol: 'none' });
    });

    it('knows UTF-8 and UTF-16 by their marks, and tells binary files', async () => {
      test.put('bom.txt', Buffer.from('\ufeffé', 'utf8'));
      test.put('le.txt', Buffer.from('\ufeffé', 'utf16le'));
      test.put('be.txt', Buffer.from('\ufeffé', 'utf16le').swap16());
      for (const [name, encoding] of [['bom.txt', 'utf-8-bom'], ['le.txt', 'utf-16le'], ['be.txt', 'utf-16be']]) {
        expect(await test.files.read(name!)).toMatchObject({ text: 'é', encoding });
      }
      test.put('binary', Buffer.from([1, 0, 2]));
      test.put('latin', Buffer.from([0xe9]));
      for (const name of ['binary', 'latin', '.']) await expect(test.files.read(name)).rejects.toMatchObject({ code: 'not-text' });
    });

    it('gives the bytes of any file, of the editor where it has changes, and asks the guard as for reading', async () => {
      test.put('binary', Buffer.from([1, 0, 2]));
      test.put('a.txt', 'disk');
      test.put('.env', 'TOKEN=1');
      expect(await test.files.readBytes('./binary')).toEqual({ path: 'binary', bytes: Buffer.from([1, 0, 2]) });
      test.dirty.set(path.join(test.workspace, 'a.txt'), 'editor');
      expect(await test.files.readBytes('a.txt')).toEqual({ path: 'a.txt', bytes: Buffer.from('editor') });
      for (const [name, code] of [['.env', 'denied'], ['../x', 'denied'], ['none', 'not-found'], ['.', 'not-text']] as const) await expect(test.files.readBytes(name), name).rejects.toMatchObject({ code });
    });

    it('refuses what is too large, absent or denied, with the rule’s name', async () => {
      test.put('big.txt', Buffer.alloc(10 * 1024 * 1024 + 1, 97));
      test.put('.env', 'TOKEN=1');
      await expect(test.files.read('big.txt')).rejects.toMatchObject({ code: 'too-large' });
      await expect(test.files.read('none.txt')).rejects.toMatchObject({ code: 'not-found' });
      await expect(test.files.read('../x')).rejects.toMatchObject({ code: 'denied', message: expect.stringContaining('(path.outside-workspace)') as string });
      await expect(test.files.read('.env')).rejects.toMatchObject({ code: 'denied', message: expect.stringContaining('(path.sensitive)') as string });
    });

    it('gives an editor’s unsaved text instead of the disk’s, and says so', async () => {
      test.dirty.set(test.put('a.txt', 'disk'), 'editor\n');
      expect(await test.files.read('a.txt')).toMatchObject({ text: 'editor\n', unsaved: true });
    });
  });

  describe('writing', () => {
    it('creates a file with its folders and leaves nothing else behind', async () => {
      const change = await test.files.planWrite('a/b/c.txt', 'new\n');
      expect(change).toEqual({ path: 'a/b/c.txt', before: undefined, after: 'new\n', beforeHash: undefined, encoding: 'utf-8' });
      expect(existsSync(path.join(test.workspace, 'a'))).toBe(false);
      await test.files.apply(change);
      expect(text('a/b/c.txt')).toBe('new\n');
      expect(readdirSync(path.join(test.workspace, 'a/b'))).toEqual(['c.txt']);
      expect(statSync(path.join(test.workspace, 'a/b/c.txt')).nlink).toBe(1);
    });

    it('keeps mode, encoding and line breaks', async () => {
      const script = test.put('run.sh', Buffer.from('\ufeffone\r\ntwo\r\n', 'utf16le'));
      chmodSync(script, 0o751);
      await test.files.apply(await test.files.planWrite('run.sh', 'eins\nzwei\n'));
      expect(readFileSync(script).toString('utf16le')).toBe('\ufeffeins\r\nzwei\r\n');
      expect(statSync(script).mode & 0o777).toBe(0o751);
    });

    it('writes the real file behind a link that stays inside, and keeps the link', async () => {
      test.put('src/a.ts', 'old');
      symlinkSync('src/a.ts', path.join(test.workspace, 'alias.ts'));
      const change = await test.files.planWrite('alias.ts', 'new');
      expect(change.path).toBe('src/a.ts');
      await test.files.apply(change);
      expect(text('src/a.ts')).toBe('new');
      expect(readdirSync(test.workspace, { withFileTypes: true }).find((entry) => entry.name === 'alias.ts')?.isSymbolicLink()).toBe(true);
    });

    it('leaves a file’s other name alone', async () => {
      const other = path.join(test.outside, 'x');
      writeFileSync(other, 'theirs');
      linkSync(other, path.join(test.workspace, 'x'));
      await test.files.apply(await test.files.planWrite('x', 'ours'));
      expect([text('x'), readFileSync(other, 'utf8')]).toEqual(['ours', 'theirs']);
    });

    it('is stale when the file changed, came or went since the plan', async () => {
      test.put('a.txt', 'one');
      const change = await test.files.planWrite('a.txt', 'two');
      test.put('a.txt', 'other');
      await expect(test.files.apply(change)).rejects.toMatchObject({ code: 'stale' });
      expect(text('a.txt')).toBe('other');
      const fresh = await test.files.planWrite('b.txt', 'two');
      test.put('b.txt', 'came');
      await expect(test.files.apply(fresh)).rejects.toMatchObject({ code: 'stale' });
      await expect(test.files.apply({ ...change, path: 'gone.txt' })).rejects.toMatchObject({ code: 'stale' });
      expect(readdirSync(test.workspace).sort()).toEqual(['a.txt', 'b.txt']);
    });

    it('writes bytes as they are, and is stale as for a text', async () => {
      const bytes = Buffer.from([0x89, 0, 255]);
      const copy = await test.files.planCopy('a/p.png', bytes);
      expect(copy).toEqual({ path: 'a/p.png', bytes, replaces: undefined, beforeHash: undefined });
      await test.files.apply(copy);
      expect(readFileSync(path.join(test.workspace, 'a/p.png'))).toEqual(bytes);
      await expect(test.files.apply(copy)).rejects.toMatchObject({ code: 'stale' });
      await expect(test.files.planCopy('a/p.png', bytes)).rejects.toMatchObject({ code: 'invalid-arguments' });
      const other = await test.files.planCopy('a/p.png', Buffer.from([1]));
      expect(other).toMatchObject({ replaces: 3 });
      test.put('a/p.png', 'meanwhile');
      await expect(test.files.apply(other)).rejects.toMatchObject({ code: 'stale' });
      for (const [name, code] of [['.git/config', 'denied'], ['../p.png', 'denied'], ['a', 'not-text']] as const) await expect(test.files.planCopy(name, bytes), name).rejects.toMatchObject({ code });
      await expect(test.files.planCopy('b', Buffer.alloc(10 * 1024 * 1024 + 1))).rejects.toMatchObject({ code: 'too-large' });
    });

    it('asks the guard again when it applies', async () => {
      const change = { path: '.git/hooks/pre-commit', before: undefined, after: 'x', beforeHash: undefined, encoding: 'utf-8' } as const;
      await expect(test.files.apply(change)).rejects.toMatchObject({ code: 'denied' });
      expect(readdirSync(test.workspace)).toEqual([]);
    });

    it('respects unsaved changes in an editor', async () => {
      const at = test.put('a.txt', 'disk');
      const change = await test.files.planWrite('a.txt', 'new');
      test.dirty.set(at, 'editor');
      await expect(test.files.planWrite('a.txt', 'new')).rejects.toMatchObject({ code: 'conflict' });
      await expect(test.files.apply(change)).rejects.toMatchObject({ code: 'conflict' });
      expect(text('a.txt')).toBe('disk');
    });

    it('refuses a write-protected file, a folder, a folder that is a file, and text that no file holds', async () => {
      chmodSync(test.put('locked.txt', 'x'), 0o444);
      mkdirSync(path.join(test.workspace, 'folder'));
      await expect(test.files.apply(await test.files.planWrite('locked.txt', 'y'))).rejects.toMatchObject({ code: 'denied', message: expect.stringContaining('write-protected') as string });
      await expect(test.files.planWrite('folder', 'y')).rejects.toMatchObject({ code: 'not-text' });
      await expect(test.files.planWrite('b.txt', 'half \ud800')).rejects.toMatchObject({ code: 'invalid-arguments' });
      await expect(test.files.planWrite('locked.txt', 'x')).rejects.toMatchObject({ code: 'invalid-arguments' });
      await expect(test.files.apply(await test.files.planWrite('locked.txt/below', 'y'))).rejects.toMatchObject({ code: expect.stringMatching(/stale|not-found|denied/) as string });
    });
  });

  describe('planEdit', () => {
    it('replaces a text that is there once', async () => {
      test.put('a.ts', 'let a = 1;\nlet b = 2;\n');
      const change = await test.files.planEdit('a.ts', { find: 'b = 2', replace: 'b = 3' });
      await test.files.apply(change);
      expect(text('a.ts')).toBe('let a = 1;\nlet b = 3;\n');
    });

    it('says where an ambiguous text is, and which line is closest to an absent one', async () => {
      test.put('a.ts', 'x = 1;\nconst total = sum(list);\nx = 1;\n');
      await expect(test.files.planEdit('a.ts', { find: 'x = 1', replace: 'y' })).rejects.toMatchObject({ code: 'ambiguous', message: 'The text is in a.ts 2 times, in lines 1, 3.' });
      await expect(test.files.planEdit('a.ts', { find: 'const total = sum(lists)', replace: 'y' })).rejects.toMatchObject({
        code: 'not-found',
        message: 'The text is not in a.ts. The closest is line 2: const total = sum(list);',
      });
      expect((await test.files.planEdit('a.ts', { find: 'x = 1', replace: 'y', all: true })).after).toBe('y;\nconst total = sum(list);\ny;\n');
    });

    it('takes the right to read: a secret can not be guessed by editing', async () => {
      test.put('.env', 'TOKEN=1');
      await expect(test.files.planEdit('.env', { find: 'TOKEN=1', replace: 'x' })).rejects.toMatchObject({ code: 'denied' });
      await expect(test.files.planEdit('none.ts', { find: 'a', replace: 'x' })).rejects.toMatchObject({ code: 'not-found' });
    });
  });

  describe('list', () => {
    it('puts folders first, gives sizes, and does not follow links', async () => {
      for (const name of ['b.txt', 'a.txt', 'src/x.ts', 'src/deep/y.ts']) test.put(name, name);
      symlinkSync(test.outside, path.join(test.workspace, 'link'));
      const listing = await test.files.list('.', { depth: 3 });
      expect(listing.entries.map((entry) => `${entry.path}:${entry.kind}`)).toEqual([
        'src:folder', 'src/deep:folder', 'src/deep/y.ts:file', 'src/x.ts:file', 'a.txt:file', 'b.txt:file', 'link:link',
      ]);
      expect(listing.entries.find((entry) => entry.path === 'a.txt')?.size).toBe(5);
      await expect(test.files.list('link')).rejects.toMatchObject({ code: 'denied' });
      await expect(test.files.list('a.txt')).rejects.toMatchObject({ code: 'invalid-arguments' });
      await expect(test.files.list('none')).rejects.toMatchObject({ code: 'not-found' });
    });

    it('leaves out and counts what ignore files name, nested ones too', async () => {
      test.put('.gitignore', 'out/\n*.log\n!keep.log\n');
      test.put('src/.gitignore', '/gen\n');
      for (const name of ['out/a', 'x.log', 'keep.log', 'src/gen/a', 'src/a.ts', '.git/config']) test.put(name, '');
      const listing = await test.files.list('.', { depth: 3 });
      expect(listing.entries.map((entry) => entry.path)).toEqual(['src', 'src/.gitignore', 'src/a.ts', '.gitignore', 'keep.log']);
      expect(listing.ignored).toBe(4);
      expect((await test.files.list('src')).ignored).toBe(1);
    });

    it('cuts the depths first, and counts what is left', async () => {
      for (const name of ['d/1', 'd/2', 'd/3', 'a', 'b']) test.put(name, '');
      const listing = await test.files.list('.', { depth: 2, limit: 4 });
      expect(listing.entries.map((entry) => entry.path)).toEqual(['d', 'd/1', 'a', 'b']);
      expect(listing.left).toBe(2);
    });

    it('stops when it is cancelled', async () => {
      test.put('a', '');
      await expect(test.files.list('.', {}, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    });
  });
});
