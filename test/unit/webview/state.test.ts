import { describe, expect, test } from 'vitest';
import { initialState, reduce } from '../../../webview/state.js';
import type { State } from '../../../webview/state.js';
import type { ToPage } from '../../../src/protocol/chat.js';
import { answer, asking, call, notice, snapshot, status, user } from '../../fixtures/webview/samples.js';

const after = (...messages: readonly ToPage[]): State => messages.reduce((state, message) => reduce(state, message, 1000), initialState);

describe('the state of the page', () => {
  test('a snapshot replaces everything', () => {
    const state = after(snapshot([user('old')]), snapshot([answer('new')], { title: 'T' }, 7));
    expect(state.items.map(({ id }) => id)).toEqual(['a1']);
    expect(state.earlier).toBe(7);
    expect(state.status?.title).toBe('T');
  });

  test('increments change their own item and leave the others the same objects', () => {
    const before = after(snapshot([user('hi'), answer('a', { streaming: true })]));
    const next = reduce(before, { type: 'appended', id: 'a1', text: 'b' }, 0);
    expect(next.items[0]).toBe(before.items[0]);
    expect(next.items[1]).toMatchObject({ text: 'ab' });
  });

  test('an increment for an item that is not here changes nothing', () => {
    const before = after(snapshot([user('hi')]));
    expect(reduce(before, { type: 'appended', id: 'gone', text: 'x' }, 0).items).toBe(before.items);
    expect(reduce(before, { type: 'changed', item: answer('x') }, 0).items).toBe(before.items);
  });

  test('an item that is added twice stands once', () => {
    expect(after(snapshot([]), { type: 'added', item: answer('1') }, { type: 'added', item: answer('2') }).items).toMatchObject([{ text: '2' }]);
  });

  test('earlier items are put in front, without repeating one', () => {
    const state = after(snapshot([user('b')], {}, 2), { type: 'earlier', items: [user('a'), user('b')], earlier: 1 });
    expect(state.items.map(({ id }) => id)).toEqual(['u-a', 'u-b']);
    expect(state.earlier).toBe(1);
  });

  test('live output keeps its newest 20,000 characters', () => {
    const state = after(snapshot([call({ state: 'running', output: 'a'.repeat(19_999) })]), { type: 'appended', id: 'c1', text: 'bcd' });
    const [item] = state.items;
    expect(item?.kind === 'call' && item.output).toBe(`${'a'.repeat(19_997)}bcd`);
  });

  test('what a call left behind is said once, when it ends, and not of one that came with the snapshot', () => {
    const files = Array.from({ length: 7 }, (_, index) => ({ name: index === 0 ? 'a\u202e\n.png' : `f${index}.csv`, bytes: 1, kind: 'other' as const }));
    const ended = call({ results: { run: 'r', files, leftOut: [] } });
    const state = after(snapshot([call({ state: 'running' })]), { type: 'changed', item: ended });
    expect(state.announcement).toEqual({ text: '7 results: a⟨\\u202e⟩⟨\\n⟩.png, f1.csv, f2.csv, f3.csv, f4.csv and 2 more', count: 1 });
    expect(reduce(state, { type: 'changed', item: ended }, 0).announcement.count).toBe(1);
    expect(after(snapshot([call({ state: 'running' })]), { type: 'changed', item: call({ results: { run: 'r', files: [], leftOut: [] } }) }).announcement.count).toBe(0);
    expect(after(snapshot([ended]), { type: 'changed', item: ended }).announcement.count).toBe(0);
  });

  test('bytes of a picture are no part of it', () => {
    const before = after(snapshot([user('hi')]));
    expect(reduce(before, { type: 'result', id: 'c1', name: 'a.png', bytes: new Uint8Array(3) }, 0)).toBe(before);
  });

  test('it learns how far the clock of the host is away', () => {
    expect(after({ type: 'status', status: status({ now: 61_000 }) }).skew).toBe(60_000);
    const { now: _, ...without } = status();
    expect(after({ type: 'status', status: status({ now: 61_000 }) }, { type: 'status', status: without }).skew).toBe(60_000);
  });
});

describe('what is said aloud', () => {
  test('a request for approval, once, with its risk', () => {
    const state = after(snapshot([]), { type: 'added', item: asking({ risk: 'high' }) });
    expect(state.announcement).toEqual({ text: 'Axon asks for approval, risk high: Run npm test', count: 1 });
    expect(reduce(state, { type: 'changed', item: asking() }, 0).announcement.count).toBe(1);
  });

  test('the end of an answer, not each of its increments', () => {
    const begun = after(snapshot([]), { type: 'added', item: answer('', { streaming: true }) }, { type: 'appended', id: 'a1', text: 'Hello' });
    expect(begun.announcement.count).toBe(0);
    expect(reduce(begun, { type: 'changed', item: answer('Hello') }, 0).announcement.text).toBe('Axon answered: Hello');
  });

  test('notices, and whatever the host asks to say', () => {
    expect(after(snapshot([]), { type: 'added', item: notice('Trying again') }).announcement.text).toBe('Trying again');
    expect(after({ type: 'announce', text: 'Exported' }).announcement.text).toBe('Exported');
  });
});
