import { describe, expect, it } from 'vitest';
import type { EntryData } from '../../../../src/policy/command/entry.js';
import { kinds } from '../../../../src/policy/command/kinds.js';
import { resolveEntry, splitFlags } from '../../../../src/policy/command/resolve-entry.js';

const bare: EntryData = { words: ['tool'], about: 'runs', effect: 'reads', match: [], notMatch: [] };

describe('an entry ready for use', () => {
  it('has its kinds looked up, and none that it does not name', () => {
    expect(resolveEntry(bare)).toEqual({ data: bare, flags: new Map() });
    const data: EntryData = { ...bare, first: { kind: 'number', unless: '-a' }, positional: 'read', afterDashes: 'text' };
    expect(resolveEntry(data)).toMatchObject({ first: { kind: kinds['number'], unless: '-a' }, positional: kinds['read'], afterDashes: kinds['text'] });
    expect(resolveEntry({ ...bare, first: { kind: 'number' } }).first).toEqual({ kind: kinds['number'] });
  });

  it('has a table of its flags, in every spelling', () => {
    const { flags } = resolveEntry({ ...bare, switches: '-a  --all', values: { '-n --count': 'number' }, attached: { '-U': { oneOf: ['1'] } } });
    expect(flags.get('-a')).toEqual({ takes: 'nothing' });
    expect(flags.get('--all')).toEqual({ takes: 'nothing' });
    expect(flags.get('--count')).toEqual({ takes: 'value', kind: kinds['number'] });
    expect(flags.get('-U')).toMatchObject({ takes: 'attached', kind: { called: 'one of 1' } });
    expect([...flags.keys()]).toEqual(['-a', '--all', '-n', '--count', '-U']);
  });

  it('takes over the flags of a group, and of the group that it takes over; what it says itself wins', () => {
    const groups = { outer: { also: 'inner', switches: '-o -x' }, inner: { switches: '-i -o', values: { '-x -y': 'number' } } };
    const { flags } = resolveEntry({ ...bare, also: 'outer', values: { '-i': 'text' } }, groups);
    expect([...flags].map(([name, { takes }]) => `${name} ${takes}`).sort()).toEqual(['-i value', '-o nothing', '-x nothing', '-y value']);
  });

  it('is none when a group or kind is not there', () => {
    expect(() => resolveEntry({ ...bare, also: 'gone' })).toThrow('There is no group of flags named "gone".');
    expect(() => resolveEntry({ ...bare, positional: 'gone' })).toThrow('There is no kind of words named "gone".');
    expect(() => resolveEntry({ ...bare, positional: 'toString' })).toThrow('toString');
    expect(() => resolveEntry({ ...bare, values: { '-n': { pattern: '[', called: 'x' } } })).toThrow();
  });

  it('reads flags that are separated by blanks', () => {
    expect(splitFlags(' -a  --b ')).toEqual(['-a', '--b']);
    expect(splitFlags('')).toEqual([]);
    expect(splitFlags(undefined)).toEqual([]);
  });
});

describe('a kind of a person’s own', () => {
  it('is one of some words, or a pattern that the whole word has to match', () => {
    const { positional } = resolveEntry({ ...bare, positional: { pattern: 'a|b.', called: 'letters' } });
    const refuses = (value: string) => 'refusal' in (positional?.check(value, { paths: { check: () => Promise.reject(new Error('no path')) }, base: '/w' }) ?? {});
    for (const value of ['a', 'bc', 'b\n']) expect(refuses(value), value).toBe(false);
    for (const value of ['ab', 'xa', 'b', 'bcd', '']) expect(refuses(value), value).toBe(true);
    expect(positional?.called).toBe('letters');
  });
});
