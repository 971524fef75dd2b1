import { describe, expect, it } from 'vitest';
import { compileGlob, type Glob } from '../../../../src/policy/rules/glob.js';

function glob(pattern: string): Glob {
  const compiled = compileGlob(pattern);
  if (!compiled.ok) throw new Error(compiled.problem);
  return compiled.glob;
}

describe('a path pattern', () => {
  it.each<[string, string[], string[]]>([
    ['infra/**', ['infra', 'infra/a', 'infra/a/b', 'infra/.x'], ['infrared', 'x/infra/a', 'Infra/a', '.']],
    ['infra/*', ['infra/a', 'infra/.x'], ['infra', 'infra/a/b']],
    ['*.tf', ['a.tf', 'x/y/a.tf', '.tf'], ['a.tfx', 'a.tf/b']],
    ['infra', ['infra', 'x/infra'], ['infra/a', 'xinfra']],
    ['infra/', ['infra', 'infra/a/b', 'x/infra/a'], ['infrax/a']],
    ['a/b/', ['a/b', 'a/b/c'], ['x/a/b/c', 'a']],
    ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z'], ['z', 'a/bz', 'a/z/b']],
    ['**/z', ['z', 'a/z', 'a/b/z'], ['zz', 'a/zz']],
    ['a/**/**/z', ['a/z', 'a/b/c/z'], ['a']],
    ['**', ['.', 'a', 'a/b'], []],
    ['?.md', ['a.md', 'x/é.md', '😀.md'], ['.md', 'ab.md']],
    ['[a-c]x', ['ax', 'cx'], ['dx', 'x', '-x']],
    ['[!a-c]x', ['dx', '-x'], ['ax']],
    ['[^a]x', ['bx'], ['ax']],
    ['[a-]x', ['ax', '-x'], ['bx']],
    ['{src,lib}/*.{ts,js}', ['src/a.ts', 'lib/a.js'], ['src/a.md', 'x/src/a.ts']],
    ['a{,.bak}', ['a', 'a.bak', 'x/a.bak'], ['ab']],
    ['src/\\[id\\].tsx', ['src/[id].tsx'], ['src/i.tsx']],
    ['\\{a\\}', ['{a}'], ['a']],
    ['\\*', ['*'], ['a']],
    ['(group)/page', ['(group)/page'], ['group/page']],
    ['a*b*c', ['abc', 'axbxc', 'abbcc', 'abcabc'], ['ab', 'acb', 'abcd']],
  ])('%s', (pattern, matched, others) => {
    for (const name of matched) expect(`${name} ${glob(pattern).matches(name)}`).toBe(`${name} true`);
    for (const name of others) expect(`${name} ${glob(pattern).matches(name)}`).toBe(`${name} false`);
  });

  it('covers what lies in a folder that it stands for', () => {
    expect(['infra', 'x/infra/a', 'infra/a/b'].map((name) => glob('infra').matchesAbove(name))).toEqual([true, true, true]);
    expect(['src/a/b', 'src'].map((name) => glob('src/*').matchesAbove(name))).toEqual([true, false]);
  });

  it('knows whether something below a folder could be meant', () => {
    const below = (pattern: string, ...names: string[]) => names.map((name) => glob(pattern).matchesBelow(name));
    expect(below('infra/**', '.', 'infra', 'infra/a', 'src', 'infrared')).toEqual([true, true, true, false, false]);
    expect(below('a/b/c.txt', '.', 'a', 'a/b', 'a/b/c.txt', 'a/c', 'b')).toEqual([true, true, true, true, false, false]);
    expect(below('*.tf', '.', 'src/deep')).toEqual([true, true]);
    expect(below('{a,b}/x', 'a', 'b', 'c')).toEqual([true, true, false]);
  });

  it.each([
    '/etc/x', 'C:/x', 'c:x', '!infra', 'a/../b', './a', 'a//b', '..', '.', 'a\\b', 'a\\', '\\\\x', 'a**', '**a/b', 'a/**b', '[', 'a[', '[]', '[z-a]', '[[a]]', '[\\]]', '+(a)', '@(a|b)', '!(a)', 'x?(a)', '*(a)',
    '{a', 'a}', '{a}', '{a,{b,c}}', '{1..5}', '{a,1..5}', '{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}', '{/a,b}', '{..,b}/c', '',
  ])('refuses %j with what to write instead', (pattern) => {
    const compiled = compileGlob(pattern);
    expect(compiled.ok).toBe(false);
    expect(compiled.ok || compiled.problem).toMatch(/.{15}/);
  });

  it('takes time in proportion to what it reads, however hostile the pattern', () => {
    const patterns = [`${'*a'.repeat(200)}b`, `${'**/a/'.repeat(80)}b`, `${'**/*a*a*a*a*a*/'.repeat(20)}b`, `${'?*'.repeat(200)}b`, `${'[a-z]*'.repeat(60)}1`];
    const names = ['a'.repeat(255), Array.from({ length: 2000 }, () => 'a').join('/'), Array.from({ length: 16 }, () => 'a'.repeat(250)).join('/')];
    for (const pattern of patterns) {
      const { matches, matchesAbove, matchesBelow } = glob(pattern);
      for (const name of names) {
        const started = performance.now();
        for (const test of [matches, matchesAbove, matchesBelow]) test(name);
        expect(performance.now() - started).toBeLessThan(1_000);
      }
    }
  });
});
