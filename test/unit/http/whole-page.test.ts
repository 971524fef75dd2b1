import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, vi } from 'vitest';
import { bounded } from '../../../src/http/whole-page.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const held = (): number => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

it('a long text is bounded, and says how much was left out', () => {
  expect(bounded('short')).toEqual({ text: 'short', leftOut: 0 });
  const { text, leftOut } = bounded('x'.repeat(2_000_003));
  expect([text.length, leftOut]).toEqual([2_000_000, 3]);
});

it('what is kept of a long text does not hold on to the rest', async () => {
  const before = held();
  const kept = Array.from({ length: 4 }, () => bounded(new TextDecoder().decode(Buffer.alloc(20_000_000, 'x'))));
  // What nobody holds goes when the collector comes to it.
  await vi.waitFor(() => expect(held() - before).toBeLessThan(60_000_000), { timeout: 4_000 });
  expect(kept).toHaveLength(4);
});
