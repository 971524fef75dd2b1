import { expect, it } from 'vitest';
import { entryOf } from '../../../src/agent/conversation/record.js';
import { Transcript } from '../../../src/agent/transcript.js';
import type { CallProgress } from '../../../src/gate/call.js';
import { ModelError } from '../../../src/models/model.js';
import { ask, end, FakeTools, play, say, ScriptedModel, wantsCalls } from '../../unit/agent/scripted.js';

/** Ids of ours become `kind_1`, `kind_2` … in the order in which they first appear. */
function normalised(text: string): string {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  return text.replaceAll(/\b(user|answer|call|retry|notice|summary)_[0-9a-f]{24}\b/g, (id, kind: string) => {
    const known = names.get(id);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    names.set(id, `${kind}_${count}`);
    return `${kind}_${count}`;
  });
}

const approval = (callId: string): CallProgress => ({
  type: 'asked',
  approval: {
    id: 'approval', callId, sessionId: 's', agent: 'assistant', tool: 'file_edit', title: 'Edit a.ts', argumentsText: '{\n  "path": "a.ts"\n}', hash: 'hash', risk: 'medium', rule: 'path.write', reason: 'Writing asks.',
    warnings: [], grant: { key: 'write:/w', label: 'Write files in /w' }, preview: { kind: 'change', change: { path: 'a.ts', before: 'one\n', after: 'two\n', beforeHash: 'x', encoding: 'utf-8' } },
    askedAt: 1, expiresAt: 600_001, answerableAt: 501,
  },
});

/**
 * One run with most of what can happen in it: everything that was heard, that the page was told and that went into the
 * file, word by word. What nobody expected shows up as a difference.
 */
it('one run, as it is heard, shown and written down', async () => {
  const tools = new FakeTools((request, _signal, onProgress) => {
    const title = `${request.tool} ${request.argumentsJson}`;
    if (request.tool === 'shell_execute') {
      onProgress({ type: 'judged', title, risk: 'high', rule: 'command.chaining', reason: 'More than one command.' });
      return { state: 'denied', text: 'Refused by the policy.', rule: 'command.chaining', next: 'Run one command.' };
    }
    onProgress({ type: 'judged', title, risk: 'low', rule: 'path.read', reason: 'Inside the workspace.' });
    if (request.tool === 'file_edit') onProgress(approval(request.callId));
    onProgress({ type: 'running', at: 7, allowedBy: request.tool === 'file_edit' ? 'once' : 'grant' });
    onProgress({ type: 'output', chunk: 'working…' });
    return { state: 'done', text: `done: ${request.tool}`, summary: '1 line', milliseconds: 3 };
  });
  const model = new ScriptedModel([
    [say('Let me'), new ModelError('connection', 'The connection was cut.')],
    [say('Let me look. '), ask('read_file', { path: 'a.ts' }), ask('read_file', '{broken'), ask('file_edit', { path: 'a.ts', find: 'one', replace: 'two' }), { type: 'usage', usage: { input: 120, output: 30 } }, wantsCalls],
    [ask('shell_execute', { command: 'a; b' }), { type: 'usage', usage: { input: 200, output: 12 } }, wantsCalls],
    [say('All **done**.'), { type: 'usage', usage: { input: 240, output: 8 } }, end],
  ]);
  model.price = { input: 3, output: 15 };
  const { events, history } = await play(model, { tools, text: 'Change one to two in a.ts' });
  const transcript = new Transcript();
  const shown: string[] = [];
  const written: string[] = [];
  for (const event of events) {
    const increments = transcript.apply(event);
    shown.push(...increments.map((each) => JSON.stringify(each)));
    const entry = entryOf(event, increments.flatMap((each) => (each.type === 'appended' ? [] : [each.item])).at(0));
    if (entry) written.push(JSON.stringify(entry));
  }
  const parts = { Events: events.map((each) => JSON.stringify(each)), 'To the page': shown, 'In the file': written, 'To the model, next': history.map((each) => JSON.stringify(each.message)) };
  const text = Object.entries(parts).map(([name, lines]) => `# ${name}\n${lines.join('\n')}\n`).join('\n');
  await expect(normalised(text)).toMatchFileSnapshot('run.txt');
});
