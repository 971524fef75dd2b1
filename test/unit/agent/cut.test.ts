import { describe, expect, it } from 'vitest';
import { cutEnd, cutMiddle } from '../../../src/agent/cut.js';

describe('cutMiddle', () => {
  it('keeps beginning and end, says how much is missing, and holds the limit', () => {
    const cut = cutMiddle(`begin${'x'.repeat(10_000)}end`, 1_000, 'Ask for less.');
    expect(cut.length).toBeLessThanOrEqual(1_000);
    expect(cut).toMatch(/^begin.*\n\[… \d+ of 10008 characters were cut out here\. Ask for less\. …\]\n.*end$/s);
    const missing = Number(/… (\d+) of/.exec(cut)?.[1]);
    expect(missing).toBe(10_008 - cut.replace(/\n\[….*…\]\n/, '').length);
  });

  it('never tears a pair of surrogates apart', () => {
    for (let most = 60; most < 130; most++) {
      const cut = cutMiddle('😀'.repeat(500), most);
      expect(cut.isWellFormed()).toBe(true);
    }
    expect(cutEnd('😀😀', 2).isWellFormed()).toBe(true);
  });

  it('leaves short text alone', () => {
    expect(cutMiddle('short', 5)).toBe('short');
    expect(cutEnd('short', 5)).toBe('short');
    expect(cutEnd('longer', 5)).toBe('long…');
  });
});
