import { describe, expect, it } from 'vitest';
import type { PolicyRule } from '../../../src/policy/rules/rule.js';
import { asSeenRules, changeInWords, diffRules, seenBroken, seenReady } from '../../../src/vscode/policy-diff.js';

const rule = (id: string, more: Partial<PolicyRule> = {}): PolicyRule => ({ id, verdict: 'ask', match: { paths: ['infra/**'] }, reason: 'Ask.', ...more });
const loosens = (before: PolicyRule, after: PolicyRule): boolean | undefined => diffRules(seenReady([before]), seenReady([after]))?.loosens;

describe('what changed between two lists of rules', () => {
  it('is nothing when they mean the same, however they were written', () => {
    const written: PolicyRule = { reason: 'Ask.', match: { paths: ['infra/**'] }, verdict: 'ask', id: 'a' };
    expect(diffRules(seenReady([rule('a')]), seenReady([written]))).toBeUndefined();
    expect(diffRules(undefined, undefined)).toBeUndefined();
  });

  it('is named rule by rule, with both hashes', () => {
    const [before, after] = [seenReady([rule('a'), rule('b'), rule('c')]), seenReady([rule('b'), rule('c', { reason: 'Other.' }), rule('d')])];
    const change = diffRules(before, after);
    expect(change).toEqual({ before: before.hash, after: after.hash, state: 'ready', added: ['d'], removed: ['a'], changed: ['c'], loosens: true });
    expect(change && changeInWords(change)).toBe('1 added (d), 1 removed (a), 1 changed (c)');
  });

  it('is in short words when it is much', () => {
    const change = diffRules(undefined, seenReady(Array.from({ length: 9 }, (_, n) => rule(`r${n}`))));
    expect(change && changeInWords(change)).toBe('9 added (r0, r1, r2, r3, r4 and 4 more)');
    expect(change).not.toHaveProperty('before');
  });

  it('is the order, when it is that alone', () => {
    const change = diffRules(seenReady([rule('a'), rule('b')]), seenReady([rule('b'), rule('a')]));
    expect(change && changeInWords(change)).toBe('their order changed');
    expect(change?.loosens).toBe(false);
  });

  it('survives being remembered as JSON, and names like those of objects', () => {
    const seen = seenReady([rule('constructor'), rule('a')]);
    expect(asSeenRules(JSON.parse(JSON.stringify(seen)))).toEqual(seen);
    expect(diffRules(seenReady([rule('a')]), seen)?.added).toEqual(['constructor']);
    for (const other of [undefined, null, 7, {}, { ...seen, state: 'other' }]) expect(asSeenRules(other)).toBeUndefined();
  });
});

describe('a change loosens', () => {
  it.each<[string, PolicyRule, PolicyRule, boolean]>([
    ['when a denial becomes a question', rule('a', { verdict: 'deny' }), rule('a'), true],
    ['when the risk is lowered', rule('a', { risk: 'high' }), rule('a', { risk: 'medium' }), true],
    ['when the risk is no longer said', rule('a', { risk: 'high' }), rule('a'), true],
    ['when it is about something else, for that can be less', rule('a'), rule('a', { match: { paths: ['*.tf'] } }), true],
    ['when a rule holds for one tool only', rule('a'), rule('a', { tool: 'file_read' }), true],
    ['not when a question becomes a denial', rule('a'), rule('a', { verdict: 'deny' }), false],
    ['not when only the words change', rule('a'), rule('a', { reason: 'Because.', next: 'Ask Ann.' }), false],
  ])('%s', (_name, before, after, expected) => {
    expect(loosens(before, after)).toBe(expected);
  });

  it('when a rule is gone or a permission comes, and not the other way round', () => {
    const [none, denies, allows] = [seenReady([]), seenReady([rule('a', { verdict: 'deny' })]), seenReady([rule('b', { verdict: 'allow' })])];
    expect([diffRules(denies, none), diffRules(denies, undefined), diffRules(none, allows)].map((each) => each?.loosens)).toEqual([true, true, true]);
    expect([diffRules(none, denies), diffRules(undefined, denies), diffRules(allows, none)].map((each) => each?.loosens)).toEqual([false, false, false]);
  });

  it('also by way of rules that were broken for a while', () => {
    const denies = seenReady([rule('a', { verdict: 'deny' })]);
    const broken = seenBroken('{', denies);
    expect(diffRules(denies, broken)).toMatchObject({ state: 'broken', added: [], removed: [], changed: [], loosens: false });
    expect(diffRules(broken, seenReady([rule('a')]))?.loosens).toBe(true);
    expect(diffRules(broken, denies)?.loosens).toBe(false);
    expect(diffRules(broken, seenBroken('{', broken))).toBeUndefined();
  });
});
