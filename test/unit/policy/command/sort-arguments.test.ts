import { describe, expect, it } from 'vitest';
import type { EntryData } from '../../../../src/policy/command/entry.js';
import { isRefusal } from '../../../../src/policy/command/refusal.js';
import { resolveEntry } from '../../../../src/policy/command/resolve-entry.js';
import { sortArguments } from '../../../../src/policy/command/sort-arguments.js';

const base: EntryData = {
  words: ['tool', 'run'], about: 'runs', effect: 'reads', switches: '-l -a --all', values: { '-n --count': 'number' }, attached: { '-U --color': 'number' }, positional: 'text', match: [], notMatch: [],
};

/** The words sorted, values as text; or the rule that refused. */
function sort(words: string, more: Partial<EntryData> = {}) {
  const sorted = sortArguments(resolveEntry({ ...base, ...more }), words === '' ? [] : words.split(' '));
  if (isRefusal(sorted)) return sorted.rule;
  return { flags: [...sorted.flags].join(' '), values: sorted.values.map((each) => each.value).join(' '), positionals: sorted.positionals.map((each) => `${each.value}@${each.at}`).join(' '), dashes: sorted.dashes };
}

const nothing = { flags: '', values: '', positionals: '', dashes: -1 };

describe('the words of a command', () => {
  it('are flags, their values, and the rest', () => {
    expect(sort('')).toEqual(nothing);
    expect(sort('a -l b --all')).toEqual({ ...nothing, flags: '-l --all', positionals: 'a@0 b@2' });
    expect(sort('-n 5 a --count=6 --count 7')).toEqual({ ...nothing, flags: '-n --count', values: '5 6 7', positionals: 'a@2' });
    expect(sort('-')).toEqual({ ...nothing, positionals: '-@0' });
  });

  it('may be clustered, with the value in the same word or the next one', () => {
    expect(sort('-la')).toEqual({ ...nothing, flags: '-l -a' });
    expect(sort('-n5 a')).toEqual({ ...nothing, flags: '-n', values: '5', positionals: 'a@1' });
    expect(sort('-ln 5 a')).toEqual({ ...nothing, flags: '-l -n', values: '5', positionals: 'a@2' });
  });

  it('[P12] are no value of a flag that takes its own in the same word only', () => {
    expect(sort('-U0 a')).toEqual({ ...nothing, flags: '-U', values: '0', positionals: 'a@1' });
    expect(sort('-lU a')).toEqual({ ...nothing, flags: '-l -U', positionals: 'a@1' });
    expect(sort('-U a')).toEqual({ ...nothing, flags: '-U', positionals: 'a@1' });
    expect(sort('--color a')).toEqual({ ...nothing, flags: '--color', positionals: 'a@1' });
    expect(sort('--color=5 a')).toEqual({ ...nothing, flags: '--color', values: '5', positionals: 'a@1' });
  });

  it('[P12] are refused where a flag is on no list, alone or in a cluster, or has a value that it does not take', () => {
    for (const words of ['-x', '-lx', '-xl', '--al', '--alll', '--all=1', '-l=1', '-5']) expect(sort(words), words).toBe('command.flag-not-listed');
    expect(sort('-n')).toBe('command.flag-incomplete');
    expect(sort('a --count')).toBe('command.flag-incomplete');
    expect(sort('--count=')).toMatchObject({ values: '' });
  });

  it('are no flags behind two dashes, and keep their places', () => {
    expect(sort('-l -- -x a')).toEqual({ ...nothing, flags: '-l', positionals: '-x@2 a@3', dashes: 1 });
    expect(sort('a -- b', { afterDashes: 'text' })).toEqual({ ...nothing, positionals: 'a@0', dashes: 1 });
    expect(sort('--', { style: 'words' })).toBe('command.flag-not-listed');
  });

  it('may be a number of lines with a dash where the entry says so', () => {
    expect(sort('-15 a', { digits: true })).toEqual({ ...nothing, flags: '-15', positionals: 'a@1' });
    for (const words of ['-1x', '-x1']) expect(sort(words, { digits: true }), words).toBe('command.flag-not-listed');
  });

  it('are whole flags where letters do not cluster', () => {
    const words = { style: 'words', switches: '-run -l -a !' } as const;
    expect(sort('-run ! x', words)).toEqual({ ...nothing, flags: '-run !', positionals: 'x@2' });
    expect(sort('-la', words)).toBe('command.flag-not-listed');
  });

  it('come before every flag where the entry says so', () => {
    expect(sort('a b -l', { positionalsFirst: true })).toEqual({ ...nothing, flags: '-l', positionals: 'a@0 b@1' });
    expect(sort('a -l b', { positionalsFirst: true })).toBe('command.argument-not-listed');
  });

  it('are named in the refusal, with what is listed', () => {
    const refused = (words: readonly string[], data: Partial<EntryData> = {}) => sortArguments(resolveEntry({ ...base, ...data }), words);
    expect(refused(['-x'])).toMatchObject({ reason: '"-x" is not on the list for "tool run".', next: 'Leave it out or use one of: -l -a --all -n --count -U --color' });
    expect(refused(['-x'], { switches: '', values: {}, attached: {} })).toMatchObject({ next: 'Leave it out.' });
    expect(refused(['-n'])).toMatchObject({ reason: '"-n" needs a value.', next: 'Add the value.' });
    expect(refused(['-l', 'b'], { positionalsFirst: true })).toMatchObject({ reason: expect.stringContaining('in front of every flag') as string });
  });
});
