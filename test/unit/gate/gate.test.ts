import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { AxonError } from '../../../src/errors.js';
import { defineTool } from '../../../src/tools/tool.js';
import { asks, assistant, world } from './fixture.js';

describe('the way of a call', () => {
  it('[P1] runs nothing that nobody allowed', async () => {
    const w = world();
    const call = w.call('file_read', { path: 'a' });
    await w.nextRequest();
    expect(w.ran).toEqual([]);
    await w.answer({ type: 'deny' });
    expect((await call).state).toBe('rejected');
    expect(w.ran).toEqual([]);
  });

  it('[P5] records request and approval before the tool runs, and the result after', async () => {
    const w = world();
    const seen: string[][] = [];
    vi.spyOn(w.ran, 'push').mockImplementation((...items) => {
      seen.push(w.recorded.map((each) => each.type));
      return items.length;
    });
    const call = w.call('file_read', { path: 'a' });
    await w.answer({ type: 'allow-once' });
    await call;
    expect(seen).toEqual([['tool_requested', 'tool_approved']]);
    expect(w.recorded.map((each) => each.type)).toEqual(['tool_requested', 'tool_approved', 'tool_executed']);
    expect(w.recorded[1]).toMatchObject({ decision: 'allow-once', tool: 'file_read', callId: 'c1', sessionId: 's1' });
  });

  it('records with the request what each layer said, and with nothing else', async () => {
    const w = world();
    w.trusted = false;
    await w.call('shell_execute', { command: 'ls' });
    expect(w.recorded.map(({ type, layers }) => ({ type, layers: layers?.map(({ layer, verdict, rule }) => ({ layer, verdict, rule })) }))).toEqual([
      { type: 'tool_requested', layers: [{ layer: 'built-in', verdict: 'ask', rule: 'command.listed' }, { layer: 'trust', verdict: 'deny', rule: 'trust.no-execution' }] },
      { type: 'tool_denied', layers: undefined },
    ]);
  });

  it('[P5] does not run when the record cannot be made, whether before the question or after the answer', async () => {
    const before = world();
    before.auditBroken = true;
    expect(await before.call('file_read', { path: 'a' })).toMatchObject({ state: 'failed', rule: 'audit.unavailable', next: 'Make room.' });
    const after = world();
    const call = after.call('file_read', { path: 'a' });
    await after.nextRequest();
    after.auditBroken = true;
    await after.answer({ type: 'allow-once' });
    expect(await call).toMatchObject({ state: 'failed', rule: 'audit.unavailable' });
    expect([...before.ran, ...after.ran]).toEqual([]);
  });

  it('allows once for one call only: the same call asks again', async () => {
    const w = world();
    const first = w.call('file_read', { path: 'a' });
    await w.answer({ type: 'allow-once' });
    await first;
    const second = w.call('file_read', { path: 'a' });
    await w.answer({ type: 'deny' });
    expect((await second).state).toBe('rejected');
    expect(w.ran).toHaveLength(1);
  });

  it('covers exactly the granted key for the session, and no other session', async () => {
    const w = world();
    const first = w.call('shell_execute', { command: 'ls' });
    await w.answer({ type: 'allow-session' });
    expect((await first).state).toBe('done');
    expect(await w.call('shell_execute', { command: 'ls' })).toMatchObject({ state: 'done' });
    w.commandVerdict = asks('command.listed', { risk: 'medium', grant: { key: 'command:["pwd"]', label: '' } });
    const other = w.call('shell_execute', { command: 'pwd' });
    await w.answer({ type: 'deny' });
    expect((await other).state).toBe('rejected');
    w.commandVerdict = asks('command.listed', { risk: 'medium', grant: { key: 'command:["ls"]', label: '' } });
    const elsewhere = w.call('shell_execute', { command: 'ls' }, { sessionId: 's2' });
    await w.answer({ type: 'deny' });
    expect((await elsewhere).state).toBe('rejected');
    expect(w.recorded.map((each) => each.type)).toContain('permission_granted');
  });

  it('[P2] never lets a grant beat a denial', async () => {
    const w = world();
    const first = w.call('shell_execute', { command: 'ls' });
    await w.answer({ type: 'allow-session' });
    await first;
    w.commandVerdict = { ...w.commandVerdict, verdict: 'deny', rule: 'command.test' };
    expect(await w.call('shell_execute', { command: 'ls' })).toMatchObject({ state: 'denied', rule: 'command.test' });
  });

  it('[P2] refuses what became forbidden while the question was open', async () => {
    const w = world();
    const call = w.call('file_read', { path: 'a' });
    await w.nextRequest();
    w.pathVerdict = { verdict: 'deny', risk: 'low', rule: 'path.swapped', reason: 'A link now leads outside.' };
    await w.answer({ type: 'allow-once' });
    expect(await call).toMatchObject({ state: 'denied', rule: 'path.swapped' });
    expect(w.ran).toEqual([]);
  });

  it('never offers a session grant for code_execute, whatever the guard says, and asks each time', async () => {
    const w = world();
    for (let round = 0; round < 2; round += 1) {
      const call = w.call('code_execute', { code: 'print(1)' });
      const request = await w.nextRequest();
      expect(request.grant).toBeUndefined();
      w.clock = request.answerableAt;
      expect(w.broker.answer(request.id, request.hash, { type: 'allow-session' })).toBe('not-offered');
      await w.answer({ type: 'allow-once' });
      await call;
    }
    expect(w.ran).toHaveLength(2);
  });

  it('closes a request that a grant given meanwhile covers', async () => {
    const w = world();
    const one = w.call('file_read', { path: 'a' });
    const two = w.call('file_read', { path: 'b' });
    await vi.waitFor(() => expect(w.broker.pending).toHaveLength(2));
    await w.answer({ type: 'allow-session' });
    expect([(await one).state, (await two).state]).toEqual(['done', 'done']);
  });

  it('[P6] suspends grants that could send or change, once the session read outside content, until it is cleared', async () => {
    const w = world();
    const shell = w.call('shell_execute', { command: 'ls' });
    await w.answer({ type: 'allow-session' });
    await shell;
    const fetched = w.call('web_fetch', { url: 'https://a.example/' });
    await w.answer({ type: 'allow-session' });
    await fetched;
    expect(w.taint.marks('s1')).toMatchObject([{ source: 'https://a.example/' }]);
    for (const [tool, args] of [['shell_execute', { command: 'ls' }], ['web_fetch', { url: 'https://a.example/' }]] as const) {
      const again = w.call(tool, args);
      await w.answer({ type: 'deny' });
      expect((await again).state).toBe('rejected');
    }
    w.taint.clear('s1');
    expect((await w.call('shell_execute', { command: 'ls' })).state).toBe('done');
  });

  it('[P6] offers no permission that would not count, and says why', async () => {
    const w = world();
    w.taint.mark('s1', 'https://a.example/');
    const call = w.call('shell_execute', { command: 'ls' });
    const request = await w.nextRequest();
    expect(request.grant).toBeUndefined();
    expect(request.warnings.join()).toContain('outside');
    await w.answer({ type: 'deny' });
    await call;
    const read = w.call('file_read', { path: 'a' });
    expect((await w.nextRequest()).grant).toBeDefined();
    await w.answer({ type: 'deny' });
    await read;
  });

  it('answers bad calls with what is wrong, and records them', async () => {
    const w = world();
    expect(await w.call('no_such_tool', {})).toMatchObject({ state: 'invalid', rule: 'call.unknown-tool' });
    expect(await w.call('file_read', '{"path": ')).toMatchObject({ state: 'invalid', rule: 'call.invalid-arguments' });
    expect(await w.call('file_read', { path: 7 })).toMatchObject({ state: 'invalid' });
    expect(await w.call('file_read', JSON.stringify({ path: 'x'.repeat(1_000_001) }))).toMatchObject({ state: 'invalid' });
    expect(w.recorded.filter((each) => each.type === 'tool_failed')).toHaveLength(4);
    expect(w.ran).toEqual([]);
  });

  it('drops keys that the schema does not know from what is shown and what is run', async () => {
    const w = world();
    const call = w.call('file_read', { path: 'a', approved: true, risk: 'none' });
    const request = await w.answer({ type: 'allow-once' });
    expect(JSON.parse(request.argumentsText)).toEqual({ path: 'a' });
    await call;
    expect(w.ran).toEqual(['file_read {"path":"a"}']);
  });

  it('refuses a tool outside the profile, and a risk above it', async () => {
    const w = world();
    const reader = { ...assistant, id: 'reader', tools: ['file_read'] };
    expect(await w.call('shell_execute', { command: 'ls' }, { agent: reader })).toMatchObject({ state: 'denied', rule: 'agent.tool-not-offered' });
    expect(await w.call('code_execute', { code: '' }, { agent: { ...assistant, highestRisk: 'medium' } })).toMatchObject({ state: 'denied', rule: 'agent.risk-too-high' });
  });

  it('stops while it asks, and while it runs', async () => {
    const slow = defineTool({
      name: 'slow', description: '', schema: z.object({}), effect: 'read', risk: 'low', approval: 'grantable', title: () => 'Slow', subjects: () => [],
      run: (_args, _ports, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new AxonError('cancelled', 'Cancelled.')))),
    });
    const w = world([slow]);
    const asking = new AbortController();
    const first = w.call('slow', {}, { signal: asking.signal });
    await w.nextRequest();
    asking.abort();
    expect((await first).state).toBe('stopped');
    const running = new AbortController();
    const second = w.call('slow', {}, { signal: running.signal });
    await w.answer({ type: 'allow-once' });
    await vi.waitFor(() => expect(second.progress.some((each) => each.type === 'running')).toBe(true));
    running.abort();
    expect((await second).state).toBe('stopped');
    expect(w.broker.pending).toEqual([]);
  });

  it('ends each call with exactly one `ended`, last, though a listener throws and a tool misbehaves', async () => {
    const bad = defineTool({
      name: 'bad', description: '', schema: z.object({}), effect: 'read', risk: 'low', approval: 'grantable', title: () => 'Bad', subjects: () => [],
      run: async () => { throw new TypeError('boom'); },
    });
    const w = world([bad]);
    const call = w.call('bad', {});
    await w.answer({ type: 'allow-once' });
    expect(await call).toMatchObject({ state: 'failed', text: 'Failed: boom' });
    expect(call.progress.filter((each) => each.type === 'ended')).toHaveLength(1);
    expect(call.progress.at(-1)?.type).toBe('ended');
    const deaf = w.gate.callTool({ callId: 'x', sessionId: 's', source: 'chat', agent: assistant, tool: 'nope', argumentsJson: '' }, { signal: new AbortController().signal, onProgress: () => { throw new Error('listener'); } });
    expect((await deaf).state).toBe('invalid');
  });

  describe('what changes while the question is open', () => {
    const folder = (key: string) => asks('path.read', { grant: { key, label: 'Read files' } });

    it('[P4] runs nothing that has become riskier than what was shown', async () => {
      const w = world();
      const call = w.call('file_read', { path: 'a' });
      await w.nextRequest();
      w.pathVerdict = asks('path.config-as-code', { risk: 'high' });
      await w.answer({ type: 'allow-once' });
      expect(await call).toMatchObject({ state: 'denied', rule: 'call.changed' });
      expect(w.ran).toEqual([]);
      expect(w.recorded.map((each) => each.type)).toEqual(['tool_requested', 'tool_denied']);
    });

    it('[P4] runs nothing with a warning that nobody saw', async () => {
      const w = world();
      const call = w.call('file_read', { path: 'a' });
      await w.nextRequest();
      w.pathVerdict = { ...w.pathVerdict, warnings: ['The file has a second name.'] };
      await w.answer({ type: 'allow-once' });
      expect(await call).toMatchObject({ state: 'denied', rule: 'call.changed' });
    });

    it('[P4] runs nothing that has come to lie in another folder, whoever allowed it', async () => {
      for (const type of ['allow-once', 'allow-session'] as const) {
        const w = world();
        const call = w.call('file_read', { path: 'a' });
        await w.nextRequest();
        w.pathVerdict = folder('read:/ws/elsewhere');
        await w.answer({ type });
        expect(await call).toMatchObject({ state: 'denied', rule: 'call.changed' });
        expect(w.ran).toEqual([]);
      }
    });

    it('[P2] runs nothing on a setting that was taken back meanwhile', async () => {
      const w = world();
      w.autoApprove = ['file_read'];
      const call = w.call('file_read', { path: 'a' });
      w.onRecord = () => {
        w.autoApprove = [];
      };
      expect(await call).toMatchObject({ state: 'denied', rule: 'call.changed' });
      expect(w.ran).toEqual([]);
    });

    it('runs what has only become easier', async () => {
      const w = world();
      const call = w.call('file_read', { path: 'a' });
      await w.nextRequest();
      w.autoApprove = ['file_read'];
      await w.answer({ type: 'allow-once' });
      expect(await call).toMatchObject({ state: 'done' });
    });
  });

  it('[P5] records that a call was stopped, at whatever step it was', async () => {
    for (const step of ['tool_requested', 'permission_granted', 'tool_approved'] as const) {
      const w = world();
      const stop = new AbortController();
      w.onRecord = (event) => {
        if (event.type === step) stop.abort();
      };
      const call = w.call('file_read', { path: 'a' }, { signal: stop.signal });
      if (step !== 'tool_requested') await w.answer({ type: 'allow-session' });
      expect(await call).toMatchObject({ state: 'stopped' });
      expect(w.recorded.at(-1)).toMatchObject({ type: 'tool_rejected', decision: 'stopped' });
      expect(w.ran).toEqual([]);
    }
  });

  it('[P5] records a call that fails on its way', async () => {
    const w = world([defineTool({ name: 'odd', description: '', schema: z.object({}), effect: 'read', risk: 'low', approval: 'grantable', title: () => { throw new Error('no title'); }, subjects: () => [], run: async () => ({ text: '' }) })]);
    expect(await w.call('odd', {})).toMatchObject({ state: 'failed', rule: 'call.failed' });
    expect(w.recorded.at(-1)).toMatchObject({ type: 'tool_failed', error: 'Failed: no title' });
  });
});

