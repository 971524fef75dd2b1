import { expect, it } from 'vitest';
import type { Entry } from '../../../../src/agent/conversation/entry.js';
import { rebuild } from '../../../../src/agent/conversation/rebuild.js';
import type { CallItem } from '../../../../src/protocol/transcript.js';
import { faultOf } from '../scripted.js';

const call = (id: string) => ({ id, name: 'file_read', argumentsJson: '{}' });
const callItem = (id: string, more: Partial<CallItem> = {}): CallItem => ({ kind: 'call', id, at: 3, tool: 'file_read', title: `Read ${id}`, argumentsText: '{}', state: 'done', output: '', ...more });
const user = (n: number): Entry => ({ type: 'user', item: { kind: 'user', id: `user_${n}`, at: n, text: `text ${n}` } });
const answer = (n: number, calls: string[] = []): Entry => ({ type: 'answer', item: { kind: 'answer', id: `answer_${n}`, at: n, text: `answer ${n}`, model: 'm', streaming: false, stopped: false, usage: { input: 10, output: 1 } }, calls: calls.map(call) });

it('puts calls that ran side by side in the order they were asked for', () => {
  const { items, history } = rebuild([user(1), answer(1, ['a', 'b']), { type: 'call', item: callItem('b'), text: 'B' }, { type: 'call', item: callItem('a'), text: 'A' }]);
  expect(items.map((each) => each.id)).toEqual(['user_1', 'answer_1', 'a', 'b']);
  expect(history.slice(2).map((each) => each.message.text)).toEqual(['A', 'B']);
  expect(faultOf(history)).toBeUndefined();
});

it('never brings an open approval back, whatever the file says', () => {
  const approval = { id: 'x', hash: 'h', warnings: [], hasDiff: false, expiresAt: Number.MAX_SAFE_INTEGER, answerableAt: 0 };
  const { items } = rebuild([user(1), answer(1, ['a']), { type: 'call', item: callItem('a', { state: 'asking', approval }), text: 'A' }]);
  expect(items[2]).toMatchObject({ state: 'stopped' });
  expect(items[2]).not.toHaveProperty('approval');
});

it('has the summary stand for what came before the first kept message', () => {
  const { history, items, totals } = rebuild([
    user(1), answer(1), user(2), answer(2),
    { type: 'compacted', id: 'summary_1', at: 5, summary: 'sum', keptFrom: 'user_2', tokensBefore: 100, tokensAfter: 10, usage: { input: 5, output: 5 } },
    user(3),
  ]);
  expect(history.map((each) => each.id)).toEqual(['summary_1', 'user_2', 'answer_2', 'user_3']);
  expect(items.map((each) => each.id)).toEqual(['user_1', 'answer_1', 'user_2', 'answer_2', 'summary_1', 'user_3']);
  expect(totals.value).toEqual({ input: 25, output: 7 });
});

it('ignores results of calls that nobody asked for', () => {
  const { items, history } = rebuild([user(1), { type: 'call', item: callItem('stray'), text: 'x' }]);
  expect([items.length, history.length]).toEqual([1, 1]);
});

it('[P6] what a call read from outside is known again, with the time it ran', () => {
  const { outside } = rebuild([user(1), answer(1, ['a', 'b']), { type: 'call', item: callItem('a', { outside: 'https://a.example/', startedAt: 7 }), text: 'A' }, { type: 'call', item: callItem('b'), text: 'B' }]);
  expect(outside).toEqual([{ source: 'https://a.example/', at: 7 }]);
});
