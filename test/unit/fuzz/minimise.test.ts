import { describe, expect, it } from 'vitest';
import { minimise } from '../../fuzz/minimise.js';

describe('making a failing command shorter', () => {
  it('leaves what the failure needs, and nothing else', async () => {
    const text = `ls -la src "a b" --color=never ; rm -rf . ${'x '.repeat(50)}`;
    expect(await minimise(text, async (candidate) => /;.*rm/.test(candidate), 1_000)).toBe(';rm');
  });

  it('keeps the parts that stand far from one another', async () => {
    expect(await minimise('abc<def>ghi', async (candidate) => candidate.includes('<') && candidate.includes('>'))).toBe('<>');
  });

  it('takes whole signs, never half of one', async () => {
    const seen: string[] = [];
    await minimise('a😀b', async (candidate) => (seen.push(candidate), candidate.includes('😀')));
    expect(seen.filter((each) => !each.isWellFormed())).toEqual([]);
  });

  it('gives up after so many trials, with the best so far', async () => {
    let trials = 0;
    const shorter = await minimise('x'.repeat(1_000), async (candidate) => (trials++, candidate.length > 100), 5);
    expect([trials <= 5, shorter.length < 1_000]).toEqual([true, true]);
  });
});
