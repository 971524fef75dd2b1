import { describe, expect, it } from 'vitest';
import type { EntryData } from '../../../../src/policy/command/entry.js';
import { matchArguments } from '../../../../src/policy/command/match-arguments.js';
import { isRefusal } from '../../../../src/policy/command/refusal.js';
import { resolveEntry } from '../../../../src/policy/command/resolve-entry.js';
import type { ValueContext } from '../../../../src/policy/command/value-kind.js';
import { recordingPaths } from './recording-paths.js';

const base: EntryData = { words: ['tool', 'run'], about: 'runs', effect: 'reads', switches: '-l -p -r --all', values: { '-f': 'read', '-n': 'number' }, positional: 'read', match: [], notMatch: [] };
const there = { f: 'file', g: 'file', d: 'folder' } as const;

async function match(words: string, more: Partial<EntryData> = {}, context: Partial<ValueContext> = {}) {
  const paths = recordingPaths(there);
  const matched = await matchArguments(resolveEntry({ ...base, ...more }), words === '' ? [] : words.split(' '), { paths, base: '/w', ...context });
  if (isRefusal(matched)) return { ...matched, asked: paths.asked, args: [], warnings: [], touched: [] };
  return { ...matched, asked: paths.asked, touched: matched.touched.map((each) => `${each.operation} ${each.relative}${each.walks ? '/**' : ''}`) };
}

describe('[P12] the words behind those of an entry', () => {
  it('are as many as it takes', async () => {
    expect(await match('f g', { atMost: 1 })).toMatchObject({ rule: 'command.argument-not-listed', reason: '"tool run" does not take "g" here.', next: 'Leave it out.', asked: [] });
    expect(await match('f', { atMost: 0 })).toMatchObject({ reason: '"tool run" does not take "f" here.' });
    expect(await match('f', { atMost: 1, atLeast: 1 })).toMatchObject({ args: ['f'] });
    expect(await match('-l', { atLeast: 1 })).toMatchObject({ rule: 'command.argument-missing', reason: '"tool run" would wait for input, and there is none.' });
    expect(await match('f g f g f')).toMatchObject({ args: ['f', 'g', 'f', 'g', 'f'] });
    expect(await matchArguments(resolveEntry({ words: ['tool'], about: 'runs', effect: 'reads', match: [], notMatch: [] }), ['f'], { paths: recordingPaths(), base: '/w' })).toMatchObject({ rule: 'command.argument-not-listed' });
  });

  it('hold a flag without which an editor would open', async () => {
    const needs = { needsOneOf: '-p --all' };
    expect(await match('-l', needs)).toMatchObject({ rule: 'command.flag-missing', reason: '"tool run" without -p or --all would open an editor.', next: 'Add -p.' });
    expect(await match('--all', needs)).toMatchObject({ args: ['--all'] });
  });

  it('have kinds of their own where they stand first, unless a flag takes it away', async () => {
    const first = { first: { kind: 'number', unless: '-p' }, positional: 'read' } as const;
    expect(await match('5 f', first)).toMatchObject({ asked: ['read f'] });
    expect(await match('f f', first)).toMatchObject({ refused: true });
    expect(await match('-p f f', first)).toMatchObject({ asked: ['read f', 'read f'] });
    expect(await match('f 5 x', { first: { kind: 'read' }, positional: 'number' })).toMatchObject({ refused: true });
  });

  it('have kinds of their own behind two dashes', async () => {
    const dashes = { positional: 'number', afterDashes: 'read' } as const;
    expect(await match('5 -- f d g', dashes)).toMatchObject({ args: ['5', '--', 'f', 'd', 'g'], asked: ['read f', 'read d', 'read g'] });
    expect(await match('5 -- secret', dashes)).toMatchObject({ rule: 'path.sensitive' });
    expect(await match('5 f', dashes)).toMatchObject({ refused: true });
    expect(await match('5 -- cafe x', { positional: 'number', afterDashes: 'commit' })).toMatchObject({ args: ['5', '--', 'cafe^{commit}', 'x'] });
  });

  it('are told whether they stand in front of two dashes', async () => {
    expect((await match('f', { positional: 'revision' })).touched).toEqual(['read f']);
    expect((await match('f --', { positional: 'revision' })).touched).toEqual([]);
    expect((await match('-- f', { positional: 'revision' })).touched).toEqual(['read f']);
    expect((await match('-x', { positional: 'text' }))).toMatchObject({ refused: true, rule: 'command.flag-not-listed' });
  });

  it('that are values of flags are judged, and never walked', async () => {
    expect(await match('-f d')).toMatchObject({ touched: ['read d'], asked: ['read d'] });
    expect(await match('-f secret')).toMatchObject({ rule: 'path.sensitive' });
    expect(await match('-s f', { values: { '-s': 'revision' } })).toMatchObject({ touched: ['read f'] });
    expect(await match('-n x')).toMatchObject({ rule: 'command.argument-not-listed' });
    expect(await match('-f d', { reaches: { operation: 'read', from: 'folder' } })).toMatchObject({ touched: ['read d', 'read ./**'] });
  });

  it('raise the risk and bring their warnings, each once', async () => {
    expect(await match('f')).toMatchObject({ risk: 'medium', warnings: [] });
    expect(await match('f', { effect: 'runs', warnings: ['It runs.'] })).toMatchObject({ risk: 'high', warnings: ['It runs.'] });
    expect(await match('f', { effect: 'changes' })).toMatchObject({ risk: 'high' });
    expect(await match('config config -f config', { warnings: ['It can run code.'] })).toMatchObject({ risk: 'critical', warnings: ['It can run code.', 'It starts by itself.'] });
  });
});

