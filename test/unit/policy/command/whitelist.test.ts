import { describe, expect, it } from 'vitest';
import { whitelistSchema } from '../../../../src/policy/command/entry-schema.js';
import { whitelist } from '../../../../src/policy/command/whitelist.js';
import list from '../../../../src/policy/command/whitelist.json';
import { testGuard, trusted } from './command-fakes.js';

const guard = testGuard();

describe('the whitelist', () => {
  for (const entry of whitelist) {
    const title = entry.words.join(' ');
    it(`lets through what "${title}" says it matches, and asks`, async () => {
      for (const command of entry.match) {
        const { decision, plan } = await guard.judge({ command }, trusted);
        expect(decision, command).toMatchObject({ verdict: 'ask' });
        // What was put aside is shown by `git diff` where secrets have to be left out.
        const started = entry.leavesOut === 'git-stash' && command.includes('-p') ? ['git', 'diff'] : entry.words;
        expect([plan?.program, ...(plan?.subcommand ?? [])]).toEqual(started);
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

  it('is a file of its schema, whose groups of flags are there and used', () => {
    expect(whitelistSchema.safeParse(list).error?.issues ?? []).toEqual([]);
    const used = new Set([...whitelist, ...Object.values(list.flags)].map((each) => ('also' in each ? each.also : undefined)));
    expect(Object.keys(list.flags).filter((name) => !used.has(name))).toEqual([]);
  });

  it('names every entry once, with examples for both sides', () => {
    const names = whitelist.map((entry) => entry.words.join(' '));
    expect(new Set(names).size).toBe(names.length);
    for (const entry of whitelist) expect(entry.match.length * entry.notMatch.length, entry.words.join(' ')).toBeGreaterThan(0);
  });
});
