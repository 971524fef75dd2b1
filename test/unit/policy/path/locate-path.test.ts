import { describe, expect, it } from 'vitest';
import { locatePath } from '../../../../src/policy/path/locate-path.js';
import type { PathCheckOptions } from '../../../../src/policy/path/path-check.js';
import { parseAbsolute, pathStyle } from '../../../../src/policy/path/path-style.js';
import type { RealRoot, RealRoots } from '../../../../src/policy/path/real-roots.js';
import { isRefusal } from '../../../../src/policy/path/refusal.js';

function rootsOf(style: ReturnType<typeof pathStyle>, ...folders: readonly (readonly [string, string])[]): RealRoots {
  const all: RealRoot[] = folders.flatMap(([name, path]) => {
    const real = parseAbsolute(style, path);
    return real ? [{ name, given: real, real }] : [];
  });
  return { folders: all, writable: [], all };
}

/** `folder: names` of where a text points, or the rule that refused it. */
function locate(text: string, options: PathCheckOptions = {}, folders: readonly (readonly [string, string])[] = [['app', '/w/app']], platform: NodeJS.Platform = 'linux'): string {
  const style = pathStyle(platform);
  const located = locatePath(text, rootsOf(style, ...folders), style, options);
  return isRefusal(located) ? located.rule : `${located.root.name ?? ''}: ${located.written.join('/')} = ${located.plain.join('/')}`;
}

describe('where a text points', () => {
  it('is worked out below the first folder, `..` and all', () => {
    expect(locate('src/./a//b')).toBe('app: src/a/b = src/a/b');
    expect(locate('src/../a')).toBe('app: src/../a = a');
    expect(locate('.')).toBe('app:  = ');
    expect(locate('/w/app/src')).toBe('app: src = src');
    expect(locate('/w/app/a/../b')).toBe('app: a/../b = b');
  });

  it('[P11] is refused outside of every folder', () => {
    for (const text of ['..', '../app/a', 'a/../../b', '/w/app/..', '/w/app/../app/a', '/w/app/../../etc']) expect(locate(text), text).toBe('path.outside-workspace');
    for (const text of ['/etc/passwd', '/w/apple', '/w']) expect(locate(text), text).toBe('path.outside-workspace');
  });

  it('[P11] is refused by the rules for texts and for names, in absolute paths as well', () => {
    expect(locate('')).toBe('path.empty');
    expect(locate('a\u0000b')).toBe('path.control-character');
    expect(locate('/w/app/a\nb')).toBe('path.control-character');
    expect(locate('~/a')).toBe('path.home');
    expect(locate('//w/app/a')).toBe('path.network-or-device');
    expect(locate('a/b:c')).toBe('path.alternate-stream');
    expect(locate('/w/app/nul')).toBe('path.device-name');
    expect(locate('a /b')).toBe('path.trailing-dot-or-space');
    expect(locate('a//')).toBe('app: a = a');
  });

  it('is a share on Windows only where the share is open', () => {
    const folders = [['s', '\\\\server\\share']] as const;
    expect(locate('//server/share/a', {}, folders, 'win32')).toBe('s: a = a');
    expect(locate('\\\\other\\share\\a', {}, folders, 'win32')).toBe('path.network-or-device');
  });

  it('starts at a folder’s name when several are open, and only then', () => {
    const two = [['app', '/w/app'], ['lib', '/w/lib']] as const;
    expect(locate('lib/a', {}, two)).toBe('lib: a = a');
    expect(locate('lib', {}, two)).toBe('lib:  = ');
    expect(locate('other/a', {}, two)).toBe('app: other/a = other/a');
    expect(locate('app/a')).toBe('app: app/a = app/a');
    expect(locate('lib/../app/a', {}, two)).toBe('path.outside-workspace');
  });

  it('starts at a base that is inside, and stays in it when it has to', () => {
    const base = '/w/app/x';
    expect(locate('a', { base })).toBe('app: x/a = x/a');
    expect(locate('../a', { base })).toBe('app: x/../a = a');
    expect(locate('../../a', { base })).toBe('path.outside-workspace');
    for (const text of ['../a', '/w/app/x/a', '/w/app/a']) expect(locate(text, { base, confine: true }), text).toBe('path.leaves-base');
    expect(locate('b/../a', { base, confine: true })).toBe('app: x/b/../a = x/a');
    for (const outside of ['/etc', 'x', '/w/app/../y']) expect(locate('a', { base: outside }), outside).toBe('path.outside-workspace');
  });

  it('is nowhere without a folder', () => {
    expect(locate('a', {}, [])).toBe('path.no-folder');
  });
});
