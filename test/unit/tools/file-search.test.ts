import { describe, expect, it } from 'vitest';
import type { SearchQuery, SearchResult } from '../../../src/ports/files.js';
import { fileSearch } from '../../../src/tools/file-search.js';
import { portsWith, runContext } from './fake-files.js';

const none: SearchResult = { matches: [], limited: false, filesSearched: 3, sensitiveLeftOut: 1 };

describe('file_search', () => {
  it('gives path, line and text, and tells what was left out', async () => {
    const search = () => Promise.resolve({ ...none, matches: [{ path: 'a.ts', line: 3, text: '  x' }, { path: 'b.ts', line: 1, text: 'x' }], limited: true });
    expect((await fileSearch.run({ pattern: 'x' }, portsWith({ search }), runContext())).text).toBe(
      '[2 lines in 2 files, there are more: narrow the search, 1 sensitive file not searched]\na.ts:3:   x\nb.ts:1: x',
    );
    const nothing = await fileSearch.run({ pattern: 'x' }, portsWith({ search: () => Promise.resolve(none) }), runContext());
    expect(nothing.text).toBe('[nothing found, 3 files searched, 1 sensitive file not searched]');
  });

  it('hands the whole question on', async () => {
    const asked: SearchQuery[] = [];
    const search = (query: SearchQuery) => {
      asked.push(query);
      return Promise.resolve(none);
    };
    await fileSearch.run({ pattern: 'x', regex: true, path: 'src', glob: '*.ts', case_sensitive: true }, portsWith({ search }), runContext());
    expect(asked).toEqual([{ pattern: 'x', regex: true, path: 'src', glob: '*.ts', caseSensitive: true }]);
    expect(fileSearch.subjects({ pattern: 'x', path: 'src' })).toEqual([{ kind: 'path', operation: 'search', path: 'src' }]);
  });
});
