import { describe, expect, it } from 'vitest';
import { checkPath, climbs, matching, name, notListed, number, oneOf, outside, patternFor, readable, refusalOf, text, type ValueKind } from '../../../../src/policy/command/value-kind.js';
import { recordingPaths } from './recording-paths.js';

const context = { paths: recordingPaths(), base: '/w' };

async function ruleFor(kind: ValueKind, value: string, there: Parameters<typeof recordingPaths>[0] = {}): Promise<string> {
  const { refusal } = await kind.check(value, { paths: recordingPaths(there), base: '/w' });
  return refusal?.rule ?? 'fine';
}

describe('the kinds of words', () => {
  it('are any text, and one of a list', async () => {
    expect(await text.check('-; rm', context)).toEqual({});
    expect(await oneOf('a', 'b').check('b', context)).toEqual({});
    expect(await oneOf('a', 'b').check('c', context)).toEqual({ refusal: notListed('c', 'one of a, b') });
    expect(oneOf('a', 'b').called).toBe('one of a, b');
  });

  it('match as a whole up to a length', async () => {
    const short = matching(/^a+$/, 'some letters', 3);
    expect(await ruleFor(short, 'aaa')).toBe('fine');
    expect(await short.check('aaaa', context)).toEqual({ refusal: notListed('aaaa', 'some letters') });
    expect(await ruleFor(short, 'ab')).toBe('command.argument-not-listed');
  });

  it('[P12] are numbers with a sign, a fraction and a unit, and nothing that only begins or ends so', async () => {
    for (const value of ['5', '+5', '-5', '1.25', '10k', '3MiB', '50%', '123456789012']) expect(await ruleFor(number, value), value).toBe('fine');
    for (const value of ['', 'a5', '5 ', '5;id', '1.', '.5', '1.2.3', '5kilo', '--5', '1234567890123', '1.1234567', '5k-']) expect(await ruleFor(number, value), value).not.toBe('fine');
  });

  it('[P12] are plain names that no program takes for a flag, and that do not climb', async () => {
    for (const value of ['main', '@scope/pkg', 'a.b-c_d:e+f', 'feature/x', 'ä1', 'a..b', 'a/..b', '_x']) expect(await ruleFor(name, value), value).toBe('fine');
    for (const value of ['', '-x', '/x', '.x', 'a b', 'a$b', 'a/../b', 'a/..', '..', '../x', 'a;b']) expect(await ruleFor(name, value), value).not.toBe('fine');
  });
});

describe('[P12] a word that is a path', () => {
  it('has nothing to be for an empty word, for standard input, and beyond the longest path', async () => {
    for (const value of ['', '-']) expect((await readable.check(value, context)).refusal).toMatchObject({ rule: 'command.argument-not-listed', reason: 'There is nothing on standard input.' });
    expect(await ruleFor(readable, 'a'.repeat(4096))).toBe('fine');
    expect(await ruleFor(readable, 'a'.repeat(4097))).toBe('path.too-long');
    expect(context.paths.asked).toEqual([]);
  });

  it('is asked of the path guard from the folder of the command, with what the tool may configure', async () => {
    const paths = recordingPaths();
    await checkPath('a', 'write', { paths, base: '/w/b', mayConfigure: false });
    await checkPath('a', 'read', { paths, base: '/w', mayConfigure: true });
    await checkPath('a', 'list', { paths, base: '/w' });
    expect(paths.asked).toEqual(['write a from /w/b locked', 'read a', 'list a']);
  });

  it('is refused with the reason of the path guard', async () => {
    expect(await checkPath('secret/a', 'read', context)).toEqual({ refusal: { refused: true, rule: 'path.sensitive', reason: 'secret/a is a secret.', next: 'Leave it.' } });
    expect((await checkPath('../a', 'read', context)).refusal).toMatchObject({ next: 'Use a path inside the workspace.' });
  });

  it('says what it touches, and that something may lie below what is no file', async () => {
    const paths = recordingPaths({ f: 'file', d: 'folder' });
    const touched = async (value: string) => (await checkPath(value, 'read', { paths, base: '/w' })).touched?.map((each) => [each.relative, each.operation, each.walks]);
    expect(await touched('f')).toEqual([['f', 'read', false]]);
    expect(await touched('d')).toEqual([['d', 'read', true]]);
    expect(await touched('gone')).toEqual([['gone', 'read', true]]);
    expect(await checkPath('f', 'read', { paths, base: '/w' })).toMatchObject({ exists: true, role: 'limits' });
    expect(await checkPath('gone', 'read', { paths, base: '/w' })).toMatchObject({ exists: false });
  });

  it('takes over what the path guard asks about, and only that', async () => {
    expect(await checkPath('config', 'write', context)).toMatchObject({ risk: 'critical', warnings: ['It can run code.', 'It starts by itself.'] });
    expect(await checkPath('a', 'write', context)).toMatchObject({ risk: 'low', warnings: [] });
    const unnamed = { check: async () => ({ decision: { verdict: 'ask', risk: 'high', rule: 'path.config', reason: 'It asks.' } as const }) };
    expect(await checkPath('a', 'write', { paths: unnamed, base: '/w' })).toEqual({ risk: 'high', warnings: ['It asks.'], touched: [], role: 'limits', exists: false });
  });
});

