import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { claim, median } from '../../../bench/lib/claim.mjs';

describe('a claim', () => {
  const lines: string[] = [];

  beforeEach(() => {
    lines.length = 0;
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  });

  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });

  it('is met at the aim itself', () => {
    expect(claim({ name: 'run', unit: 'ms', ours: 35, peer: { name: 'docker-run', value: 100 }, aim: { ratio: 0.35 } })).toBe(true);
    expect(lines).toEqual(['claim run ours=35ms peer=docker-run:100ms ratio=0.35 aim<=0.35 met']);
  });

  it('falls short above the aim, and fails the process', () => {
    expect(claim({ name: 'run', unit: 'ms', ours: 36, peer: { name: 'empty', value: 1 }, aim: { difference: 30 } })).toBe(false);
    expect(lines).toEqual(['claim run ours=36ms peer=empty:1ms ratio=36 difference=+35ms aim<=+30ms short']);
    expect(process.exitCode).toBe(1);
  });

  it('needs a number to be met', () => {
    expect(claim({ name: 'size', unit: 'KB', ours: Number.NaN, aim: { value: 300 } })).toBe(false);
  });

  it('about a peer names one', () => {
    expect(() => claim({ name: 'run', unit: 'ms', ours: 1, aim: { ratio: 1 } })).toThrow('names none');
  });

  it('is made of medians', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(() => median([])).toThrow();
  });
});
