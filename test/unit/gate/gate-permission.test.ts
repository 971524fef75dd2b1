import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { AxonError } from '../../../src/errors.js';
import type { Preview } from '../../../src/tools/tool.js';
import { defineTool } from '../../../src/tools/tool.js';
import { asks, world } from './fixture.js';

/** Lets everything that is under way get as far as it can. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('who lets a call run', () => {
  it('[P4] leaves a question open when a grant is given for something else, or in another session', async () => {
    const w = world();
    const call = w.call('file_read', { path: 'a' });
    await w.nextRequest();
    w.grants.add({ sessionId: 's2', key: 'read:/ws', label: '', tool: 'file_read', at: 0 });
    w.grants.add({ sessionId: 's1', key: 'read:/elsewhere', label: '', tool: 'file_read', at: 0 });
    await settle();
    expect(w.broker.pending).toHaveLength(1);
    expect(w.ran).toEqual([]);
    await w.answer({ type: 'deny' });
    expect((await call).state).toBe('rejected');
  });

  it('listens for grants no longer than a question is open', async () => {
    const w = world();
    const disposed = vi.fn();
    vi.spyOn(w.grants, 'onChanged').mockReturnValue({ dispose: disposed });
    const call = w.call('file_read', { path: 'a' });
    await w.nextRequest();
    expect(disposed).not.toHaveBeenCalled();
    await w.answer({ type: 'deny' });
    await call;
    expect(disposed).toHaveBeenCalledTimes(1);
  });

  it('[P6] does not let a grant cover a question that was opened before the session read outside content', async () => {
    const w = world();
    const call = w.call('shell_execute', { command: 'ls' });
    await w.nextRequest();
    w.taint.mark('s1', 'https://a.example/');
    w.grants.add({ sessionId: 's1', key: 'command:["ls"]', label: '', tool: 'shell_execute', at: 0 });
    await settle();
    expect(w.broker.pending).toHaveLength(1);
    await w.answer({ type: 'deny' });
    expect((await call).state).toBe('rejected');
  });

  it('[P6] lets a grant for reading cover a question in a session that read outside content', async () => {
    const w = world();
    const call = w.call('file_read', { path: 'a' });
    await w.nextRequest();
    w.taint.mark('s1', 'https://a.example/');
    w.grants.add({ sessionId: 's1', key: 'read:/ws', label: '', tool: 'file_read', at: 0 });
    expect(await call).toMatchObject({ state: 'done' });
    expect(w.recorded.at(-2)).toMatchObject({ type: 'tool_approved', decision: 'grant' });
  });

  it('runs nothing that nobody answered in time', async () => {
    const w = world();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const call = w.call('file_read', { path: 'a' });
    await w.nextRequest();
    await vi.advanceTimersByTimeAsync(600_000);
    vi.useRealTimers();
    expect(await call).toMatchObject({ state: 'rejected', rule: 'approval.timeout' });
    expect(w.recorded.at(-1)).toMatchObject({ type: 'tool_rejected', decision: 'timeout' });
    expect(w.ran).toEqual([]);
  });

  it('records the word of the person who said no, and only theirs', async () => {
    const w = world();
    const noted = w.call('file_read', { path: 'a' });
    await w.answer({ type: 'deny', note: 'use yarn' });
    expect((await noted).text).toContain('use yarn');
    expect(w.recorded.at(-1)).toMatchObject({ type: 'tool_rejected', decision: 'deny', reason: 'use yarn' });
    const plain = w.call('file_read', { path: 'a' });
    await w.answer({ type: 'deny' });
    await plain;
    expect(w.recorded.at(-1)).toMatchObject({ type: 'tool_rejected', decision: 'deny', reason: 'It asks.' });
    const stop = new AbortController();
    const stopped = w.call('file_read', { path: 'a' }, { signal: stop.signal });
    await w.nextRequest();
    stop.abort();
    await stopped;
    expect(w.recorded.at(-1)).toMatchObject({ type: 'tool_rejected', decision: 'stopped', reason: 'It asks.' });
  });

  it('grants exactly what the question offered, and records it before it counts', async () => {
    const w = world();
    let grantsAtRecord = -1;
    w.onRecord = (event) => {
      if (event.type === 'permission_granted') grantsAtRecord = w.grants.all.length;
    };
    const call = w.call('file_read', { path: 'a' });
    await w.answer({ type: 'allow-session' });
    await call;
    expect(grantsAtRecord).toBe(0);
    expect(w.grants.all).toMatchObject([{ sessionId: 's1', key: 'read:/ws', label: 'Read files', tool: 'file_read' }]);
    expect(w.recorded.map(({ type, decision, reason }) => [type, decision, reason])).toEqual([
      ['tool_requested', undefined, 'It asks.'], ['permission_granted', 'allow-session', 'Read files'], ['tool_approved', 'allow-session', 'It asks.'], ['tool_executed', undefined, 'It asks.'],
    ]);
  });

  it('[P5] records by what a call was allowed that nobody was asked about', async () => {
    const w = world();
    w.grants.add({ sessionId: 's1', key: 'read:/ws', label: '', tool: 'file_read', at: 0 });
    const call = w.call('file_read', { path: 'a' });
    await call;
    expect(call.progress.map((each) => each.type)).toEqual(['judged', 'running', 'ended']);
    expect(w.recorded.at(-2)).toMatchObject({ type: 'tool_approved', decision: 'grant' });
  });

  it('[P2] names the rule of a denial that came while the question was open, in the record too', async () => {
    const w = world();
    const call = w.call('file_read', { path: 'a' });
    await w.nextRequest();
    w.pathVerdict = { verdict: 'deny', risk: 'low', rule: 'path.swapped', reason: 'A link now leads outside.' };
    await w.answer({ type: 'allow-once' });
    expect((await call).rule).toBe('path.swapped');
    expect(w.recorded.at(-1)).toMatchObject({ type: 'tool_denied', rule: 'path.swapped' });
  });

  it('[P4] names the change in the record of a call that is no longer what was shown', async () => {
    const w = world();
    const call = w.call('file_read', { path: 'a' });
    await w.nextRequest();
    w.pathVerdict = asks('path.read', { risk: 'high' });
    await w.answer({ type: 'allow-once' });
    await call;
    expect(w.recorded.at(-1)).toMatchObject({ type: 'tool_denied', rule: 'call.changed', reason: expect.stringContaining('no longer') as string });
  });

  it('[P4] runs the tool with the very change that was shown', async () => {
    const preview: Preview = { kind: 'change', change: { path: 'a', before: undefined, after: 'text', beforeHash: undefined, encoding: 'utf-8' } };
    const used: unknown[] = [];
    const write = defineTool({
      name: 'write', description: '', schema: z.object({}), effect: 'write', risk: 'medium', approval: 'grantable', title: () => 'Write', subjects: () => [],
      preview: async () => preview,
      run: async (_args, _ports, context) => {
        used.push(context.preview);
        return { text: '' };
      },
    });
    const w = world([write]);
    const call = w.call('write', {});
    const request = await w.answer({ type: 'allow-once' });
    await call;
    expect(request.preview).toBe(preview);
    expect(used).toEqual([preview]);
  });

  it('[P5] records which files a program is given, with their hashes, before it runs', async () => {
    const order: string[] = [];
    const execute = defineTool({
      name: 'execute', description: '', schema: z.object({}), effect: 'execute', risk: 'high', approval: 'each', title: () => 'Run', subjects: () => [],
      preview: async () => ({ kind: 'inputs', files: [{ name: 'a.csv', bytes: Buffer.from('1') }] }) as const,
      run: async () => {
        order.push(...w.recorded.map((each) => each.type));
        return { text: '' };
      },
    });
    const w = world([execute]);
    const call = w.call('execute', {});
    await w.answer({ type: 'allow-once' });
    await call;
    expect(order.at(-1)).toBe('tool_approved');
    expect(w.recorded.find((each) => each.type === 'tool_approved')).toMatchObject({ result: 'Given to the program: a.csv, 1 byte, SHA-256 6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b' });
  });

  it('takes no answer in the first half second of a question', async () => {
    const w = world();
    const call = w.call('file_read', { path: 'a' });
    const request = await w.nextRequest();
    expect(w.broker.answer(request.id, request.hash, { type: 'allow-once' })).toBe('too-early');
    w.clock += 499;
    expect(w.broker.answer(request.id, request.hash, { type: 'allow-once' })).toBe('too-early');
    w.clock += 1;
    expect(w.broker.answer(request.id, request.hash, { type: 'allow-once' })).toBe('accepted');
    expect((await call).state).toBe('done');
  });

  it('asks nobody about a change that could not be worked out, and records why', async () => {
    const edit = defineTool({
      name: 'edit', description: '', schema: z.object({}), effect: 'write', risk: 'medium', approval: 'grantable', title: () => 'Edit', subjects: () => [],
      preview: async () => { throw new AxonError('stale', 'The file has changed.', 'Read it again.'); },
      run: async () => ({ text: '' }),
    });
    const w = world([edit]);
    const call = w.call('edit', {});
    expect(await call).toEqual({ state: 'failed', text: 'The file has changed. Read it again.', next: 'Read it again.' });
    expect(call.progress.map((each) => each.type)).toEqual(['judged', 'ended']);
    expect(w.recorded.at(-1)).toMatchObject({ type: 'tool_failed', error: 'The file has changed. Read it again.' });
  });
});
