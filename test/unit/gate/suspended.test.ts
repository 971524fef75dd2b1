import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineTool } from '../../../src/tools/tool.js';
import { asks, world } from './fixture.js';

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
