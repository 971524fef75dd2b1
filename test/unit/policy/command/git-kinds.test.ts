import { describe, expect, it } from 'vitest';
import { commit, logFormat, pathspec, revision, target, wholeCommit } from '../../../../src/policy/command/git-kinds.js';
import type { ValueContext, ValueKind } from '../../../../src/policy/command/value-kind.js';
import { recordingPaths } from './recording-paths.js';

const there = { f: 'file', d: 'folder', 'd/e': 'folder', 'd/e/f': 'file', deadbeef: 'file' } as const;

/** What git gets, what is touched, what the path guard was asked; or the rule that refused. */
async function judge(kind: ValueKind, value: string, more: Partial<ValueContext> = {}) {
  const paths = recordingPaths(there);
  const { refusal, touched = [], role, instead, risk, warnings } = await kind.check(value, { paths, base: '/w', ...more });
  return { rule: refusal?.rule, asked: paths.asked, touched: touched.map((each) => `${each.operation} ${each.relative}`), role, instead, risk, warnings };
}
const ruleOf = async (kind: ValueKind, value: string) => (await judge(kind, value)).rule;
const askedOf = async (kind: ValueKind, value: string, more?: Partial<ValueContext>) => (await judge(kind, value, more)).asked;
const insteadOf = async (kind: ValueKind, value: string, more?: Partial<ValueContext>) => (await judge(kind, value, more)).instead;

describe('[P12] a limit on paths', () => {
  const spec = pathspec('read');

  it('is a path, a pattern, or what is left out', async () => {
    expect(await askedOf(spec, 'd/*.ts')).toEqual(['read d/']);
    expect((await pathspec('write').check('f', { paths: recordingPaths(there), base: '/w' })).touched).toMatchObject([{ operation: 'write' }]);
    for (const value of [':!d', ':^d', ':(exclude)d/**', ':!']) expect(await judge(spec, value), value).toMatchObject({ rule: undefined, asked: [] });
  });

  it('has no other magic, and leaves out nothing that lies outside', async () => {
    for (const value of [':/', ':(top)x', ':d', ':', 'secret']) expect(await ruleOf(spec, value), value).toBeDefined();
    for (const value of [':!../x', ':^/etc', ':(exclude)~/x', ':!:(top)x', ':!a\n/../x']) expect(await ruleOf(spec, value), value).toBe('path.outside-workspace');
    expect(await askedOf(spec, 'x:!y')).toEqual(['read x:!y']);
  });
});

describe('[P12] a revision', () => {
  it('may be a path, so each side of a range is asked about without its suffix', async () => {
    expect(await askedOf(revision, 'main~3^2')).toEqual(['read main']);
    expect(await askedOf(revision, 'main...f')).toEqual(['read main', 'read f']);
    expect(await askedOf(revision, '^main..side@{1}')).toEqual(['read main', 'read side']);
    for (const value of ['HEAD', '@', 'HEAD~1', '@{u}', '..', 'HEAD...@', '-']) expect(await judge(revision, value), value).toMatchObject({ rule: undefined, asked: [] });
  });

  it('loses only what git reads as a suffix', async () => {
    for (const value of ['main^', 'main~', 'main^-', 'main^-2', 'main^@', 'main^!', 'main^{commit}', 'main^{}', 'main@{-1}', 'main@{2 days ago}', 'main^^~2', 'main^12', 'main~12']) expect(await askedOf(revision, value), value).toEqual(['read main']);
    for (const value of ['main~x', 'main^{a{b}', 'main@{a{b}', 'main@x', 'main^2x', 'main~1x^']) expect(await askedOf(revision, value), value).toEqual([`read ${value}`]);
  });

  it('that climbs is one path, and no flag', async () => {
    expect(await judge(revision, '../x')).toMatchObject({ rule: 'path.outside-workspace', asked: ['read ../x'] });
    for (const value of ['-x', 'main..-x', '^-x']) expect(await ruleOf(revision, value), value).toBe('command.argument-not-listed');
    for (const value of ['secret', 'main..secret', 'secret^', '^secret']) expect(await ruleOf(revision, value), value).toBe('path.sensitive');
    expect(await askedOf(revision, 'x-')).toEqual(['read x-']);
  });

  it('that is there is a place to keep to; in front of two dashes it is none', async () => {
    expect(await judge(revision, 'f')).toMatchObject({ role: 'limits', touched: ['read f'], risk: 'low', warnings: [] });
    expect(await judge(revision, 'main')).toMatchObject({ role: undefined, touched: [] });
    expect(await judge(revision, 'f', { beforeDashes: true })).toMatchObject({ role: undefined, touched: [] });
    expect(await judge(revision, 'main..f')).toMatchObject({ role: 'limits', touched: ['read f'] });
    expect(await judge(revision, 'f..main')).toMatchObject({ role: 'limits', touched: ['read f'] });
  });
});

