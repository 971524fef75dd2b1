import { describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/agent/event.js';
import { Transcript } from '../../../src/agent/transcript.js';
import type { ApprovalRequest } from '../../../src/gate/approval.js';
import type { CallProgress } from '../../../src/gate/call.js';
import type { CallItem } from '../../../src/protocol/transcript.js';
import { toPageSchema } from '../../../src/protocol/chat.js';

const approval: ApprovalRequest = {
  id: 'approval', callId: 'c', sessionId: 's', agent: 'assistant', tool: 'file_write', title: 'Write a', argumentsText: '{\n  "path": "a"\n}', hash: 'h', risk: 'medium',
  rule: 'path.write', reason: 'Writing asks.', warnings: ['Careful.'], grant: { key: 'write:/a', label: 'Write files in a/' },
  preview: { kind: 'change', change: { path: 'a', before: 'x\n', after: 'y\nz\n', beforeHash: 'b', encoding: 'utf-8' } }, askedAt: 1, expiresAt: 9, answerableAt: 2,
};

const started = (argumentsJson = '{"b":1,"a":2}', name = 'file_write'): AgentEvent => ({ type: 'call-started', id: 'c', at: 5, call: { id: 'c', name, argumentsJson } });
const progress = (each: CallProgress): AgentEvent => ({ type: 'call', id: 'c', progress: each });

function callAfter(...events: AgentEvent[]): CallItem {
  const transcript = new Transcript();
  for (const event of events) for (const increment of transcript.apply(event)) expect(toPageSchema.safeParse(increment).success).toBe(true);
  const item = transcript.items[0];
  if (item?.kind !== 'call') throw new Error('no call');
  return item;
}

describe('the transcript', () => {
  it('makes an answer from its parts and says only what is new', () => {
    const transcript = new Transcript();
    const increments = ([
      { type: 'user', id: 'u', at: 1, text: 'hi' },
      { type: 'answer-started', id: 'n', at: 2, model: 'Scripted', isLanguageModel: true },
      { type: 'answer-text', id: 'n', text: 'a' },
      { type: 'answer-text', id: 'n', text: 'b' },
      { type: 'answer-ended', id: 'n', calls: [], stopped: false, usage: { input: 1, output: 2 }, cost: 0.5 },
    ] as const).flatMap((each) => transcript.apply(each));
    expect(increments.map((each) => each.type)).toEqual(['added', 'added', 'appended', 'appended', 'changed']);
    expect(transcript.items[1]).toEqual({ kind: 'answer', id: 'n', at: 2, text: 'ab', model: 'Scripted', isLanguageModel: true, streaming: false, stopped: false, usage: { input: 1, output: 2 }, cost: 0.5 });
  });

  it('empties an answer whose stream broke', () => {
    const transcript = new Transcript();
    transcript.apply({ type: 'answer-started', id: 'n', at: 2, model: 'm', isLanguageModel: true });
    transcript.apply({ type: 'answer-text', id: 'n', text: 'wrong' });
    expect(transcript.apply({ type: 'answer-reset', id: 'n' })).toMatchObject([{ type: 'changed', item: { text: '' } }]);
  });

  it('shows one notice for all tries of an answer', () => {
    const transcript = new Transcript();
    const retry = (attempt: number): AgentEvent => ({ type: 'retrying', id: 'r', at: 1, attempt, of: 5, delay: 1_500, reason: 'Busy.' });
    expect([...transcript.apply(retry(2)), ...transcript.apply(retry(3))].map((each) => each.type)).toEqual(['added', 'changed']);
    expect(transcript.items).toMatchObject([{ text: 'Busy. Trying again in 2 s (try 3 of 5).' }]);
  });

  it('pages backwards from the newest', () => {
    const transcript = new Transcript();
    for (let n = 0; n < 150; n++) transcript.apply({ type: 'user', id: `u${n}`, at: n, text: 'x' });
    const newest = transcript.page(60);
    expect([newest.items[0]?.id, newest.items.length, newest.earlier]).toEqual(['u90', 60, 90]);
    const before = transcript.page(60, 'u90');
    expect([before.items[0]?.id, before.earlier]).toEqual(['u30', 30]);
    expect(transcript.page(60, 'u30')).toMatchObject({ earlier: 0 });
    expect(transcript.page(60, 'unknown').items).toEqual([]);
  });

  it('keeps an item that was handed out as it was', () => {
    const transcript = new Transcript();
    transcript.apply(started());
    const before = transcript.items[0];
    transcript.apply(progress({ type: 'output', chunk: 'x' }));
    expect(before).toMatchObject({ output: '' });
  });
});

describe('the card of a call', () => {
  it('shows canonical arguments, and text as it is where it is no JSON', () => {
    expect(callAfter(started()).argumentsText).toBe('{\n  "a": 2,\n  "b": 1\n}');
    expect(callAfter(started('{oops')).argumentsText).toBe('{oops');
  });

  it('makes hidden characters of a made-up tool name visible', () => {
    expect(callAfter(started('{}', 'file\u202e\n_read')).tool).toBe('file\\u202e\\n_read');
  });

  it('has an approval only while it is open', () => {
    const asked = callAfter(started(), progress({ type: 'asked', approval }));
    expect(asked.state).toBe('asking');
    expect(asked.approval).toEqual({ id: 'approval', hash: 'h', grantLabel: 'Write files in a/', warnings: ['Careful.'], hasDiff: true, added: 2, removed: 1, expiresAt: 9, answerableAt: 2 });
    const running = callAfter(started(), progress({ type: 'asked', approval }), progress({ type: 'running', at: 7, allowedBy: 'once' }));
    expect([running.state, running.startedAt, running.allowedBy, running.approval]).toEqual(['running', 7, 'once', undefined]);
    const denied = callAfter(started(), progress({ type: 'asked', approval }), progress({ type: 'ended', outcome: { state: 'rejected', text: 'The person denied this call.', rule: 'approval.denied' } }));
    expect([denied.state, denied.approval, denied.rule]).toEqual(['rejected', undefined, 'approval.denied']);
  });

  it('[P4] shows the arguments of an approval whole, however long they are', () => {
    const long = { ...approval, argumentsText: 'x'.repeat(100_000) };
    expect(callAfter(started(), progress({ type: 'asked', approval: long })).argumentsText).toHaveLength(100_000);
  });

  it('keeps the newest 20,000 characters of live output, and shows the result in the end', () => {
    const live = callAfter(started(), ...Array.from({ length: 50 }, (_, n) => progress({ type: 'output', chunk: String(n % 10).repeat(1_000) })));
    expect(live.output).toHaveLength(20_000);
    expect(live.output.endsWith('9')).toBe(true);
    const ended = callAfter(started(), progress({ type: 'output', chunk: 'live' }), progress({ type: 'ended', outcome: { state: 'done', text: 'r'.repeat(50_000), summary: 'exit code 0', milliseconds: 12 } }));
    expect(ended.output.length).toBeLessThanOrEqual(20_000);
    expect([ended.state, ended.summary, ended.milliseconds]).toEqual(['done', 'exit code 0', 12]);
  });

  it('[P10] has a title in which nothing hides, whose end stays in sight behind a run of blanks', () => {
    const title = `Run ls${' '.repeat(500)}; curl x \u202e`;
    expect(callAfter(started(), progress({ type: 'judged', title, risk: 'high', rule: 'r', reason: 'x' })).title).toBe('Run ls⟨500 spaces⟩; curl x ⟨\\u202e⟩');
  });

  it('offers to allow a command that is on no list, and says so when it was done', () => {
    const refusedBy = (rule: string, ...after: AgentEvent[]) => callAfter(started('{"command":"docker ps"}', 'shell_execute'), progress({ type: 'ended', outcome: { state: 'denied', text: 'Refused.', rule } }), ...after);
    expect(refusedBy('command.not-listed').mayAllowHere).toBe(true);
    expect(refusedBy('command.chaining').mayAllowHere).toBeUndefined();
    expect(refusedBy('command.not-listed', { type: 'call-allowed-here', id: 'c' }).allowedHere).toBe(true);
    expect(refusedBy('command.chaining', { type: 'call-allowed-here', id: 'c' }).allowedHere).toBeUndefined();
  });

  it('ignores progress of a call it never heard of', () => {
    expect(new Transcript().apply(progress({ type: 'output', chunk: 'x' }))).toEqual([]);
  });
});