describe('what a program is started with', () => {
  it('is what the entry inserts, the words, and behind the flags what it appends', async () => {
    const more = { insert: ['--no-pager'], append: { flags: ['--last'] } };
    expect(await match('-l f', more)).toMatchObject({ subcommand: ['run'], args: ['--no-pager', '-l', 'f', '--last'] });
    expect(await match('-l -- f g', more)).toMatchObject({ args: ['--no-pager', '-l', '--last', '--', 'f', 'g'] });
    expect(await match('-- f', more)).toMatchObject({ args: ['--no-pager', '--last', '--', 'f'] });
  });

  it('has what is appended for a flag only with that flag', async () => {
    const append = { append: { flags: ['--last'], when: '-p --all' } };
    expect(await match('f', append)).toMatchObject({ args: ['f'] });
    expect(await match('--all f', append)).toMatchObject({ args: ['--all', 'f', '--last'] });
  });
});

describe('what a program looks at by itself', () => {
  const reads = { reaches: { operation: 'read', from: 'folder' } } as const;

  it('is the folder it runs in, as the path guard has judged it', async () => {
    expect(await match('', reads)).toMatchObject({ touched: ['read ./**'], asked: ['read .'] });
    expect(await match('', { reaches: { operation: 'list', from: 'folder' } })).toMatchObject({ touched: ['list .'] });
    expect(await match('', reads, { base: '/w/d' })).toMatchObject({ touched: ['read d/**'], asked: ['read . from /w/d'] });
    const place = await recordingPaths(there).check('d', 'list');
    expect(await match('', reads, { base: '/w/d', place })).toMatchObject({ touched: ['read d/**'], asked: [] });
  });

  it('is the repository from its top, which is judged anew', async () => {
    const fromTop = { reaches: { operation: 'read', from: 'top' } } as const;
    const place = await recordingPaths(there).check('d', 'list');
    expect(await match('', fromTop, { base: '/w/d', top: '/w', place })).toMatchObject({ touched: ['read ./**'], asked: ['read .'] });
    expect(await match('', reads, { base: '/w/d', top: '/w', place })).toMatchObject({ touched: ['read d/**'], asked: [] });
    expect(await match('', fromTop, { base: '/w/d', place })).toMatchObject({ touched: ['read d/**'], asked: [] });
  });

  it('[P11] is refused, or asked about, where its place is', async () => {
    expect(await match('', reads, { base: '/w/secret' })).toMatchObject({ refused: true, rule: 'path.sensitive' });
    expect(await match('', { reaches: { operation: 'read', from: 'top' } }, { base: '/w/secret/d', top: '/w/secret' })).toMatchObject({ rule: 'path.sensitive' });
    expect(await match('', reads, { base: '/w/config' })).toMatchObject({ warnings: ['It can run code.', 'It starts by itself.'] });
    expect(await match('', reads, { base: '/w/d' })).toMatchObject({ warnings: [] });
    const bare = { check: async () => ({ decision: { verdict: 'ask', risk: 'low', rule: 'x', reason: 'It asks.' } as const }) };
    expect(await match('', reads, { paths: bare })).toMatchObject({ warnings: ['It asks.'], touched: [] });
  });

  it('is what the words name, where they name a place, with all below it', async () => {
    expect(await match('d', reads)).toMatchObject({ touched: ['read d/**'], asked: ['read d'] });
    expect(await match('f', reads)).toMatchObject({ touched: ['read f'] });
    expect(await match('d')).toMatchObject({ touched: ['read d'] });
    expect(await match('d', { positional: 'write' })).toMatchObject({ touched: ['write d/**'] });
    expect(await match('d', { ...reads, positional: 'list' })).toMatchObject({ touched: ['list d'] });
  });

  it('is nothing more where every word is one file of a revision', async () => {
    const revisions = { ...reads, positional: 'commit' } as const;
    expect(await match('HEAD:f', revisions)).toMatchObject({ touched: ['read f'], asked: ['read f'] });
    expect(await match('HEAD:f main', revisions)).toMatchObject({ touched: ['read f', 'read ./**'] });
    expect(await match('HEAD:f d', revisions)).toMatchObject({ touched: ['read f', 'read d/**'] });
    expect(await match('main', revisions)).toMatchObject({ touched: ['read ./**'] });
  });

  it('depends on flags where the entry says so', async () => {
    const when = { reaches: { operation: 'read', from: 'folder', when: '-p -r' } } as const;
    expect((await match('', when)).touched).toEqual([]);
    expect((await match('-r', when)).touched).toEqual(['read ./**']);
    const unless = { reaches: { operation: 'read', from: 'folder', unless: '-l' } } as const;
    expect((await match('', unless)).touched).toEqual(['read ./**']);
    expect((await match('-l', unless)).touched).toEqual([]);
    const both = { reaches: { operation: 'read', from: 'folder', when: '-p', unless: '-l' } } as const;
    expect((await match('', both)).touched).toEqual(['read ./**']);
    expect((await match('-l', both)).touched).toEqual([]);
    expect((await match('-l -p', both)).touched).toEqual(['read ./**']);
    expect((await match('')).touched).toEqual([]);
  });
});