describe('limited mode', () => {
  it('[P7] executes nothing and grants nothing in an untrusted workspace', async () => {
    const w = world();
    w.trusted = false;
    expect(await w.call('shell_execute', { command: 'ls' })).toMatchObject({ state: 'denied', rule: 'trust.no-execution' });
    w.autoApprove = ['file_read'];
    const read = w.call('file_read', { path: 'a' });
    expect((await w.nextRequest()).grant).toBeUndefined();
    await w.answer({ type: 'deny' });
    await read;
  });
});

describe('auto-approval', () => {
  it('is off by default, and covers only listed tools at low risk without warnings', async () => {
    const w = world();
    w.autoApprove = ['file_read', 'shell_execute', 'code_execute'];
    expect(await w.call('file_read', { path: 'a' })).toMatchObject({ state: 'done' });
    expect(w.recorded.at(-2)).toMatchObject({ type: 'tool_approved', decision: 'policy', rule: 'user.auto-approve' });
    for (const [tool, args] of [['shell_execute', { command: 'ls' }], ['code_execute', { code: '1' }]] as const) {
      const call = w.call(tool, args);
      await w.answer({ type: 'deny' });
      expect((await call).state).toBe('rejected');
    }
    w.pathVerdict = asks('path.config', { warnings: ['It can run code.'] });
    const warned = w.call('file_read', { path: '.vscode/tasks.json' });
    await w.answer({ type: 'deny' });
    expect((await warned).state).toBe('rejected');
  });
});

describe('a change that does not fit', () => {
  const edit = defineTool({
    name: 'file_edit', description: '', schema: z.object({ path: z.string() }), effect: 'write', risk: 'medium', approval: 'grantable', title: () => 'Edit',
    subjects: (a) => [{ kind: 'path', operation: 'write', path: a.path }],
    preview: async () => { throw new AxonError('not-found', 'The closest line is: password = hunter2'); },
    run: async () => ({ text: 'no' }),
  });

  it('does not tell a model that may not read a file whether it holds exactly this text', async () => {
    const same = { ...edit, preview: async () => { throw new AxonError('invalid-arguments', 'a has exactly this text already.'); } };
    const { text } = await world([same]).call('file_edit', { path: 'a' });
    expect(text).not.toContain('exactly');
  });

  it('tells nothing of what the file holds to a model that may not read it', async () => {
    const w = world([edit]);
    const outcome = await w.call('file_edit', { path: 'a' });
    expect(outcome.state).toBe('failed');
    expect(outcome.text).not.toContain('hunter2');
    const read = w.call('file_read', { path: 'a' });
    await w.answer({ type: 'allow-session' });
    await read;
    expect((await w.call('file_edit', { path: 'a' })).text).toContain('hunter2');
  });
});
