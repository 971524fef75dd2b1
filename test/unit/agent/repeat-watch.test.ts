import { expect, it } from 'vitest';
import { RepeatWatch } from '../../../src/agent/repeat-watch.js';

const call = (name: string, argumentsJson: string) => ({ id: 'x', name, argumentsJson });

it('counts calls that mean the same, however they are written', () => {
  const watch = new RepeatWatch(3);
  expect(['{"a":1,"b":[2]}', ' {"b":[2],"a":1e0} ', '{"a":1,"b":[2]}'].map((each) => watch.isTooMany(call('t', each)))).toEqual([false, false, true]);
});

it('begins anew with another tool, other arguments, or a tool whose name runs into the arguments', () => {
  const watch = new RepeatWatch(2);
  expect([call('t', '{}'), call('u', '{}'), call('u', '{"a":1}'), call('u', ''), call('u', '{}')].map((each) => watch.isTooMany(each))).toEqual([false, false, false, false, true]);
  const glued = new RepeatWatch(2);
  expect([call('t', '1{'), call('t1', '{')].map((each) => glued.isTooMany(each))).toEqual([false, false]);
});

it('takes arguments that are broken, or nested without end', () => {
  const watch = new RepeatWatch(2);
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  expect([call('t', deep), call('t', deep), call('t', '{"a'), call('t', '{"a')].map((each) => watch.isTooMany(each))).toEqual([false, true, false, true]);
});
