import { describe, expect, it } from 'vitest';
import { guide } from '../../../src/models/guide.js';
import { guideExamples } from '../../../src/models/guide-text.js';
import type { ModelCall, ModelEvent, ModelMessage, ToolSpec } from '../../../src/models/model.js';

const allTools = ['file_list', 'file_read', 'file_search', 'file_write', 'file_edit', 'shell_execute', 'code_execute', 'web_fetch'];
const specs = (names: readonly string[]): ToolSpec[] => names.map((name) => ({ name, description: name, schema: { type: 'object' } }));

async function turn(messages: readonly ModelMessage[], tools = allTools) {
  const events: ModelEvent[] = [];
  for await (const event of guide.stream({ system: 's', messages, tools: specs(tools) }, new AbortController().signal)) events.push(event);
  const call = events.find((each) => each.type === 'call')?.call;
  return { text: events.map((each) => (each.type === 'text' ? each.text : '')).join(''), call, stop: events.at(-1) };
}

/** Plays a whole message: `results` answers each call in turn. */
async function play(text: string, results: (call: ModelCall) => { text: string; isError?: boolean }, before: readonly ModelMessage[] = []) {
  const messages: ModelMessage[] = [...before, { role: 'user', text }];
  const calls: ModelCall[] = [];
  for (;;) {
    const answer = await turn(messages);
    messages.push({ role: 'assistant', text: answer.text, calls: answer.call ? [answer.call] : [] });
    if (!answer.call) return { calls, text: answer.text, messages };
    calls.push(answer.call);
    const result = results(answer.call);
    messages.push({ role: 'tool', callId: answer.call.id, name: answer.call.name, text: result.text, isError: result.isError ?? false });
  }
}

describe('the built-in guide', () => {
  it('says everywhere that it is no language model', async () => {
    expect(guide.isLanguageModel).toBe(false);
    expect(guide.provider).toContain('no language model');
    expect((await turn([{ role: 'user', text: 'help' }])).text).toContain('no language model');
  });

  it('makes each next call after the result of the one before, and sums up', async () => {
    const { calls, text } = await play('list src\nread src/a.ts 1-2\npython: print(1)', (call) => ({ text: `result of ${call.name}` }));
    expect(calls.map((each) => [each.id, each.name, JSON.parse(each.argumentsJson) as unknown])).toEqual([
      ['guide-1', 'file_list', { path: 'src' }],
      ['guide-2', 'file_read', { path: 'src/a.ts', from: 1, to: 2 }],
      ['guide-3', 'code_execute', { language: 'python', code: 'print(1)' }],
    ]);
    expect(text).toContain('all 3 steps');
  });

  it('stops at the first step that is not done, and names the rest', async () => {
    const { calls, text } = await play('list\nwrite .git/config: x\nrun git status', (call) =>
      call.name === 'file_write' ? { text: 'Refused by the policy (rule path.protected).', isError: true } : { text: 'ok' },
    );
    expect(calls).toHaveLength(2);
    expect(text).toContain('1 of 3 steps');
    expect(text).toMatch(/✗ not done: `write .git\/config/);
    expect(text).toMatch(/Not begun.*run git status/);
  });

  it('begins nothing when a tool of any step is not there', async () => {
    const { text, call } = await turn([{ role: 'user', text: 'list\nrun git status' }], ['file_list', 'file_read']);
    expect(call).toBeUndefined();
    expect(text).toContain('shell_execute');
    expect(text).toContain('Choose another agent');
  });

  it('does nothing when one line is not understood, and shows examples that it understands itself', async () => {
    const { text, call } = await turn([{ role: 'user', text: 'list\ndo something clever' }]);
    expect(call).toBeUndefined();
    expect(text).toContain('do something clever');
    for (const example of guideExamples) {
      expect(text).toContain(example);
      expect((await turn([{ role: 'user', text: example }])).call, example).toBeDefined();
    }
  });

  it('looks at the last message only, and never gives an id twice', async () => {
    const first = await play('list', () => ({ text: 'a.ts' }));
    const second = await play('read a.ts', () => ({ text: 'let a' }), first.messages);
    expect(second.calls[0]?.id).toBe('guide-2');
    const compacted = second.messages.slice(-3);
    const third = await play('list', () => ({ text: '' }), compacted);
    expect(third.calls[0]?.id).toBe('guide-3');
  });

  it('repeats nothing of a result: hostile text stays in the card', async () => {
    const { text } = await play('read a.md', () => ({ text: '[click](command:x)' }));
    expect(text).toBe('Done.');
    const refused = await play('read a.md', () => ({ text: '[click](command:x)', isError: true }));
    expect(refused.text).toBe('Not done; the step above says why.');
  });

  it('gives the same answer to the same messages', async () => {
    const messages: ModelMessage[] = [{ role: 'user', text: 'list\nread a' }];
    expect(await turn(messages)).toEqual(await turn(messages));
  });

  it('stops when it is told to', async () => {
    const run = guide.stream({ system: '', messages: [{ role: 'user', text: 'help' }], tools: [] }, AbortSignal.abort());
    await expect(run[Symbol.asyncIterator]().next()).rejects.toMatchObject({ name: 'AbortError' });
  });
});