describe('[P12] a revision with a path', () => {
  it('is one file or folder, looked for in every folder up to the top', async () => {
    expect(await judge(revision, 'HEAD:f')).toMatchObject({ rule: undefined, role: 'object', asked: ['read f'], touched: ['read f'] });
    expect(await askedOf(revision, 'main:f')).toEqual(['read main', 'read f']);
    expect(await askedOf(revision, 'HEAD:f', { base: '/w/d/e', top: '/w' })).toEqual(['read f from /w/d/e', 'read f from /w/d', 'read f']);
    expect(await askedOf(revision, 'HEAD:f', { base: '/w/d', top: '/w/d' })).toEqual(['read f from /w/d']);
    expect(await askedOf(revision, 'HEAD:f', { base: '/w/d', top: '/v' })).toEqual(['read f from /w/d']);
    expect(await askedOf(revision, 'HEAD:f', { base: 'C:\\w\\d', top: 'C:\\w' })).toEqual(['read f from C:\\w\\d', 'read f from C:\\w']);
    expect(await askedOf(revision, 'HEAD:f', { base: '/w', top: '/w' })).toEqual(['read f']);
  });

  it('[P11] is looked for at the root of the disk too, where that is the workspace', async () => {
    expect(await askedOf(revision, 'HEAD:f', { base: '/a/b', top: '/' })).toEqual(['read f from /a/b', 'read f from /a', 'read f from /']);
    expect(await askedOf(revision, 'HEAD:f', { base: 'D:\\a', top: 'D:\\' })).toEqual(['read f from D:\\a', 'read f from D:\\']);
  });

  it('starts where the command runs when it says so', async () => {
    expect(await askedOf(revision, 'HEAD:./f', { base: '/w/d', top: '/w' })).toEqual(['read ./f from /w/d']);
    expect(await askedOf(revision, 'HEAD:.x/f', { base: '/w/d', top: '/w' })).toEqual(['read .x/f from /w/d', 'read .x/f']);
    expect(await askedOf(revision, 'HEAD:a./f', { base: '/w/d', top: '/w' })).toEqual(['read a./f from /w/d', 'read a./f']);
  });

  it('may name a stage of the index', async () => {
    expect(await askedOf(revision, ':0:f')).toEqual(['read f']);
    expect(await askedOf(revision, ':3:f')).toEqual(['read f']);
    expect(await askedOf(revision, ':f')).toEqual(['read f']);
    expect(await askedOf(revision, ':4:f')).toEqual(['read 4:f']);
    expect(await askedOf(revision, 'HEAD:a1:f')).toEqual(['read a1:f']);
  });

  it('is refused when any part of it is, or could be another', async () => {
    for (const value of ['HEAD:a..b', 'a..b:f', 'HEAD:../f', 'HEAD:/f', 'HEAD:', ':', ':0:', ':0:/f', '-x:f']) expect(await judge(revision, value), value).toMatchObject({ rule: 'command.argument-not-listed', asked: [] });
    for (const value of ['secret:f', 'HEAD:secret', ':secret/f', 'secret~1:f']) expect(await ruleOf(revision, value), value).toBe('path.sensitive');
    expect((await judge(revision, 'HEAD:secret', { base: '/w/d', top: '/w' })).rule).toBe('path.sensitive');
  });

  it('takes over what any of the folders asks about', async () => {
    expect(await judge(revision, 'HEAD:config', { base: '/w/d', top: '/w' })).toMatchObject({ risk: 'critical', warnings: ['It can run code.', 'It starts by itself.', 'It can run code.', 'It starts by itself.'] });
  });
});

