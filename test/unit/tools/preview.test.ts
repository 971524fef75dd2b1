import { expect, test } from 'vitest';
import { canonicalJson, sha256 } from '../../../src/canonical.js';
import { boundOf, changeOf, factsOf } from '../../../src/tools/preview.js';
import type { Preview } from '../../../src/tools/tool.js';

const change: Preview = { kind: 'change', change: { path: 'a', before: 'x', after: 'y', beforeHash: 'h', encoding: 'utf-8' } };
const copy = (text: string, more: { replaces?: number; beforeHash?: string } = {}): Preview => ({ kind: 'copy', what: 'the result p.png of run 1', copy: { path: 'p.png', bytes: Buffer.from(text), replaces: undefined, beforeHash: undefined, ...more } });
const inputs = (name: string, text: string): Preview => ({ kind: 'inputs', files: [{ name, bytes: Buffer.from(text) }] });

test('[P4] every byte and every name of a preview is part of what an approval is bound to', () => {
  const all = [undefined, change, copy('1'), copy('2'), copy('1', { replaces: 1, beforeHash: 'h' }), inputs('a', '1'), inputs('b', '1'), inputs('a', '2')];
  expect(new Set(all.map((each) => canonicalJson(boundOf(each)))).size).toBe(all.length);
});

test('a change is shown as a diff, everything else as facts', () => {
  expect([changeOf(change)?.after, changeOf(copy('1')), changeOf(undefined)]).toEqual(['y', undefined, undefined]);
  expect([factsOf(change), factsOf(undefined)]).toEqual([[], []]);
  expect(factsOf(copy('12'))).toEqual([`New file p.png: the result p.png of run 1, 2 bytes, SHA-256 ${sha256('12')}`]);
  expect(factsOf(copy('12', { replaces: 1 }))).toEqual([`Replaces the file (1 byte) at p.png: the result p.png of run 1, 2 bytes, SHA-256 ${sha256('12')}`]);
  expect(factsOf(inputs('a', 'a'), 'short')).toEqual([`Given to the program: a, 1 byte, SHA-256 ${sha256('a').slice(0, 12)}…`]);
  expect(factsOf(inputs('data/a.csv', 'a'))).toEqual([`Given to the program: data/a.csv, 1 byte, SHA-256 ${sha256('a')}`]);
});
