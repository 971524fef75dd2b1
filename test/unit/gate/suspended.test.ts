import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Grants } from '../../../src/gate/grants.js';
import { suspendedByTaint } from '../../../src/gate/suspended.js';
import type { Decision } from '../../../src/policy/decision.js';
import type { PolicyQuestion } from '../../../src/policy/engine.js';
import { defineTool } from '../../../src/tools/tool.js';
import { asks, assistant, world } from './fixture.js';

const suspended = 'that is suspended until the mark of outside content is cleared.';

const lookup = defineTool({ name: 'lookup', description: '', schema: z.object({ url: z.string() }), effect: 'network', risk: 'low', approval: 'grantable', title: ({ url }) => url, subjects: ({ url }) => [{ kind: 'url', method: 'GET', url }], run: async () => ({ text: '' }) });

describe('[P6] a permission that outside content suspends', () => {
  it('is told on the request that it would have covered', async () => {
    const w = world();
    w.grants.add({ sessionId: 's1', key: 'command:["ls"]', label: 'Run exactly "ls"', tool: 'shell_execute', at: 0 });
    w.taint.mark('s1', 'https://a.example/');
    const done = w.call('shell_execute', { command: 'ls' });
    const request = await w.answer({ type: 'deny' });
    await done;
    expect(request.warnings.at(-1)).toBe(`A permission that you gave for this session would cover this; ${suspended}`);
  });

  it('is told of settings that would have let it run', async () => {
    const w = world([lookup]);
    w.autoApprove = ['lookup'];
    w.urlVerdict = asks('url.host', { risk: 'low' });
    w.taint.mark('s1', 'https://a.example/');
    const done = w.call('lookup', { url: 'https://b.example/' });
    const request = await w.answer({ type: 'deny' });
    await done;
    expect(request.warnings.at(-1)).toBe(`Your settings would let this run without asking (user.auto-approve); ${suspended}`);
  });

  it('is not told where nothing is suspended: for reading, and in a clean session', async () => {
    const w = world();
    w.grants.add({ sessionId: 's1', key: 'read:/elsewhere', label: 'Read files', tool: 'file_read', at: 0 });
    for (const mark of [false, true]) {
      if (mark) w.taint.mark('s1', 'https://a.example/');
      const done = w.call('file_read', { path: 'a' });
      expect((await w.answer({ type: 'deny' })).warnings).toEqual([]);
      await done;
    }
  });
});

describe('[P6] what outside content suspends', () => {
  /** What is told of a call in a session that holds a permission for `ls`, when the policy decides so without the mark. */
  async function told(decision: Partial<Decision>, { effect = 'execute', tainted = true }: { effect?: PolicyQuestion['tool']['effect']; tainted?: boolean } = {}) {
    const asked: PolicyQuestion[] = [];
    const policy = {
      decide: async (question: PolicyQuestion) => {
        asked.push(question);
        return { decision: asks('command.listed', { grant: { key: 'command:["ls"]', label: 'Run exactly "ls"' }, ...decision }), layers: [] };
      },
    };
    const grants = new Grants();
    grants.add({ sessionId: 's1', key: 'command:["ls"]', label: 'Run exactly "ls"', tool: 'shell_execute', at: 0 });
    const question: PolicyQuestion = { tool: { name: 'shell_execute', effect, risk: 'medium', approval: 'grantable' }, subjects: [{ kind: 'command', command: 'ls' }], agent: assistant, trusted: true, tainted };
    return { text: await suspendedByTaint(question, policy, grants, 's1'), asked };
  }

  it('is worked out by deciding the same call once more as if nothing had been read', async () => {
    const { text, asked } = await told({});
    expect(text).toBe(`A permission that you gave for this session would cover this; ${suspended}`);
    expect(asked).toMatchObject([{ tainted: false, trusted: true, subjects: [{ command: 'ls' }] }]);
  });

  it('is nothing in a clean session and for reading, and then nothing is decided either', async () => {
    expect(await told({}, { tainted: false })).toEqual({ text: undefined, asked: [] });
    expect(await told({}, { effect: 'read' })).toEqual({ text: undefined, asked: [] });
    expect(await told({ verdict: 'allow' }, { effect: 'read' })).toEqual({ text: undefined, asked: [] });
  });

  it('is nothing where the call would be refused anyway, whatever was permitted', async () => {
    expect((await told({ verdict: 'deny' })).text).toBeUndefined();
  });

  it('is nothing where the permission is for something else, or none can be given', async () => {
    expect((await told({ grant: { key: 'command:["rm"]', label: 'Run exactly "rm"' } })).text).toBeUndefined();
    expect((await told({ grant: undefined as never })).text).toBeUndefined();
  });
});
