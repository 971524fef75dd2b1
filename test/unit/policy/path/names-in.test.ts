import { describe, expect, it } from 'vitest';
import { namesIn } from '../../../../src/policy/path/names-in.js';
import { parseAbsolute, pathStyle } from '../../../../src/policy/path/path-style.js';
import type { RealRoot } from '../../../../src/policy/path/real-roots.js';

const style = pathStyle('linux');
const at = (path: string) => parseAbsolute(style, path)!;
const root = (real: string, given = real): RealRoot => ({ name: 'r', given: at(given), real: at(real) });

function names(path: string, folders: readonly RealRoot[], { writable = [], written = path }: { writable?: readonly RealRoot[]; written?: string } = {}) {
  return namesIn(style, { path: at(path), written: at(written), roots: { folders, writable, all: [...folders, ...writable] } });
}

describe('what a path is called', () => {
  it('is its name below the open folder, and a point for the folder itself', () => {
    const [a, self] = [names('/w/app/src/a', [root('/w/app', '/link')]), names('/w/app', [root('/w/app')])];
    expect(a).toEqual({ real: [{ folder: '/w/app', given: '/link', name: 'src/a' }], written: a.real });
    expect(a.written).toBe(a.real);
    expect(self.real).toEqual([{ folder: '/w/app', given: '/w/app', name: '.' }]);
  });

  it('has a name in each open folder that it lies in, and one of a writable folder only elsewhere', () => {
    const folders = [root('/w'), root('/w/app')];
    expect(names('/w/app/a', folders, { writable: [root('/')] }).real.map(({ folder, name }) => `${folder} ${name}`)).toEqual(['/w app/a', '/w/app a']);
    expect(names('/out/a', folders, { writable: [root('/out')] }).real).toEqual([{ folder: '/out', given: '/out', name: 'a' }]);
    expect(names('/elsewhere', folders).real).toEqual([]);
  });

  it('is told as it was written, too, where a link was followed', () => {
    const { real, written } = names('/w/app/src/a', [root('/w/app')], { written: '/w/app/link/a' });
    expect([real, written].map((each) => each.map(({ name }) => name))).toEqual([['src/a'], ['link/a']]);
  });

  it('tells the open folders below, which who walks gets into', () => {
    const folders = [root('/w'), root('/w/app/lib', '/link')];
    expect(names('/w', folders).inner).toEqual([{ folder: '/w/app/lib', given: '/link', at: 'app/lib' }]);
    expect(names('/w/app', folders).inner).toEqual([{ folder: '/w/app/lib', given: '/link', at: 'lib' }]);
    for (const path of ['/w/app/lib', '/w/app/lib/a', '/w/other']) expect(names(path, folders), path).not.toHaveProperty('inner');
  });
});
