import { describe, expect, it } from 'vitest';
import { userEntrySchema, whitelistSchema } from '../../../../src/policy/command/entry-schema.js';

const entry = { words: ['tool'], match: ['tool'], notMatch: ['ls'] };
const takes = (more: object): boolean => userEntrySchema.safeParse({ ...entry, ...more }).success;
const many = (count: number, of = 'a') => Array.from({ length: count }, () => of);

describe('[P12] the form of a person’s own entry', () => {
  it('is what the guard knows, and no more', () => {
    expect(takes({})).toBe(true);
    expect(takes({ in: '/w', about: 'runs', effect: 'reads', warnings: ['Mind.'], switches: '-a --all', values: { '-n': 'number' }, attached: { '-U -V': { oneOf: ['1'] } }, style: 'words', digits: true, needsOneOf: '-a', first: { kind: 'text', unless: '-a' }, positional: { pattern: 'a+', called: 'letters' }, atLeast: 0, atMost: 3, positionalsFirst: true, afterDashes: 'read' })).toBe(true);
    for (const more of [{ insert: ['x'] }, { append: { flags: [] } }, { leavesOut: 'rg' }, { reaches: { operation: 'list', from: 'folder' } }, { also: 'x' }, { batchFile: true }, { x: 1 }]) expect(takes(more), JSON.stringify(more)).toBe(false);
    for (const more of [{ effect: 'allows' }, { style: 'x' }, { digits: 1 }, { first: 'text' }, { first: { kind: 'text', x: 1 } }, { positional: 'gone' }, { positional: { oneOf: [] } }, { positional: { oneOf: ['a'], called: 'x' } }, { positional: { pattern: 'a' } }, { values: { '-n': 'gone' } }]) expect(takes(more), JSON.stringify(more)).toBe(false);
  });

  it('holds texts of one line that hide nothing, up to a length', () => {
    for (const field of ['about', 'in'] as const) {
      expect(takes({ [field]: 'a b' }), field).toBe(true);
      for (const bad of ['', 'a\nb', 'a\u202eb', 'a\u2028b', 'a\u2029b', 'a\u0000b', '\u0007']) expect(takes({ [field]: bad }), `${field} ${JSON.stringify(bad)}`).toBe(false);
    }
    expect([takes({ about: 'a'.repeat(200) }), takes({ about: 'a'.repeat(201) })]).toEqual([true, false]);
    expect([takes({ in: 'a'.repeat(4096) }), takes({ in: 'a'.repeat(4097) })]).toEqual([true, false]);
    expect([takes({ words: ['a'.repeat(1000)] }), takes({ words: ['a'.repeat(1001)] }), takes({ words: [''] }), takes({ words: ['a\u202eb'] })]).toEqual([true, false, false, false]);
    expect([takes({ warnings: ['a'.repeat(300)] }), takes({ warnings: ['a'.repeat(301)] })]).toEqual([true, false]);
    expect([takes({ match: ['a'.repeat(10_000)] }), takes({ match: ['a'.repeat(10_001)] })]).toEqual([true, false]);
    expect([takes({ positional: { pattern: 'a'.repeat(200), called: 'a'.repeat(300) } }), takes({ positional: { pattern: 'a'.repeat(201), called: 'x' } }), takes({ positional: { pattern: 'a', called: 'a'.repeat(301) } })]).toEqual([true, false, false]);
    expect([takes({ positional: { oneOf: ['a'.repeat(200)] } }), takes({ positional: { oneOf: ['a'.repeat(201)] } })]).toEqual([true, false]);
  });

  it('holds so many of each', () => {
    expect([takes({ words: [] }), takes({ words: many(100) }), takes({ words: many(101) })]).toEqual([false, true, false]);
    for (const field of ['match', 'notMatch']) expect([takes({ [field]: [] }), takes({ [field]: many(100) }), takes({ [field]: many(101) })], field).toEqual([false, true, false]);
    expect([takes({ warnings: many(10) }), takes({ warnings: many(11) })]).toEqual([true, false]);
    expect([takes({ positional: { oneOf: many(100) } }), takes({ positional: { oneOf: many(101) } })]).toEqual([true, false]);
    expect([-1, 0, 100, 101, 1.5].map((atLeast) => takes({ atLeast }))).toEqual([false, true, true, false, false]);
  });

  it('separates flags by single blanks', () => {
    for (const flags of ['-a', '-a --all', '! -x']) expect(takes({ switches: flags }), flags).toBe(true);
    for (const flags of ['', ' -a', '-a ', '-a  -b', '-a\n', '-a\t-b', 'a'.repeat(4001)]) {
      expect(takes({ switches: flags }), JSON.stringify(flags)).toBe(false);
      expect(takes({ values: { [flags]: 'text' } }), JSON.stringify(flags)).toBe(false);
    }
    expect(takes({ switches: 'a'.repeat(4000) })).toBe(true);
  });

  it('takes plain patterns only, and says so', () => {
    const { error } = userEntrySchema.safeParse({ ...entry, first: { kind: { pattern: '(a+)+', called: 'x' } } });
    expect(JSON.stringify(error?.issues)).toContain('has to be a plain pattern');
  });
});

describe('the form of the whitelist', () => {
  const listed = { words: ['tool'], about: 'runs', effect: 'reads', match: ['tool'], notMatch: ['ls'] };
  const isList = (more: object) => whitelistSchema.safeParse({ flags: { g: { switches: '-a' } }, entries: [{ ...listed, ...more }] }).success;

  it('may say more than a person’s own entry', () => {
    expect(isList({ note: 'Why.', batchFile: true, also: 'g', insert: ['--x'], append: { flags: ['--y'], when: '-a' }, leavesOut: 'git-history', reaches: { operation: 'read', from: 'top', when: '-a', unless: '-b' }, positional: { pattern: '(?=a)a', called: 'a' } })).toBe(true);
    for (const more of [{ in: '/w' }, { x: 1 }, { leavesOut: 'x' }, { reaches: { operation: 'write', from: 'top' } }, { reaches: { operation: 'read', from: 'x' } }, { append: ['--y'] }, { match: [] }, { notMatch: [] }, { words: many(6) }, { about: '' }]) expect(isList(more), JSON.stringify(more)).toBe(false);
  });

  it('has nothing beside its flags and entries', () => {
    expect(whitelistSchema.safeParse({ flags: {}, entries: [], x: 1 }).success).toBe(false);
    expect(whitelistSchema.safeParse({ flags: { g: { x: 1 } }, entries: [] }).success).toBe(false);
  });
});
