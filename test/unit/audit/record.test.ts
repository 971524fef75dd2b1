import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../src/canonical.js';
import { decodeLine, firstLink, sealRecord, type Unsealed } from '../../../src/audit/record.js';
import { event, key } from '../../fixtures/audit/open-log.js';

const journal = '20260101T000000000Z-w1-1-00000000-00000000';
const unsealed: Unsealed = {
  ...event(1, { arguments: '{"hash":"x","journal":"y"}', result: ',"hash":"","journal":"', layers: [{ layer: 'built-in', verdict: 'ask', risk: 'low', rule: 'a.b', reason: '' }] }),
  v: 1, at: 1_000, window: 'w1', journal, seq: 1, prev: firstLink(key, journal),
};
const { record, line } = sealRecord(key, unsealed);

test('a sealed line is read back as the record it was made of', () => {
  expect(decodeLine(key, line)).toEqual({ state: 'good', record });
});

describe('a line is bad', () => {
  const field = `,"hash":"${record.hash}"`;
  const without = line.replace(field, '');
  test.each([
    ['with another key', line, Buffer.alloc(32, 8)],
    ['with a blank more', `${line} `, key],
    ['with its hash at the start', `{${field.slice(1)},${without.slice(1)}`, key],
    ['with its hash at the end', `${without.slice(0, -1)}${field}}`, key],
    ['with its hash in a layer', without.replace('{"layer":', `{${field.slice(1)},"layer":`), key],
    ['with its hash before another field', without.replace(',"layers"', `${field},"layers"`), key],
    ['with its hash twice', line.replace(field, field + field), key],
    ['with its hash in capitals', line.replace(record.hash, record.hash.toUpperCase()), key],
    ['with another event\'s hash', line.replace(record.hash, sealRecord(key, { ...unsealed, seq: 2 }).record.hash), key],
    ['with a hash that is no text', line.replace(`"${record.hash}"`, '1'), key],
    ['without a hash', without, key],
    ['with its fields in another order', JSON.stringify(Object.fromEntries(Object.entries(record).reverse())), key],
    ['as a list', `[${line}]`, key],
    ['as nothing', '', key],
  ])('%s', (_name, text, withKey) => {
    expect(decodeLine(withKey, text)).toEqual({ state: 'bad' });
  });

  test('with any one character changed', () => {
    for (let at = 0; at < line.length; at += 1) {
      const changed = line.slice(0, at) + String.fromCharCode(line.charCodeAt(at) ^ 1) + line.slice(at + 1);
      expect(decodeLine(key, changed).state).toBe('bad');
    }
  });
});

test('an authentic line of a later version is told from a forged one', () => {
  const { line: later } = sealRecord(key, { ...unsealed, v: 2 } as unknown as Unsealed);
  expect(decodeLine(key, later)).toEqual({ state: 'newer' });
  expect(decodeLine(key, later.replace('file_read', 'file_rush'))).toEqual({ state: 'bad' });
  expect(canonicalJson(JSON.parse(later))).toBe(later);
});
