import { describe, expect, it } from 'vitest';
import type { Row } from '../../../src/protocol/audit.js';
import { chaptersOf } from '../../../webview/audit/story-chapters.js';
import { filterWords, narrowings } from '../../../webview/audit/filter-words.js';
import { asked, initialState, reduce, rowAt, selected } from '../../../webview/audit/state.js';
import { countsOf, showsEvents, stacked } from '../../../webview/audit/stacked.js';

const row = (n: number): Row => ({ id: `j.${n}`, at: n, type: 'tool_executed', sessionId: 's', about: `${n}` });
const block = (from: number): Row[] => Array.from({ length: 100 }, (_, index) => row(from + index));
const first = { type: 'list', query: 1, rows: block(0), total: 100, counted: false } as const;

describe('the state of the audit page', () => {
  const begun = reduce(asked(initialState, 1, {}), first);

  it('drops answers to questions that are over', () => {
    const next = asked(begun, 2, { tool: 'x' });
    expect(reduce(next, { type: 'rows', query: 1, from: 100, rows: block(100) })).toBe(next);
    expect(reduce(next, { type: 'newer', query: 1, count: 3, more: false })).toBe(next);
    expect(next.blocks.get(0)).toBe(first.rows);
  });

  it('holds at most forty blocks of rows, those that were needed last', () => {
    let state = begun;
    for (let from = 100; from < 10_000; from += 100) state = reduce(state, { type: 'rows', query: 1, from, rows: block(from) });
    expect(state.blocks.size).toBe(40);
    expect(rowAt(state.blocks, 9_950)?.id).toBe('j.9950');
    expect(rowAt(state.blocks, 50)).toBeUndefined();
  });

  it('shows the details of the event that is open, and of no other', () => {
    const details = { ...row(7), layers: [], call: [], window: 'w', hash: 'h' };
    expect(reduce(selected(begun, 'j.8'), { type: 'details', details }).details).toBeUndefined();
    const open = reduce(selected(begun, 'j.7'), { type: 'details', details });
    expect(open.details).toBe(details);
    expect(selected(open, 'j.8').details).toBeUndefined();
  });

  it('puts the parts of a story behind each other, and starts anew when the story is told anew', () => {
    const story = (from: number, ids: readonly number[]) => ({ type: 'story', sessionId: 's', title: undefined, kept: false, from, total: 4, events: ids.map(row) }) as const;
    let state = { ...begun, storyOf: 's' };
    state = { ...state, ...reduce(state, story(0, [1, 2])), storyOf: 's' };
    state = { ...state, ...reduce(state, story(2, [3, 4])), storyOf: 's' };
    expect(state.story?.events.map((each) => each.at)).toEqual([1, 2, 3, 4]);
    expect(reduce(state, story(0, [1])).story?.events).toHaveLength(1);
    expect(reduce({ ...begun, storyOf: 'other' }, story(0, [1])).story).toBeUndefined();
  });

  it('knows a list that is no longer true, and an event that was looked for, until it is asked anew', () => {
    const state = reduce(reduce(begun, { type: 'changed', query: 1 }), { type: 'place', query: 1, id: 'j.7', at: 7, row: 7, beside: true });
    expect(state).toMatchObject({ changed: true, place: { id: 'j.7', row: 7, beside: true } });
    expect(state.announcement.text).toContain('next to it');
    expect(asked(state, 2, {})).toMatchObject({ changed: false, place: undefined });
    expect(reduce(state, { type: 'place', query: 9, id: 'j.9', at: 9, row: 9, beside: false }).place?.row).toBe(7);
  });

  it('says a failure once, with nothing left of the list that could be taken for the answer', () => {
    const failed = reduce(asked(begun, 2, {}), { type: 'failed', what: 'list', query: 2, message: 'The disk is gone.', next: 'Look.' });
    expect(failed).toMatchObject({ total: 0, waiting: false, failures: { list: { message: 'The disk is gone.' } } });
    expect(failed.blocks.size).toBe(0);
  });
});

describe('the filter in words', () => {
  it('names each way of narrowing', () => {
    const from = new Date(2026, 10, 22, 6).getTime();
    expect(filterWords({}, undefined)).toBe('All events');
    expect(filterWords({ type: 'tool_denied', tool: 'shell_execute', agent: 'assistant', text: 'docker', from, to: from + 3_600_000 }, undefined))
      .toBe('“Refused” events of shell_execute by assistant that mention “docker” from 22 Nov 2026, 06:00 to 07:00');
    expect(narrowings({ type: 'a', from: 1, to: 2 })).toBe(2);
  });

  it('lets no value hide anything', () => {
    expect(filterWords({ tool: 'a\u202eb\nc', type: 'constructor' }, undefined)).toBe('“constructor” events of a⟨\\u202e⟩b⟨\\n⟩c');
  });
});

describe('a story', () => {
  it('joins the events of a call to its request, also where the id comes again', () => {
    const event = (at: number, type: string, callId?: string) => ({ ...row(at), type, ...(callId !== undefined && { callId }) });
    const chapters = chaptersOf([event(1, 'session_started'), event(2, 'tool_requested', 'a'), event(3, 'tool_requested', 'b'), event(4, 'tool_executed', 'a'), event(5, 'tool_denied', 'b'), event(6, 'tool_requested', 'a'), event(7, 'tool_executed', 'lost')]);
    expect(chapters.map((each) => (each.kind === 'call' ? [each.request.at, ...each.steps.map(({ at }) => at)] : [each.event.at]))).toEqual([[1], [2, 4], [3, 5], [6], [7]]);
  });
});

describe('a bar', () => {
  it('shows what is there at all, however little, and is as high as its share', () => {
    const bucket = { from: 0, to: 1, events: 1_001, auto: 999, approved: 0, rejected: 0, denied: 1, failed: 5 };
    const parts = stacked(countsOf(bucket, false), 1_000, 50);
    expect(parts.map(({ outcome }) => outcome)).toEqual(['auto', 'denied']);
    expect(parts[1]?.height).toBe(2);
    expect(parts[0]!.y + parts[0]!.height).toBeCloseTo(50);
    expect(showsEvents([bucket])).toBe(false);
    expect(stacked(countsOf({ ...bucket, auto: 0, denied: 0 }, true), 1_001, 50)).toEqual([{ outcome: 'other', y: 0, height: 50 }]);
  });
});
