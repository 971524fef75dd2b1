import { describe, expect, it } from 'vitest';
import { formatAbsolute, isWithin, parseAbsolute, pathStyle, sameName, splitSegments } from '../../../../src/policy/path/path-style.js';

const [linux, mac, windows] = [pathStyle('linux'), pathStyle('darwin'), pathStyle('win32')];

describe('paths of a platform', () => {
  it('fold names where the usual file system does', () => {
    expect((['linux', 'darwin', 'win32'] as const).map(pathStyle)).toEqual([{ win32: false, folds: false }, { win32: false, folds: true }, { win32: true, folds: true }]);
    expect([linux, mac, windows].map((style) => sameName(style, 'Ab', 'aB'))).toEqual([false, true, true]);
    expect(sameName(mac, 'a', 'b')).toBe(false);
    expect(sameName(linux, 'a', 'a')).toBe(true);
  });

  it('are absolute from the root, without names that mean nothing', () => {
    expect(parseAbsolute(linux, '/a//./b/..')).toEqual({ root: '/', segments: ['a', 'b', '..'] });
    expect(parseAbsolute(linux, '/')).toEqual({ root: '/', segments: [] });
    for (const text of ['', 'a', './a', '../a', '\\a', 'C:\\a']) expect(parseAbsolute(linux, text), text).toBeUndefined();
  });

  it('are absolute from a drive or a share on Windows, and from nothing else', () => {
    expect(parseAbsolute(windows, 'c:/a\\b')).toEqual({ root: 'C:\\', segments: ['a', 'b'] });
    expect(parseAbsolute(windows, '\\\\server\\share\\a')).toEqual({ root: '\\\\server\\share\\', segments: ['a'] });
    expect(parseAbsolute(windows, '//server/share')).toEqual({ root: '\\\\server\\share\\', segments: [] });
    for (const text of ['', 'a', '\\a', '/a', 'C:', 'C:a', 'xC:\\a', '\\\\?\\C:\\a', '\\\\.\\pipe\\a', '\\\\server', '\\\\server\\', 'a\\\\server\\share']) expect(parseAbsolute(windows, text), text).toBeUndefined();
  });

  it('are written as the platform does', () => {
    for (const text of ['/', '/a/b']) expect(formatAbsolute(linux, parseAbsolute(linux, text)!)).toBe(text);
    for (const text of ['C:\\', 'C:\\a\\b', '\\\\server\\share\\', '\\\\server\\share\\a']) expect(formatAbsolute(windows, parseAbsolute(windows, text)!)).toBe(text);
    expect(splitSegments(linux, 'a\\b/c')).toEqual(['a\\b', 'c']);
  });

  it('[P11] lie within others by whole names and on the same drive', () => {
    const within = (style: typeof linux, inner: string, outer: string) => isWithin(style, parseAbsolute(style, inner)!, parseAbsolute(style, outer)!);
    expect(['/a/b', '/a/b/c', '/a/bc', '/a', '/A/b', '/x/a/b'].map((inner) => within(linux, inner, '/a/b'))).toEqual([true, true, false, false, false, false]);
    expect(within(mac, '/A/b/c', '/a/B')).toBe(true);
    expect(within(windows, 'D:\\a', 'C:\\a')).toBe(false);
    expect(within(windows, '\\\\Server\\share\\A\\b', '\\\\server\\Share\\a')).toBe(true);
    expect(within(linux, '/a', '/')).toBe(true);
  });
});