describe('[P11] secrets below what is read', () => {
  const grep = { reaches: { operation: 'read', from: 'folder' }, leavesOut: 'grep' } as const;
  const leftOut = '--exclude=.[eE][nN][vV]';

  it('are left out where folders are walked, and that is said', async () => {
    for (const words of ['', 'd', 'f d', 'd f']) {
      const matched = await match(words, grep);
      expect(matched.args, words).toContain(leftOut);
      expect(matched.warnings.join(), words).toContain('secrets');
    }
  });

  it('are left out of files by their refused names alone, and nothing needs to be said', async () => {
    const matched = await match('f', grep);
    expect(matched.args).toContain(leftOut);
    expect(matched).toMatchObject({ warnings: [] });
    const walked = await match('d', grep);
    expect(matched.args.length < walked.args.length).toBe(true);
  });

  it('are left out wherever nobody could tell what is read', async () => {
    const nameless = { check: async () => ({ decision: { verdict: 'allow', risk: 'low', rule: 'x', reason: '' } } as const) };
    const matched = await match('', grep, { paths: nameless });
    expect(matched.touched).toEqual([]);
    expect(matched.args).toContain('--exclude=.[nN][pP][mM][rR][cC]');
    expect(matched.warnings.join()).toContain('secrets');
  });

  it('are left out by git behind a name that nobody foresees, unless two dashes stand there', async () => {
    const git = { leavesOut: 'git', reaches: { operation: 'read', from: 'top' }, positional: 'revision' } as const;
    expect((await match('HEAD', git)).args[1]).toMatch(/^:\(top,exclude,literal\)/);
    expect((await match('HEAD -- d', git)).args[3]).toBe(':(top,exclude,glob,icase)**/.env');
  });

  it('need no leaving out where nothing is read', async () => {
    expect(await match('f', { leavesOut: 'grep' })).toMatchObject({ args: ['f'], warnings: [] });
    expect(await match('d', { leavesOut: 'grep', reaches: { operation: 'list', from: 'folder' } })).toMatchObject({ args: ['d'], warnings: [] });
    expect(await match('HEAD:f', { ...grep, positional: 'commit' })).toMatchObject({ args: ['HEAD:f'] });
  });

  it('are left out in the way of the entry, which gets the words as they are started, and may refuse', async () => {
    const stash = { leavesOut: 'git-stash', reaches: { operation: 'read', from: 'top' }, positional: 'commit', switches: '-p --include-untracked' } as const;
    expect(await match('cafe -p', stash)).toMatchObject({ subcommand: ['diff'] });
    const matched = await match('cafe -p', stash);
    expect(matched.args.slice(0, 4)).toEqual(['-p', 'cafe^{commit}^1', 'cafe^{commit}', '--']);
    expect(await match('--include-untracked', stash)).toMatchObject({ refused: true, rule: 'command.flag-not-listed' });
  });

  it('say nothing where the way adds nothing', async () => {
    const written = { effect: 'changes', leavesOut: 'git-written', words: ['git', 'checkout'], positional: 'target' } as const;
    expect(await match('main', written)).toMatchObject({ args: ['main'], warnings: [] });
    const restored = await match('d', written);
    expect(restored.warnings.join()).toContain('.axon');
    expect(restored.args.length > 1).toBe(true);
  });
});
