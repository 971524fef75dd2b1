import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chartSpan } from '../../../src/vscode/audit-page-span.js';

const hour = 3_600_000;

describe('the bars of the chart', () => {
  it('begin on the hour of the place, where that is not the hour of the world', () => {
    const { from, to, buckets } = chartSpan(Date.UTC(2026, 10, 20, 7, 12), Date.UTC(2026, 10, 22, 9, 3), 5.5 * hour);
    expect((to - from) / buckets).toBe(hour);
    expect(new Date(from).toISOString()).toBe('2026-11-20T06:30:00.000Z');
  });

  it('cover all of the time, at most 80 of them, of one length', () => {
    fc.assert(fc.property(fc.integer({ min: -1e12, max: 4e12 }), fc.integer({ min: 0, max: 3e12 }), fc.integer({ min: -14, max: 14 }), (earliest, length, zone) => {
      const { from, to, buckets } = chartSpan(earliest, earliest + length, zone * hour);
      expect(from).toBeLessThanOrEqual(earliest);
      expect(to).toBeGreaterThan(earliest + length);
      expect(buckets).toBeGreaterThanOrEqual(1);
      expect(buckets).toBeLessThanOrEqual(80);
      expect((to - from) % buckets).toBe(0);
    }));
  });
});
