import { expect, test } from 'vitest';
import { checkPng } from '../../../../webview/results/png.js';
import { chunk, png } from '../../../fixtures/results/png.js';

test('a PNG tells its size', () => {
  expect(checkPng(png(640, 480))).toEqual({ width: 640, height: 480 });
  expect(checkPng(png(10_000, 1600))).toEqual({ width: 10_000, height: 1600 });
});

test('bytes within a larger buffer are read from where they begin', () => {
  const bytes = Buffer.concat([Buffer.alloc(7), png(3, 2)]).subarray(7);
  expect(checkPng(bytes)).toEqual({ width: 3, height: 2 });
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['text', Buffer.from('<html><script>alert(1)</script>')],
  ['another picture', Buffer.from('GIF89a'.padEnd(64, '\0'))],
  ['a signature alone', png(1, 1).subarray(0, 8)],
  ['another chunk first', Buffer.concat([png(1, 1).subarray(0, 8), chunk('tEXt', Buffer.alloc(13)), png(1, 1).subarray(8)])],
])('%s is no PNG', (_, bytes) => expect(() => checkPng(bytes)).toThrow('It is no PNG picture.'));

test.each([[0, 10, 'no size'], [10, 0, 'no size'], [10_001, 1, '10,001 × 1 pixels'], [1, 4_294_967_295, 'a side'], [9000, 9000, '16 million'], [4001, 4000, '16 million']])('%i × %i pixels are not shown', (width, height, reason) => {
  expect(() => checkPng(png(width, height, Buffer.alloc(0)))).toThrow(reason);
});

test('a picture that moves is not shown, and what only looks like one is', () => {
  const still = png(1, 1);
  const control = chunk('acTL', Buffer.alloc(8));
  expect(() => checkPng(Buffer.concat([still.subarray(0, 33), control, still.subarray(33)]))).toThrow('still pictures');
  expect(checkPng(Buffer.concat([still.subarray(0, 33), chunk('tEXt', Buffer.from('acTL')), still.subarray(33)]))).toEqual({ width: 1, height: 1 });
});

test('one that breaks off, or whose chunks lead nowhere, is not shown', () => {
  const whole = png(5, 5);
  for (const length of [30, 33, 40, 50, whole.length - 12, whole.length - 9]) expect(() => checkPng(whole.subarray(0, length)), String(length)).toThrow('It breaks off.');
  expect(() => checkPng(Buffer.concat([whole.subarray(0, 33), Buffer.from('ffffffff', 'hex'), Buffer.alloc(40)]))).toThrow('It breaks off.');
  // As many chunks as there is room for take no longer than their bytes.
  expect(() => checkPng(Buffer.concat([whole.subarray(0, 33), Buffer.alloc(10_000_000)]))).toThrow('It breaks off.');
});
