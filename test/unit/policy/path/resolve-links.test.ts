import { describe, expect, it } from 'vitest';
import type { PathCheckOptions } from '../../../../src/policy/path/path-check.js';
import { createPathGuard } from '../../../../src/policy/path/path-guard.js';
import { MemoryPathFs } from './memory-path-fs.js';

function open(platform: NodeJS.Platform = 'linux') {
  const workspace = platform === 'win32' ? 'C:/axon/ws' : '/axon/ws';
  const fs = new MemoryPathFs(platform).folder(workspace);
  const guard = createPathGuard({ roots: { folders: () => [{ name: 'ws', path: workspace }], writable: () => [workspace] }, platform, fs });
  const check = async (path: string, options?: PathCheckOptions) => (await guard.check(path, 'read', options)).decision;
  return { fs, guard, check };
}

describe('links on the way', () => {
  it('[P11] are never followed out of the workspace to look, and up again from there leads nowhere known', async () => {
    const { fs, check } = open();
    fs.link('/axon/ws/out', '../other/x/y').link('/axon/ws/back', '../other/x/../../ws/a').folder('/axon/other').link('/axon/other/x', '/etc');
    expect(await check('out')).toMatchObject({ verdict: 'deny', rule: 'path.link-outside' });
    expect(await check('back')).toMatchObject({ verdict: 'deny', rule: 'path.link-outside' });
    expect(fs.looked.filter((path) => path.startsWith('/axon/other'))).toEqual([]);
  });

  it('are followed as often as Linux follows them, and not once more', async () => {
    const { fs, check } = open();
    fs.folder('/axon/ws/end');
    for (let link = 0; link < 41; link++) fs.link(`/axon/ws/l${link}`, link === 0 ? 'end' : `l${link - 1}`);
    expect((await check('l39')).verdict).toBe('allow');
    expect(await check('l40')).toMatchObject({ verdict: 'deny', rule: 'path.link-loop', reason: expect.stringContaining('never end') as string });
  });

  it('lead to what lies at their end, and to a folder where they go up', async () => {
    const { fs, guard } = open();
    fs.file('/axon/ws/d/a', 2).link('/axon/ws/l', 'd/a').link('/axon/ws/up', 'd/..').link('/axon/ws/here', '.');
    expect((await guard.check('l', 'read')).decision.rule).toBe('path.hard-link');
    for (const path of ['up', 'here', '.']) {
      const decision = await guard.decide({ kind: 'path', operation: 'list', path }, { tool: 'file_list', trusted: true });
      expect(decision.grant?.key).toBe('read:/axon/ws');
    }
  });

  it('of Windows are understood in their long form, and refused on a share', async () => {
    const { fs, check } = open('win32');
    fs.folder('C:/axon/ws/a').link('C:/axon/ws/long', '\\\\?\\C:\\axon\\ws\\a').link('C:/axon/ws/share', '\\\\server\\share\\a').link('C:/axon/ws/rooted', '\\axon\\ws\\a').link('C:/axon/ws/drive', 'C:a');
    expect((await check('long')).verdict).toBe('allow');
    for (const path of ['share', 'rooted', 'drive']) expect(await check(path), path).toMatchObject({ verdict: 'deny', rule: 'path.link-outside' });
  });
});

describe('a path below a base', () => {
  it('[P11] stays inside it, is relative to it, and says so where it is not', async () => {
    const { fs, check } = open();
    fs.folder('/axon/ws/base/a').folder('/axon/ws/b').link('/axon/ws/base/l', '../b');
    const options = { base: '/axon/ws/base', confine: true };
    expect((await check('a', options)).verdict).toBe('allow');
    for (const path of ['../b', '/axon/ws/base/a', '/axon/ws/b', 'l', 'a/../../b']) expect(await check(path, options), path).toMatchObject({ verdict: 'deny', rule: 'path.leaves-base' });
    expect((await check('../b', { base: '/axon/ws/base' })).verdict).toBe('allow');
    expect((await check('../b', options)).next).toContain('inside that folder');
  });

  it('[P11] is refused when the base itself is outside', async () => {
    const { check } = open();
    for (const base of ['/etc', '/axon/ws/../other', 'relative']) {
      expect(await check('a', { base }), base).toMatchObject({ verdict: 'deny', rule: 'path.outside-workspace', reason: expect.stringContaining('starts from') as string });
    }
  });
});
