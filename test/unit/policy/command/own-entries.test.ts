import { describe, expect, it } from 'vitest';
import type { EntryData } from '../../../../src/policy/command/entry.js';
import { entryFor, mayBeAllowed } from '../../../../src/policy/command/narrowest-entry.js';
import { isRefusal } from '../../../../src/policy/command/refusal.js';
import { splitWords } from '../../../../src/policy/command/split-words.js';
import { checkUserEntries, restOf } from '../../../../src/policy/command/user-entries.js';
import { findEntry, listedFor, programs } from '../../../../src/policy/command/whitelist.js';

/** Without the grammar: the splitter alone. */
const parse = async (command: string) => {
  const words = splitWords(command);
  return isRefusal(words) ? words : { words };
};
const entry = { words: ['tool'], match: ['tool'], notMatch: ['ls'] };
const problemsOf = async (...entries: unknown[]) => (await checkUserEntries(entries, parse)).problems.map(({ index, message }) => `${index} ${message}`);
const wordsOf = (command: string) => {
  const words = splitWords(command);
  if (isRefusal(words)) throw new Error(words.reason);
  return words;
};

describe('[P12] the entries of a person’s own', () => {
  it('are made ready as the schema says, with what they leave out', async () => {
    const { entries, problems } = await checkUserEntries([entry, { ...entry, in: '/w', about: 'formats', effect: 'reads', positional: 'read', match: ['tool x'], warnings: ['Mind.'] }], parse);
    expect(problems).toEqual([]);
    expect(entries[0]).toMatchObject({ words: ['tool'], entry: { data: { about: 'is a command that you put on the list', effect: 'runs' } } });
    expect(entries[0]).not.toHaveProperty('folder');
    expect(entries[0]?.entry.data).not.toHaveProperty('positional');
    expect(entries[1]).toMatchObject({ folder: '/w', entry: { data: { about: 'formats', effect: 'reads', warnings: ['Mind.'] } } });
    expect(entries[1]?.entry.data).not.toHaveProperty('in');
  });

  it('are reported with their place when they are wrong, and the others count', async () => {
    const { entries, problems } = await checkUserEntries([{ ...entry, words: ['bash'], match: ['bash'] }, entry, 7], parse);
    expect(entries).toHaveLength(1);
    expect(problems.map(({ index }) => index)).toEqual([0, 2]);
    expect(await problemsOf(7)).toEqual(['0 The entry is missing or not of the right form.']);
    expect(await problemsOf({ ...entry, x: 1, y: 2 })).toEqual(['0 The entry has a key that is not known: x, y.']);
    expect(await problemsOf({ ...entry, first: { kind: 'text', z: 1 } })).toEqual(['0 "first" has a key that is not known: z.']);
    expect(await problemsOf({ ...entry, words: [''] })).toEqual(['0 "words.0" is missing or not of the right form.']);
    expect((await problemsOf({ ...entry, first: { kind: { pattern: '(a+)+', called: 'x' } } }))[0]).toContain('"first.kind');
    const throwing = { ...entry, get words(): never {
      throw new Error('Not today.');
    } };
    expect(await problemsOf(throwing)).toEqual(['0 Not today.']);
  });

  it('pass their own tests', async () => {
    expect(await problemsOf({ ...entry, match: ['tool', 'tool x'] })).toEqual(['0 It has to let through "tool x" (match), and does not.']);
    expect(await problemsOf({ ...entry, notMatch: ['ls', 'tool'] })).toEqual(['0 It must not let through "tool" (notMatch), and does.']);
    expect(await problemsOf({ ...entry, match: ['tool; ls'] })).toEqual(['0 It has to let through "tool; ls" (match), and does not.']);
    expect(await problemsOf({ ...entry, positional: 'read', match: ['tool a/b'], notMatch: ['tool ../a', 'tool /a', 'tool ~/a', 'ls a', '"tool" a', 'tools a'] })).toEqual([]);
    expect(await problemsOf({ ...entry, positional: 'read', match: ['tool ../a'] })).toHaveLength(1);
  });

  it('count for commands that begin with their words, the program written plainly', async () => {
    const { entries } = await checkUserEntries([{ ...entry, words: ['tool', 'run'], match: ['tool run'] }], parse);
    const [own] = entries;
    if (!own) throw new Error('no entry');
    expect(restOf(own, wordsOf('tool run a "b c"'))).toEqual(['a', 'b c']);
    expect(restOf(own, wordsOf('tool "run" a'))).toEqual(['a']);
    expect(restOf(own, wordsOf('tool run'))).toEqual([]);
    for (const command of ['"tool" run', 'tool', 'tool walk', 'tool x run', 'toolx run', '']) expect(restOf(own, wordsOf(command)), command).toBeUndefined();
  });
});

describe('the narrowest entry', () => {
  it('may be asked for where nothing but the list refuses', () => {
    for (const rule of ['command.not-listed', 'command.flag-not-listed', 'command.argument-not-listed']) expect(mayBeAllowed(rule), rule).toBe(true);
    for (const rule of ['command.chaining', 'path.sensitive', 'trust.no-execution', 'command.never-listed', '']) expect(mayBeAllowed(rule), rule).toBe(false);
  });

  it('is of its words, and tests that fewer and more are refused', () => {
    expect(entryFor(['tool', 'a b', '-x'], '/w')).toEqual({ words: ['tool', 'a b', '-x'], in: '/w', match: ["tool 'a b' -x"], notMatch: ["tool 'a b' -x --x", "tool 'a b' -x x", "tool 'a b'"] });
    expect(entryFor(['tool'], '/w')).toMatchObject({ notMatch: ['tool --x', 'tool x'] });
    expect(entryFor(['bash', 'x'], '/w')).toMatchObject({ refused: true, rule: 'command.never-listed' });
  });
});

describe('the whitelist', () => {
  const found = (command: string) => findEntry(wordsOf(command));

  it('is asked for the entry with the most words', () => {
    expect(found('git stash show -p')).toMatchObject({ entry: { data: { words: ['git', 'stash', 'show'] } }, rest: ['-p'] });
    expect(found('ls -la')).toMatchObject({ entry: { data: { words: ['ls'] } }, rest: ['-la'] });
    for (const command of ['lsx', 'git', 'git statusx', '"ls"', "git 'status'", '', 'rm x']) expect(found(command), command).toBeUndefined();
    expect(found('ls "-l"')?.rest).toEqual(['-l']);
  });

  it('takes git without its pager for git, once and plainly', () => {
    expect(found('git --no-pager status -s')).toMatchObject({ entry: { data: { words: ['git', 'status'] } }, rest: ['-s'] });
    for (const command of ['git "--no-pager" status', 'git --no-pager --no-pager status', 'gitx --no-pager status', 'git --no-page status']) expect(found(command), command).toBeUndefined();
    expect(found('ls --no-pager')?.rest).toEqual(['--no-pager']);
  });

  it('makes an entry ready once, and tells what there is', () => {
    expect(found('ls')?.entry).toBe(found('ls -l')?.entry);
    expect(programs()).toEqual(expect.arrayContaining(['ls', 'git', 'npm']) as string[]);
    expect(listedFor('git')).toEqual(expect.arrayContaining(['git status', 'git stash show']) as string[]);
    expect(listedFor('rm')).toEqual([]);
    const data = (found('ls')?.entry.data ?? {}) as EntryData;
    expect(data.about).not.toBe('');
  });
});