describe('[P12] the number of an object', () => {
  it('is bound to be a commit’s where content is printed', async () => {
    expect(await insteadOf(commit, 'cafe')).toBe('cafe^{commit}');
    expect(await insteadOf(commit, 'CAFE123~2')).toBe('CAFE123^{commit}~2');
    expect(await insteadOf(commit, '^cafe123..v1-3-gcafe^{}')).toBe('^cafe123^{commit}..v1-3-gcafe^{commit}^{}');
    expect(await insteadOf(commit, `HEAD...${'a'.repeat(64)}`)).toBe(`HEAD...${'a'.repeat(64)}^{commit}`);
    expect(await insteadOf(revision, 'cafe')).toBe('cafe');
  });

  it('is no word that only holds one, and no file that is there', async () => {
    for (const value of ['caf', 'main', 'cafe-x', 'xcafe', 'a'.repeat(65), 'v1-gcaf', 'HEAD']) expect(await insteadOf(commit, value), value).toBe(value);
    expect(await insteadOf(commit, 'deadbeef')).toBe('deadbeef');
    expect(await insteadOf(commit, 'deadbeef', { beforeDashes: true })).toBe('deadbeef^{commit}');
    expect(await insteadOf(commit, 'cafe:f')).toBeUndefined();
  });

  it('stands for itself alone where all that it holds is walked through', async () => {
    expect(await judge(wholeCommit, 'cafe')).toMatchObject({ rule: undefined, instead: 'cafe^{commit}' });
    expect(await judge(wholeCommit, 'HEAD:d')).toMatchObject({ rule: 'command.argument-not-listed', asked: [] });
  });
});

describe('[P12] what is switched to or brought back', () => {
  it('is judged as written where it could be a path', async () => {
    expect(await askedOf(target, 'gone')).toEqual(['read gone', 'write gone']);
    expect(await askedOf(target, 'gone~1')).toEqual(['read gone', 'write gone']);
    expect(await judge(target, 'f')).toMatchObject({ role: 'limits', touched: ['write f'] });
    expect(await judge(target, 'gone')).toMatchObject({ role: undefined, touched: [] });
    expect(await judge(target, '*.ts')).toMatchObject({ role: 'limits', touched: ['write .'] });
    expect(await judge(target, 'x[a]')).toMatchObject({ role: 'limits' });
    expect(await ruleOf(target, ':/')).toBe('command.argument-not-listed');
    expect(await ruleOf(target, 'secret')).toBe('path.sensitive');
  });

  it('is a revision in front of two dashes, and where no path is written so', async () => {
    expect(await askedOf(target, 'gone', { beforeDashes: true })).toEqual(['read gone']);
    for (const value of ['HEAD', '@', '-', 'HEAD~1', '@{-1}']) expect(await judge(target, value), value).toMatchObject({ rule: undefined, asked: [] });
    expect(await insteadOf(target, 'cafe', { beforeDashes: true })).toBe('cafe');
    expect(await askedOf(target, 'main...side')).toEqual(['read main', 'read side']);
  });

  it('may ask only because it is written', async () => {
    const paths = { check: async (_: string, operation: string) => ({ decision: { verdict: operation === 'write' ? 'deny' : 'allow', risk: 'high', rule: 'path.internal', reason: 'No.' } as const }) };
    expect((await target.check('gone', { paths, base: '/w' })).refusal).toMatchObject({ rule: 'path.internal' });
  });
});

describe('[P12] a format of the history', () => {
  it('is one of git’s own, or text that no alias of a repository is called', async () => {
    for (const value of ['oneline', 'short', 'medium', 'full', 'fuller', 'reference', 'email', 'raw', 'format:%H', 'tformat:', '%h %s', 'a b', '%an']) expect(await ruleOf(logFormat, value), value).toBeUndefined();
    for (const value of ['mine', 'oneline2', 'xoneline', 'alias.x y', 'my-format', '', 'xformat', 'a.b!']) expect(await ruleOf(logFormat, value), value).toBeDefined();
  });

  it('starts no program for signatures', async () => {
    for (const value of ['%G?', 'format:%GS', 'format:%+GS', 'format:%-G?', 'tformat:% GK', 'format:%h\n%GF']) expect(await ruleOf(logFormat, value), value).toBeDefined();
    expect(await ruleOf(logFormat, 'format:%gG')).toBeUndefined();
  });
});
