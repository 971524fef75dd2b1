import { describe, expect, it } from 'vitest';
import { pathStyle } from '../../../../src/policy/path/path-style.js';
import { refuseSegment } from '../../../../src/policy/path/segment-rules.js';

const [linux, windows] = [pathStyle('linux'), pathStyle('win32')];

describe('a name in a path', () => {
  it.each([
    ['a:b', 'path.alternate-stream', /has a colon/],
    ['a\\b', 'path.backslash', /has a backslash/],
    ['a.', 'path.trailing-dot-or-space', /ends in a dot or a blank/],
    ['a ', 'path.trailing-dot-or-space', /ends in a dot or a blank/],
    ['...', 'path.trailing-dot-or-space', /ends in a dot or a blank/],
    ['con', 'path.device-name', /name of a device/],
    ['NUL.txt', 'path.device-name', /name of a device/],
    ['aux .txt', 'path.device-name', /name of a device/],
    ['com1', 'path.device-name', /name of a device/],
    ['LPT\u00b3.x', 'path.device-name', /name of a device/],
    ['conin$', 'path.device-name', /name of a device/],
    ['GIT~1', 'path.short-name', /short name/],
    ['progra~1', 'path.short-name', /short name/],
    ['a~123456.htm', 'path.short-name', /short name/],
    ['a~1.', 'path.trailing-dot-or-space', /ends in a dot/],
    ['a'.repeat(256), 'path.too-long', /255 bytes/],
    ['é'.repeat(128), 'path.too-long', /255 bytes/],
  ])('is refused when it is %j: %s', (name, rule, reason) => {
    for (const style of [linux, windows]) {
      const refusal = refuseSegment(style, name);
      expect(refusal).toMatchObject({ rule, reason: expect.stringMatching(reason) as string });
      if (rule !== 'path.too-long') expect(refusal?.next).toMatch(/^(?:Use|Write) .+\.$/);
    }
  });

  it('has more forbidden characters on Windows alone', () => {
    for (const character of '<>"|?*') {
      expect(refuseSegment(windows, `a${character}b`)).toMatchObject({ rule: 'path.bad-character', reason: expect.stringContaining('Windows') as string });
      expect(refuseSegment(linux, `a${character}b`)).toBeUndefined();
    }
  });

  it('is told with what it hides, and not whole when it is long', () => {
    expect(refuseSegment(linux, 'a\u202eb:c')?.reason).toContain('“a\\u202eb:c”');
    expect(refuseSegment(linux, `${'x'.repeat(300)}:`)?.reason).toContain(`“${'x'.repeat(80)}”`);
  });

  it.each(['a', '.git', '..a', 'a.b', 'console', 'icon', 'com', 'com10', 'lpta', 'nul-l', 'a~', '~1', 'a~b', 'toolong~1', 'a~1234567', 'a.b~1', 'a~1.html', 'xa~1.htm.b', 'a'.repeat(255), 'é'.repeat(127)])('may be %j', (name) => {
    expect(refuseSegment(linux, name)).toBeUndefined();
    expect(refuseSegment(windows, name)).toBeUndefined();
  });
});
