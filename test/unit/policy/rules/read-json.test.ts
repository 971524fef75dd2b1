import { describe, expect, it } from 'vitest';
import { readJson, type JsonPath } from '../../../../src/policy/rules/read-json.js';

function problems(text: string): readonly string[] {
  const read = readJson(text);
  return read.ok ? [] : read.problems.map(({ message, offset = -1, length = 0 }) => `${message} @${text.slice(offset, offset + length)}`);
}
/** The text that a problem there points at. */
function pointed(text: string, path: JsonPath, key?: string): string {
  const read = readJson(text);
  if (!read.ok) throw new Error('not read');
  const { message, offset = -1, length = 0 } = read.json.at(path, 'Oh.', key);
  expect(message).toBe('Oh.');
  return text.slice(offset, offset + length);
}

describe('the text of rules', () => {
  it('is strict JSON', () => {
    const read = readJson('{"a": [1, "b", null, true]}');
    expect(read.ok && read.json.value).toEqual({ a: [1, 'b', null, true] });
    expect(problems('[1,]')).toEqual(['This is not JSON: value expected. @]']);
    expect(problems('[1 2]')).toEqual(['This is not JSON: comma expected. @2']);
    for (const text of ['', ' ', '[1] // x', '/* x */ []', '{a: 1}', "['a']", '[1', '[1] [2]']) expect(problems(text).length, text).toBeGreaterThan(0);
    expect(problems('[1] // x')[0]).toContain('invalid comment token');
  });

  it('names nothing twice, at any depth, and not the prototype', () => {
    expect(problems('{"a": 1, "b": {"c": 1, "c": 2}, "a": 3}')).toEqual(['“c” is there twice. @"c"', '“a” is there twice. @"a"']);
    expect(problems('[{"x": 1}, {"x": 2}]')).toEqual([]);
    expect(problems('{"a": ["a", "a"]}')).toEqual([]);
    expect(problems('{"__proto__": {}}')).toEqual(['“__proto__” has no meaning here. @"__proto__"']);
  });

  it('is refused when it is nested too deep to be read', () => {
    const text = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(readJson(text)).toMatchObject({ ok: false, problems: [{ message: expect.stringContaining('nested too deep') as string }] });
  });
});

describe('the place of a problem', () => {
  const text = '{"rules": [{"id": "a", "match": {"x": 1}}, 7], "other": []}';

  it('is the value there, or the nearest one above', () => {
    expect(pointed(text, ['rules', 0, 'id'])).toBe('"a"');
    expect(pointed(text, ['rules', 1])).toBe('7');
    expect(pointed(text, ['rules', 0, 'match', 'gone', 'deep'])).toBe('{"x": 1}');
    expect(pointed(text, ['rules', 5])).toBe('[{"id": "a", "match": {"x": 1}}, 7]');
    expect(pointed(text, [])).toBe(text);
    expect(pointed(text, ['gone'])).toBe(text);
  });

  it('is the name of a property where that is meant', () => {
    expect(pointed(text, ['rules', 0, 'match'], 'x')).toBe('"x"');
    expect(pointed(text, ['rules', 0], 'match')).toBe('"match"');
    expect(pointed(text, ['rules', 0, 'match'], 'gone')).toBe('{"x": 1}');
    expect(pointed(text, ['other'], 'x')).toBe('[]');
    expect(pointed(text, ['rules', 0, 'id'], 'x')).toBe('"a"');
    expect(pointed(text, ['rules'], 'x')).toBe('[{"id": "a", "match": {"x": 1}}, 7]');
  });
});
