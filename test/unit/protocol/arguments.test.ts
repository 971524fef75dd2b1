import { expect, test } from 'vitest';
import { shownArguments } from '../../../src/protocol/arguments.js';

test('an object is shown field by field, texts as their own characters', () => {
  expect(shownArguments('{"code":"a\\nb","lines":[1,2],"deep":{"x":null}}')).toEqual([
    { name: 'code', text: 'a\nb', isString: true },
    { name: 'lines', text: '[\n  1,\n  2\n]', isString: false },
    { name: 'deep', text: '{\n  "x": null\n}', isString: false },
  ]);
});

test('what is no object stands as it came', () => {
  for (const text of ['', 'not json', '[1]', '"text"', 'null', '{"a":']) {
    expect(shownArguments(text)).toEqual([{ name: undefined, text, isString: false }]);
  }
});

test('a name that is special to JavaScript is a name like any other', () => {
  expect(shownArguments('{"__proto__":"x"}')).toEqual([{ name: '__proto__', text: 'x', isString: true }]);
});
