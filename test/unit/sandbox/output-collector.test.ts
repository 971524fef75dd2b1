import { describe, expect, it } from 'vitest';
import { OutputCollector } from '../../../src/sandbox/output-collector.js';

describe('OutputCollector', () => {
  it('keeps short output as it is', () => {
    const heard: string[] = [];
    const collector = new OutputCollector(10, (chunk) => heard.push(chunk));
    collector.push(Buffer.from('abc'));
    collector.push(Buffer.from('def'));
    expect(collector.end()).toEqual({ output: 'abcdef', cut: 0 });
    expect(heard).toEqual(['abc', 'def']);
  });

  it('keeps exactly the limit without a cut', () => {
    const collector = new OutputCollector(10);
    for (const each of '0123456789') collector.push(Buffer.from(each));
    expect(collector.end()).toEqual({ output: '0123456789', cut: 0 });
  });

  it('cuts in the middle, and tells everything while it comes', () => {
    const heard: string[] = [];
    const collector = new OutputCollector(10, (chunk) => heard.push(chunk));
    for (let n = 0; n < 1000; n++) collector.push(Buffer.from(String(n % 10)));
    expect(collector.end()).toEqual({ output: '0123456789', cut: 990 });
    expect(heard.join('')).toBe('0123456789'.repeat(100));
  });

  it('joins a character that came in two pieces', () => {
    const collector = new OutputCollector(100);
    for (const half of [Buffer.from('🙂').subarray(0, 2), Buffer.from('🙂').subarray(2)]) collector.push(half);
    expect(collector.end().output).toBe('🙂');
  });

  it('never leaves half of a surrogate pair at a cut', () => {
    for (let offset = 0; offset < 4; offset++) {
      const collector = new OutputCollector(10);
      const text = 'a'.repeat(offset) + '🙂'.repeat(50);
      collector.push(Buffer.from(text));
      const { output, cut } = collector.end();
      expect(output.isWellFormed()).toBe(true);
      expect(output.length + cut).toBe(text.length);
      expect(output.length).toBeLessThanOrEqual(10);
    }
  });

  it('shows what is no UTF-8 as replacement characters', () => {
    const collector = new OutputCollector(10);
    collector.push(Buffer.from([0xff, 0x41, 0xe2, 0x82]));
    expect(collector.end().output).toBe('\ufffdA\ufffd');
  });
});
