import { safeParse } from 'zod/mini';
import { describe, expect, it } from 'vitest';
import type { FileText } from '../../../src/ports/files.js';
import { fileRead } from '../../../src/tools/file-read.js';
import { portsWith, runContext } from './fake-files.js';

function read(file: Partial<FileText>) {
  const text = file.text ?? '';
  const lines = text.split('\n').length;
  const whole: FileText = { path: 'a.ts', text, encoding: 'utf-8', eol: 'lf', totalLines: lines, from: 1, to: lines, bytes: text.length, unsaved: false, ...file };
  return fileRead.run({ path: 'a.ts' }, portsWith({ read: () => Promise.resolve(whole) }), runContext());
}

describe('file_read', () => {
  it('tells the facts in a first line, then the text as it is', async () => {
    expect(await read({ text: 'one\n  two\n', totalLines: 2, to: 2, eol: 'crlf', unsaved: true })).toEqual({
      text: '[a.ts: lines 1 to 2 of 2, utf-8, CRLF, 10 bytes, unsaved text of an open editor]\none\n  two',
      summary: '2 lines, unsaved',
    });
    expect((await read({ text: '', totalLines: 0, to: 0 })).text).toBe('[a.ts: empty]');
  });

  it('cuts at whole lines and says how to read on', async () => {
    const line = 'x'.repeat(999);
    const { text } = await read({ text: Array.from({ length: 100 }, () => line).join('\n'), from: 5, to: 104, totalLines: 200 });
    expect(text).toContain('[a.ts: lines 5 to 44 of 200,');
    expect(text.endsWith('[cut: lines 45 to 104 are left out; read on with from: 45]')).toBe(true);
    expect(text.length).toBeLessThan(40_200);
  });

  it('cuts a line that alone is too long, not through a character', async () => {
    const { text } = await read({ text: `x${'🚀'.repeat(30_000)}` });
    expect(text.isWellFormed()).toBe(true);
    expect(text).toMatch(/\[cut: 20,00[12] characters of line 1 are left out\]$/);
  });

  it('names its subject and passes the range on', async () => {
    expect(fileRead.subjects({ path: 'x' })).toEqual([{ kind: 'path', operation: 'read', path: 'x' }]);
    expect(fileRead.title({ path: 'x', from: 3 })).toBe('Read x, lines 3 to the end');
    expect(safeParse(fileRead.schema, { path: 'x', from: 0 }).success).toBe(false);
    expect(safeParse(fileRead.schema, { path: 'x', more: 1 }).success).toBe(false);
  });
});
