import { describe, expect, test } from 'vitest';
import { readCsv } from '../../../../webview/results/csv.js';

describe('reading comma-separated values (RFC 4180)', () => {
  test('the first line names the columns, whatever ends the lines and whether the last one is ended', () => {
    const table = { head: ['name', 'value'], rows: [['a', '1'], ['b', '']] };
    for (const text of ['name,value\na,1\nb,\n', 'name,value\r\na,1\r\nb,\r\n', 'name,value\na,1\nb,', '\ufeffname,value\na,1\nb,']) expect(readCsv(text, false)).toEqual(table);
  });

  test('quoted fields hold commas, line breaks and doubled quotes', () => {
    expect(readCsv('a,b\n"x, ""y""\nz",""\n', false)).toEqual({ head: ['a', 'b'], rows: [['x, "y"\nz', '']] });
  });

  test('the index of a data frame has no name', () => {
    expect(readCsv(',mean\n0,1.5\n', false)).toEqual({ head: ['', 'mean'], rows: [['0', '1.5']] });
  });

  test.each([
    ['a quote within a field', 'a,b\nx"y,1'], ['text behind a closing quote', 'a,b\n"x"y,1'], ['a quote that is never closed', 'a,b\n"x,1'],
    ['rows of different lengths', 'a,b\n1,2,3'], ['one column', 'a\nb\n'], ['nothing', ''], ['a bare carriage return', 'a,b\r1,2'],
  ])('%s is no table', (_, text) => expect(readCsv(text, false)).toBeUndefined());

  test.each(['a,b\n1,2\n3', 'a,b\n1,2\n3,4', 'a,b\n1,2\n"3', 'a,b\n1,2\n3,"x ""', 'a,b\n1,2\n'])('of a text that breaks off the last line is left out: %j', (text) => {
    expect(readCsv(text, true)).toEqual({ head: ['a', 'b'], rows: [['1', '2']] });
  });

  test('a hostile text takes no longer than its length', () => {
    const started = performance.now();
    for (const text of ['"'.repeat(4001), '"'.repeat(4000), ','.repeat(4000), `a,b\n"${'""'.repeat(2000)}x`, '"a"'.repeat(1300)]) readCsv(text, true);
    expect(performance.now() - started).toBeLessThan(200);
  });
});
