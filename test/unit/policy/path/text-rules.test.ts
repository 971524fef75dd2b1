import { describe, expect, it } from 'vitest';
import { pathStyle } from '../../../../src/policy/path/path-style.js';
import { refuseForeign, refuseText } from '../../../../src/policy/path/text-rules.js';

const [linux, windows] = [pathStyle('linux'), pathStyle('win32')];

describe('the text of a path', () => {
  it.each([
    ['', 'path.empty', /empty/],
    [' \t', 'path.empty', /empty/],
    ['a'.repeat(4097), 'path.too-long', /4,096/],
    ['a\u0000b', 'path.control-character', /control character/],
    ['a\u001fb', 'path.control-character', /control character/],
    ['a\nb', 'path.control-character', /control character/],
    ['a\u007fb', 'path.control-character', /control character/],
    ['a\u009fb', 'path.control-character', /control character/],
    ['a\u2028b', 'path.control-character', /control character/],
    ['a\ud800b', 'path.control-character', /well-formed/],
  ])('is refused when it is %j: %s', (text, rule, reason) => {
    expect(refuseText(text)).toMatchObject({ rule, reason: expect.stringMatching(reason) as string });
  });

  it('may be long, odd and in any language', () => {
    for (const text of ['a'.repeat(4096), '.', 'ü', 'a b', '\u00a0a', '日本', '😀']) expect(refuseText(text), text.slice(0, 9)).toBeUndefined();
  });
});

describe('a path that is not inside an open folder', () => {
  it.each([
    ['//server/share', 'path.network-or-device'],
    ['\\\\server\\share', 'path.network-or-device'],
    ['/\\server', 'path.network-or-device'],
    ['\\??\\C:\\a', 'path.network-or-device'],
    ['C:\\a', 'path.outside-workspace'],
    ['c:a', 'path.outside-workspace'],
    ['https://example.com/', 'path.url'],
    ['file:/etc/passwd', 'path.url'],
    ['mailto:a', 'path.url'],
    ['h2+x.y-z:/a', 'path.url'],
    ['/etc/passwd', 'path.outside-workspace'],
    ['"a"', 'path.quoted'],
    ['a\'', 'path.quoted'],
    ['\u201ca', 'path.quoted'],
    ['~', 'path.home'],
    ['~/a', 'path.home'],
    ['~\\a', 'path.home'],
    ['~root/a', 'path.home'],
    ['$HOME', 'path.variable'],
    ['$HOME_2/a', 'path.variable'],
    ['${HOME}/a', 'path.variable'],
    ['%APPDATA%\\a', 'path.variable'],
    ['%A%', 'path.variable'],
  ])('%j is refused by %s, on every system', (text, rule) => {
    for (const style of [linux, windows]) {
      const refusal = refuseForeign(style, text);
      expect(refusal?.rule).toBe(rule);
      expect(refusal?.reason).toMatch(/^[“A-Z].+\.$/);
      expect(refusal?.next).toMatch(/^(?:Use|Write) .+\.$/);
    }
  });

  it('has a backslash in front only on Windows', () => {
    expect(refuseForeign(windows, '\\a')?.rule).toBe('path.outside-workspace');
    expect(refuseForeign(linux, '\\a')).toBeUndefined();
  });

  it.each(['a', 'a/b', './a', '../a', 'a~', 'a~/b', 'a/~/b', '~a', 'a$HOME', '$home', '$', '$HOMEx!', 'a/$HOME', '${a', '%a', 'a%b%c', '100%', 'aa::b', 'don\'t.md', 'a"b', 'ab:c/d', '1:a', 'x/https://a', 'a\\\\b', 'a//b'])('leaves %j to the rules for names', (text) => {
    expect(refuseForeign(linux, text)).toBeUndefined();
  });
});