describe('[P12] a word that is a pattern', () => {
  const pattern = patternFor('read');
  async function asked(value: string): Promise<readonly string[]> {
    const paths = recordingPaths();
    await pattern.check(value, { paths, base: '/w' });
    return paths.asked;
  }

  it('is checked up to its first wildcard', async () => {
    expect(await asked('a/b')).toEqual(['read a/b']);
    expect(await asked('a/b*')).toEqual(['read a/']);
    expect(await asked('a/b/c?d/e')).toEqual(['read a/b/']);
    expect(await asked('a/[bc]')).toEqual(['read a/']);
    expect(await asked('*.ts')).toEqual(['read .']);
    expect(await asked('?/b')).toEqual(['read .']);
  });

  it('may not climb behind a wildcard, nor start outside', async () => {
    for (const value of ['*/../x', 'a*/../../x', '/etc/*', '~/*', 'C:/*', '\\x*']) expect((await pattern.check(value, context)).refusal, value).toEqual(outside(value));
    expect(await ruleFor(pattern, 'secret/*')).toBe('path.sensitive');
  });
});

describe('a text that is read as a path', () => {
  it('climbs when it starts outside, or has a segment of two dots', () => {
    for (const value of ['/', '/a', '~', '~/a', '\\a', 'C:/a', 'c:\\a', '..', 'a/..', '../a', 'a\\..\\b']) expect(climbs(value), value).toBe(true);
    for (const value of ['', 'a', 'a/b', '...', '..a', 'a..', 'a/..b', 'a~', 'C:', 'Ca:/', 'a/C:/x', '1:/x', 'a:b']) expect(climbs(value), value).toBe(false);
  });
});

describe('the reasons', () => {
  it('show a long word cut short', () => {
    const [fits, long] = ['a'.repeat(80), 'b'.repeat(81)];
    expect(notListed(fits, 'short').reason).toBe(`"${fits}" is not allowed here; it has to be short.`);
    expect(notListed(long, 'short').reason).toBe(`"${'b'.repeat(79)}…" is not allowed here; it has to be short.`);
    expect(outside(long)).toEqual({ refused: true, rule: 'path.outside-workspace', reason: `"${'b'.repeat(79)}…" can lead outside of the workspace.`, next: 'Use a path inside the workspace.' });
  });

  it('keep what the path guard says to do', () => {
    const denied = { verdict: 'deny', risk: 'high', rule: 'path.x', reason: 'No.' } as const;
    expect(refusalOf({ ...denied, next: 'Do y.' })).toEqual({ refused: true, rule: 'path.x', reason: 'No.', next: 'Do y.' });
    expect(refusalOf(denied).next).toBe('Use a path inside the workspace.');
  });
});
