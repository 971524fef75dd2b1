import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sha256 } from '../../../src/canonical.js';
import { AxonError } from '../../../src/errors.js';
import type { RunContext, ToolResult } from '../../../src/tools/tool.js';
import { defineTool } from '../../../src/tools/tool.js';
import type { World } from './fixture.js';
import { world } from './fixture.js';

/** A tool that takes half a second of the test's clock and then does what it is told. */
function worldWith(run: (context: RunContext) => Promise<ToolResult>): World {
  const w = world([
    defineTool({
      name: 'try_it', description: '', schema: z.object({ a: z.optional(z.number()) }), effect: 'read', risk: 'low', approval: 'grantable', title: () => 'Try it', subjects: () => [],
      run: (_args, _ports, context) => {
        w.clock += 500;
        return run(context);
      },
    }),
  ]);
  return w;
}

async function pass(w: World) {
  const call = w.call('try_it', {});
  await w.answer({ type: 'allow-once' });
  return { outcome: await call, progress: call.progress };
}

describe('what is told and recorded of a call', () => {
  it('tells a watcher each step with what it needs to know', async () => {
    const w = worldWith(async ({ onOutput }) => {
      onOutput('half');
      return { text: 'all' };
    });
    const { progress } = await pass(w);
    expect(progress).toMatchObject([
      { type: 'judged', title: 'Try it', risk: 'low', rule: 'tool.default', reason: 'try_it asks by default.' },
      { type: 'asked', approval: { tool: 'try_it', argumentsText: '{}' } },
      { type: 'running', at: 1_000_500, allowedBy: 'once' },
      { type: 'output', chunk: 'half' },
      { type: 'ended', outcome: { state: 'done', text: 'all', milliseconds: 500 } },
    ]);
  });

  it('[P5] records the result, how long it took, and the arguments with their hash', async () => {
    const w = worldWith(async () => ({ text: 'all' }));
    await pass(w);
    expect(w.recorded.at(-1)).toEqual({
      type: 'tool_executed', sessionId: 's1', callId: 'c1', source: 'chat', agent: 'assistant', tool: 'try_it',
      arguments: '{}', argumentsHash: sha256('{}'), risk: 'low', rule: 'tool.default', reason: 'try_it asks by default.', milliseconds: 500, result: 'all',
    });
  });

  it('records the error of a tool that fails, whichever way it does', async () => {
    const returned = worldWith(async () => ({ text: 'exit code 1', isError: true }));
    expect((await pass(returned)).outcome).toEqual({ state: 'failed', text: 'exit code 1', milliseconds: 500 });
    expect(returned.recorded.at(-1)).toMatchObject({ type: 'tool_failed', error: 'exit code 1', milliseconds: 500 });
    expect(returned.recorded.at(-1)).not.toHaveProperty('result');
    const thrown = worldWith(async () => { throw new AxonError('io', 'The disk is gone.', 'Plug it in.'); });
    expect((await pass(thrown)).outcome).toEqual({ state: 'failed', text: 'The disk is gone. Plug it in.', next: 'Plug it in.', milliseconds: 500 });
    expect(thrown.recorded.at(-1)).toMatchObject({ type: 'tool_failed', error: 'The disk is gone. Plug it in.' });
    const bare = worldWith(async () => { throw new AxonError('io', 'The disk is gone.'); });
    expect((await pass(bare)).outcome).toEqual({ state: 'failed', text: 'The disk is gone.', milliseconds: 500 });
    const broken = worldWith(async () => { throw new TypeError('boom'); });
    expect((await pass(broken)).outcome).toEqual({ state: 'failed', text: 'Failed: boom', rule: 'call.failed', milliseconds: 500 });
  });

  it('tells a refusal of a port from a failure', async () => {
    const w = worldWith(async () => { throw new AxonError('denied', 'The folder was swapped.'); });
    expect((await pass(w)).outcome.state).toBe('denied');
  });

  it('passes on a summary, and what was read from outside, only where there is one', async () => {
    const plain = (await pass(worldWith(async () => ({ text: '' })))).outcome;
    expect(plain).toStrictEqual({ state: 'done', text: '', milliseconds: 500 });
    const rich = worldWith(async () => ({ text: '', summary: 'exit code 0', outside: 'https://a.example/' }));
    expect((await pass(rich)).outcome).toEqual({ state: 'done', text: '', summary: 'exit code 0', outside: 'https://a.example/', milliseconds: 500 });
    expect(rich.taint.marks('s1')).toMatchObject([{ source: 'https://a.example/' }]);
  });

  it('[P5] says so when the result could not be recorded, and still returns it', async () => {
    const w = worldWith(async () => {
      w.auditBroken = true;
      return { text: 'all' };
    });
    expect((await pass(w)).outcome).toEqual({ state: 'done', text: 'all', milliseconds: 500, next: 'The result could not be recorded: The disk is full.' });
  });

  it('[P5] says so when not even a mistake on the way could be recorded', async () => {
    const odd = defineTool({ name: 'odd', description: '', schema: z.object({}), effect: 'read', risk: 'low', approval: 'grantable', title: () => { throw new Error('no title'); }, subjects: () => [], run: async () => ({ text: '' }) });
    const recordable = world([odd]);
    expect(await recordable.call('odd', {})).toEqual({ state: 'failed', text: 'Failed: no title', rule: 'call.failed' });
    expect(recordable.recorded.at(-1)).toMatchObject({ type: 'tool_failed', rule: 'call.failed', error: 'Failed: no title' });
    const w = world([odd]);
    w.auditBroken = true;
    expect(await w.call('odd', {})).toEqual({ state: 'failed', text: 'Failed: no title', rule: 'call.failed', next: 'This could not be recorded: The disk is full.' });
  });

  it('takes an error of ours that has nothing to do with records for what it is', async () => {
    const odd = defineTool({ name: 'odd', description: '', schema: z.object({}), effect: 'read', risk: 'low', approval: 'grantable', title: () => { throw new AxonError('io', 'No title.'); }, subjects: () => [], run: async () => ({ text: '' }) });
    expect(await world([odd]).call('odd', {})).toMatchObject({ rule: 'call.failed', text: 'Failed: No title.' });
  });

  it('records a bad call with what is wrong, its text as it came and no hash', async () => {
    const w = world();
    const call = w.call('file_read', '{"path":');
    await call;
    expect(call.progress[0]).toEqual({ type: 'judged', title: 'file_read', risk: 'low', rule: 'call.invalid-arguments', reason: 'The arguments are not JSON.' });
    expect(w.recorded).toMatchObject([{ type: 'tool_requested', arguments: '{"path":' }, { type: 'tool_failed', rule: 'call.invalid-arguments', error: 'The arguments are not JSON.' }]);
    expect(w.recorded[0]).not.toHaveProperty('argumentsHash');
  });

  it('names an unknown tool, and no more than a hundred characters of it', async () => {
    expect((await world().call('x'.repeat(500), {})).text).toBe(`There is no tool named "${'x'.repeat(100)}". Correct the call and try again.`);
  });

  it('records a denial of the policy as one', async () => {
    const w = world();
    w.pathVerdict = { verdict: 'deny', risk: 'medium', rule: 'path.outside', reason: 'It is outside.' };
    await w.call('file_read', { path: '/etc' });
    expect(w.recorded.map((each) => each.type)).toEqual(['tool_requested', 'tool_denied']);
    expect(w.recorded[1]).toMatchObject({ rule: 'path.outside', reason: 'It is outside.', risk: 'medium', arguments: '{"path":"/etc"}', argumentsHash: sha256('{"path":"/etc"}') });
  });
});
