import { describe, expect, it } from 'vitest';
import { formatAbsolute, parseAbsolute, pathStyle } from '../../../../src/policy/path/path-style.js';
import { outermostRootOf, realRoots, rootOf, splitAtRoot } from '../../../../src/policy/path/real-roots.js';
import { MemoryPathFs } from './memory-path-fs.js';

const style = pathStyle('linux');
const at = (path: string) => parseAbsolute(style, path)!;

function rootsOf(folders: readonly string[], writable: readonly string[] = [], fs = new MemoryPathFs('linux')) {
  for (const path of [...folders, ...writable]) if (path.startsWith('/') && !path.includes('missing') && !path.includes('link')) fs.folder(path);
  return realRoots({ folders: () => folders.map((path, index) => ({ name: `f${index}`, path })), writable: () => writable }, fs, style);
}
const nameOf = (root: { name: string | undefined; real: ReturnType<typeof at> } | undefined) => root && `${root.name ?? '-'} ${formatAbsolute(style, root.real)}`;

describe('the folders in which paths may lie', () => {
  it('are the open ones and then the writable ones, links resolved, both spellings kept', () => {
    const fs = new MemoryPathFs('linux').folder('/real').link('/link', '/real');
    const { folders, writable, all } = rootsOf(['/link'], ['/w'], fs);
    expect(folders).toEqual([{ name: 'f0', given: at('/link'), real: at('/real') }]);
    expect(writable.map(nameOf)).toEqual(['- /w']);
    expect(all).toEqual([...folders, ...writable]);
  });

  it('are left out when they are not there or not absolute', () => {
    expect(rootsOf(['/missing', 'relative', '', '/a'], ['/missing', '.']).all.map(nameOf)).toEqual(['f3 /a']);
  });

  it('are the innermost open folder for a path, before any writable one', () => {
    const roots = rootsOf(['/a/b', '/a', '/a/b/c'], ['/a/b/c/d', '/w', '/w/x']);
    expect(['/a/x', '/a/b', '/a/b/c/d/e', '/w/x/y', '/w/y', '/elsewhere', '/ab'].map((path) => nameOf(rootOf(style, roots, at(path))))).toEqual(['f1 /a', 'f0 /a/b', 'f2 /a/b/c', '- /w/x', '- /w', undefined, undefined]);
  });

  it('are the outermost one of any kind for the names that are protected', () => {
    const roots = rootsOf(['/a/b/c', '/a/b'], ['/a', '/a/b/c/d']);
    expect(['/a/b/c/d/e', '/a/x', '/elsewhere'].map((path) => nameOf(outermostRootOf(style, roots, at(path))))).toEqual(['- /a', '- /a', undefined]);
  });

  it('take an absolute path apart where it is spelled, at the innermost', () => {
    const fs = new MemoryPathFs('linux').folder('/real').link('/link', '/real').folder('/real/in');
    const roots = rootsOf(['/link', '/real/in'], [], fs);
    const split = (path: string) => {
      const found = splitAtRoot(style, roots.all, at(path));
      return found && `${nameOf(found.root) ?? ''} + ${found.below.join('/')}`;
    };
    expect(['/link/a/../b', '/real/a', '/real/in/a', '/link/in/a', '/linked/a', '/'].map(split)).toEqual(['f0 /real + a/../b', 'f0 /real + a', 'f1 /real/in + a', 'f0 /real + in/a', undefined, undefined]);
  });
});
