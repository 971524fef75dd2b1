import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { lineHash } from '../../../src/audit/line-hash.js';

const keys = [Buffer.alloc(32, 7), Buffer.from('Jefe'), Buffer.alloc(64, 0xaa), Buffer.alloc(131, 0xaa)];
const texts = ['', 'a', 'Grüße \ufffd 世界 🎈', '\ud800 alone', 'x'.repeat(16_384), '世'.repeat(16_384), 'x'.repeat(100_000)];

test('the keyed hash of a line is HMAC-SHA256, whatever the key and the text', () => {
  for (const key of keys) {
    for (const text of texts) expect(lineHash(key, text)).toBe(createHmac('sha256', key).update('axon-audit-line\n').update(text).digest('hex'));
  }
});

test('a line without a part of it has the hash of what is left', () => {
  for (const text of texts) {
    for (const at of [0, 1, 3, Math.floor(text.length / 2), text.length].filter((each) => each <= text.length)) {
      // A pair of surrogates is one character: a line is never parted there.
      if (/[\ud800-\udbff]$/.test(text.slice(0, at))) continue;
      for (const part of ['', 'x', '"hash":"00"', '世界']) {
        const line = text.slice(0, at) + part + text.slice(at);
        expect(lineHash(keys[0]!, line, { from: at, to: at + part.length })).toBe(lineHash(keys[0]!, text));
      }
    }
  }
});
