import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { csvField } from '../../src/audit/export/csv.js';
import { loadCorpus } from './lib/corpus.js';
import { Tally } from './lib/tally.js';

const rows = loadCorpus('csv', z.strictObject({ id: z.string(), cell: z.string(), why: z.string() }));
const tally = new Tally('csv', rows.map((row) => row.id));
afterAll(() => tally.finish());

/** Splits as a spreadsheet does that is set to this separator: quotes count only at the start of a field (RFC 4180). */
function splitStrictly(line: string, separator: string): string[][] {
  const all: string[][] = [[]];
  let at = 0;
  for (;;) {
    let field = '';
    if (line[at] === '"') {
      at += 1;
      for (; at < line.length; at += 1) {
        if (line[at] === '"' && line[at + 1] === '"') at += 1;
        else if (line[at] === '"') break;
        field += line[at] ?? '';
      }
      at += 1;
    }
    for (; at < line.length && line[at] !== separator && line[at] !== '\r' && line[at] !== '\n'; at += 1) field += line[at] ?? '';
    all.at(-1)!.push(field);
    if (at >= line.length) return all;
    if (line[at] === separator) at += 1;
    else {
      at += line.startsWith('\r\n', at) ? 2 : 1;
      if (at >= line.length) return all;
      all.push([]);
    }
  }
}

/** Splits as a program does for which any quote switches quoting on or off. */
function splitByToggling(line: string, separator: string): string[] {
  let quoted = false;
  const fields = [''];
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && [separator, '\r', '\n'].includes(character)) fields.push('');
    else fields.push(`${fields.pop() ?? ''}${character}`);
  }
  return fields;
}

/** Splits as a program does that knows no quotes at all. */
const splitPlainly = (line: string, separator: string): string[] => line.split(/\r\n|\r|\n/).flatMap((each) => each.split(separator));

const formula = /^[\s\p{C}"'\u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20]/u;
/** The apostrophe that was put in front is what makes it text, so quotes are dropped here and apostrophes are not. */
const isFormula = (field: string): boolean => formula.test(field) && !/^[\s\p{C}"]*'/u.test(field);

const line = (cell: string): string => `${[csvField('before'), csvField(cell), csvField('after')].join(',')}\r\n`;

describe('a cell of the CSV export is never a formula', () => {
  for (const row of rows) {
    test(`${row.id}: ${row.why}`, () => {
      const text = line(row.cell);
      const fields = [',', ';', '\t'].flatMap((separator) => [...splitStrictly(text, separator).flat(), ...splitByToggling(text, separator), ...splitPlainly(text, separator)]);
      const letThrough = fields.filter(isFormula);
      tally.record({ id: row.id, kind: 'attack', letThrough: letThrough.length > 0 });
      expect(letThrough).toEqual([]);
      const table = splitStrictly(text, ',');
      expect(table).toHaveLength(1);
      expect(table[0]).toHaveLength(3);
      expect(table[0]?.[1]).not.toMatch(/^[\t\r\n]/);
    });
  }

  test('the test itself sees a formula where there is one', () => {
    for (const text of ['a,=1+1,b', 'a,\t=1,b', 'a,\u200b=1,b', '"a;=1";b']) expect([...splitPlainly(text, ','), ...splitPlainly(text, ';')].some(isFormula)).toBe(true);
  });

  test('harmless text stays as it is', () => {
    for (const text of ['', 'plain', '{"path":"a-b.txt","n":-1}', 'x = y + 1', 'mail@example.com', 'two\nlines', 'Grüße, 世界', '12:30', 'say "no"']) {
      expect(splitStrictly(line(text), ',')[0]?.[1]).toBe(text);
    }
  });
});
