import { describe, expect, it } from 'vitest';
import { fileList } from '../../../src/tools/file-list.js';
import { portsWith, runContext } from './fake-files.js';

describe('file_list', () => {
  it('marks folders and links, gives sizes, and tells what is missing', async () => {
    const list = () =>
      Promise.resolve({
        path: 'src',
        entries: [{ path: 'src/d', kind: 'folder' }, { path: 'src/l', kind: 'link' }, { path: 'src/a.ts', kind: 'file', size: 1234 }] as const,
        left: 7,
        ignored: 2,
      });
    expect(await fileList.run({ path: 'src' }, portsWith({ list }), runContext())).toEqual({
      text: '[src: 3 entries, 2 ignored, 7 more left out: list a folder below]\nsrc/d/\nsrc/l@\nsrc/a.ts  1,234 bytes',
      summary: '3 entries, cut',
    });
  });

  it('lists the workspace folder when no path is given', () => {
    expect(fileList.subjects({})).toEqual([{ kind: 'path', operation: 'list', path: '.' }]);
  });
});
