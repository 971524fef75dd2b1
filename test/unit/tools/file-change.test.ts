import { describe, expect, it } from 'vitest';
import type { FileChange } from '../../../src/ports/files.js';
import { summaryOf } from '../../../src/tools/file-change.js';
import { fileEdit } from '../../../src/tools/file-edit.js';
import { fileWrite } from '../../../src/tools/file-write.js';
import { portsWith, runContext } from './fake-files.js';

const change: FileChange = { path: 'a.ts', before: 'a\nb\nc\n', after: 'a\nx\ny\nc\n', beforeHash: 'h', encoding: 'utf-8' };

describe('file_write and file_edit', () => {
  it('[P4] apply exactly the change that was shown, not their arguments', async () => {
    const applied: unknown[] = [];
    const ports = portsWith({ apply: (one) => Promise.resolve(void applied.push(one)) });
    const written = await fileWrite.run({ path: 'other', text: 'other' }, ports, runContext({ kind: 'change', change }));
    await fileEdit.run({ path: 'other', find: 'a', replace: 'b' }, ports, runContext({ kind: 'change', change }));
    expect(applied).toEqual([change, change]);
    expect(written).toEqual({ text: 'Changed a.ts: +2 −1 lines.', summary: '+2 −1 lines' });
  });

  it('write nothing without a shown change', async () => {
    await expect(fileWrite.run({ path: 'a', text: 'b' }, portsWith({}), runContext())).rejects.toMatchObject({ code: 'stale' });
  });

  it('work their change out before anybody is asked', async () => {
    const ports = portsWith({ planWrite: (path, text) => Promise.resolve({ ...change, path, after: text }), planEdit: (path, edit) => Promise.resolve({ ...change, path, after: JSON.stringify(edit) }) });
    expect(await fileWrite.preview?.({ path: 'p', text: 't' }, ports, runContext())).toMatchObject({ kind: 'change', change: { path: 'p', after: 't' } });
    expect(await fileEdit.preview?.({ path: 'p', find: 'f', replace: 'r', all: true }, ports, runContext())).toMatchObject({ change: { after: '{"find":"f","replace":"r","all":true}' } });
    for (const tool of [fileWrite.subjects({ path: 'p', text: '' }), fileEdit.subjects({ path: 'p', find: 'f', replace: '' })]) {
      expect(tool).toEqual([{ kind: 'path', operation: 'write', path: 'p' }]);
    }
  });

  it('count the lines that came and went', () => {
    expect(summaryOf({ ...change, before: undefined })).toBe('new file, 4 lines');
    expect(summaryOf({ ...change, before: 'a\na\n', after: 'a\n' })).toBe('+0 −1 lines');
    expect(summaryOf({ ...change, before: '', after: 'a' })).toBe('+1 −0 lines');
  });
});
