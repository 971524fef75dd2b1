import { describe, expect, it } from 'vitest';
import { whitelist } from '../../../../src/policy/command/whitelist.js';
import { testGuard, trusted } from './command-fakes.js';

const guard = testGuard();

describe('the whitelist', () => {
  for (const entry of whitelist) {
    const title = entry.words.join(' ');
    it(`lets through what "${title}" says it matches, and asks`, async () => {
      for (const command of entry.match) {
        const { decision, plan } = await guard.judge({ command }, trusted);
        expect(decision, command).toMatchObject({ verdict: 'ask' });
        expect([plan?.program, ...(plan?.subcommand ?? [])]).toEqual(entry.words);
      }
    });
    it(`refuses what "${title}" says it doesn't match, with a rule and what to do`, async () => {
      for (const command of entry.notMatch) {
        const { decision, plan } = await guard.judge({ command }, trusted);
        expect(decision, command).toMatchObject({ verdict: 'deny' });
        expect(decision.rule).toMatch(/^(?:command|path)\.[a-z-]+$/);
        expect(decision.next).not.toBe('');
        expect(plan).toBeUndefined();
      }
    });
  }

  it('names every entry once, with examples for both sides', () => {
    const names = whitelist.map((entry) => entry.words.join(' '));
    expect(new Set(names).size).toBe(names.length);
    for (const entry of whitelist) expect(entry.match.length * entry.notMatch.length, entry.words.join(' ')).toBeGreaterThan(0);
  });
});
