import { describe, expect, it } from 'vitest';
import { newCallItem, nextCallItem, shownCharacters } from '../../../src/agent/call-item.js';
import type { ApprovalRequest } from '../../../src/gate/approval.js';
import type { CallOutcome } from '../../../src/gate/call.js';
import type { CallItem } from '../../../src/protocol/transcript.js';

const prepare = (argumentsJson = '{"command":"ls"}', name = 'shell_execute'): CallItem => newCallItem({ id: 'c1', name, argumentsJson }, 7);

const approval: ApprovalRequest = {
  id: 'a1', callId: 'c1', sessionId: 's1', agent: 'assistant', tool: 'shell_execute', title: 'Run ls', argumentsText: '{\n  "command": "ls"\n}', hash: 'h', risk: 'medium', rule: 'command.listed', reason: 'It asks.',
  warnings: ['Look twice.'], askedAt: 10, expiresAt: 600_010, answerableAt: 510,
};
const ask = (more: Partial<ApprovalRequest> = {}): CallItem => nextCallItem(prepare(), { type: 'asked', approval: { ...approval, ...more } });
const end = (outcome: Partial<CallOutcome>, item = ask()): CallItem => nextCallItem(item, { type: 'ended', outcome: { state: 'done', text: 'ok', ...outcome } });

describe('a card before its call was judged', () => {
  it('shows the tool and its arguments in their canonical form', () => {
    expect(prepare('{"b":1,  "a":"x"}')).toEqual({ kind: 'call', id: 'c1', at: 7, tool: 'shell_execute', title: 'shell_execute', argumentsText: '{\n  "a": "x",\n  "b": 1\n}', state: 'preparing', output: '' });
  });

  it('shows no arguments as none, and what is no JSON as it came', () => {
    expect(prepare(' ').argumentsText).toBe('{}');
    expect(prepare('{"a":').argumentsText).toBe('{"a":');
  });

  it('shows what a name hides, and cuts names and arguments that are too long', () => {
    const { tool, argumentsText } = prepare(JSON.stringify({ a: 'x'.repeat(30_000) }), `a\u202eb${'c'.repeat(200)}`);
    expect(tool.startsWith('a\\u202eb')).toBe(true);
    expect(tool).toHaveLength(100);
    expect(argumentsText.length).toBeLessThanOrEqual(shownCharacters);
    expect(argumentsText).toContain('were cut out here');
  });
});

describe('a card whose call is judged and asked about', () => {
  it('takes the title, risk and reason of the gate, and shows what the title hides', () => {
    expect(nextCallItem(prepare(), { type: 'judged', title: 'Run l\u202es', risk: 'high', rule: 'r', reason: 'Because.' })).toEqual({ ...prepare(), title: 'Run l⟨\\u202e⟩s', risk: 'high', rule: 'r', reason: 'Because.' });
    expect(nextCallItem(prepare(), { type: 'judged', title: 'x'.repeat(400), risk: 'low', rule: 'r', reason: '' }).title).toHaveLength(300);
  });

  it('[P4] carries what an answer is bound to, and the arguments whole, however long', () => {
    expect(ask()).toEqual({
      ...prepare(), state: 'asking', argumentsText: approval.argumentsText, risk: 'medium', rule: 'command.listed', reason: 'It asks.',
      approval: { id: 'a1', hash: 'h', warnings: ['Look twice.'], hasDiff: false, expiresAt: 600_010, answerableAt: 510 },
    });
    const long = 'x'.repeat(shownCharacters * 2);
    expect(ask({ argumentsText: long }).argumentsText).toBe(long);
  });

  it('offers a permission only where there is one, by what it is called', () => {
    expect(ask({ grant: { key: 'command:["ls"]', label: 'Run exactly "ls"' } }).approval?.grantLabel).toBe('Run exactly "ls"');
    expect(ask().approval).not.toHaveProperty('grantLabel');
  });

  it('counts the lines of the change that is planned', () => {
    const preview = { kind: 'change', change: { path: 'a', before: 'a\nb\n', after: 'a\nc\nd\n', beforeHash: undefined, encoding: 'utf-8' } } as const;
    expect(ask({ preview }).approval).toMatchObject({ hasDiff: true, added: 2, removed: 1 });
  });
});

describe('a card whose call runs and ends', () => {
  it('can no longer be answered', () => {
    const running = nextCallItem(ask(), { type: 'running', at: 20, allowedBy: 'once' });
    expect(running).toMatchObject({ state: 'running', startedAt: 20, allowedBy: 'once' });
    expect(running).not.toHaveProperty('approval');
    expect(end({})).not.toHaveProperty('approval');
  });

  it('collects output, and keeps the end of what is too much', () => {
    const running = nextCallItem(prepare(), { type: 'running', at: 20, allowedBy: 'policy' });
    const two = nextCallItem(nextCallItem(running, { type: 'output', chunk: 'a\n' }), { type: 'output', chunk: 'b\n' });
    expect(two.output).toBe('a\nb\n');
    const { output } = nextCallItem(two, { type: 'output', chunk: `${'x'.repeat(shownCharacters)}end` });
    expect(output).toHaveLength(shownCharacters);
    expect(output.endsWith('xend')).toBe(true);
  });

  it('says how it ended, and nothing that the outcome does not say', () => {
    const full = { state: 'failed', text: 'No such file.', summary: 'Failed', rule: 'r', next: 'Look again.', milliseconds: 12, outside: 'https://a.example/' } as const;
    const { text, ...told } = full;
    expect(end(full)).toMatchObject({ ...told, output: text });
    const bare = end({});
    expect(bare).toMatchObject({ state: 'done', output: 'ok', rule: 'command.listed' });
    for (const key of ['summary', 'next', 'milliseconds', 'outside', 'mayAllowHere']) expect(bare).not.toHaveProperty(key);
    expect(end({ text: 'x'.repeat(shownCharacters * 2) }).output.length).toBeLessThanOrEqual(shownCharacters);
  });

  it('offers to allow a command that is on no list, and no other refused one', () => {
    expect(end({ state: 'denied', rule: 'command.not-listed' })).toMatchObject({ mayAllowHere: true });
    expect(end({ state: 'denied', rule: 'command.chaining' })).not.toHaveProperty('mayAllowHere');
    expect(end({ state: 'done', rule: 'command.not-listed' })).not.toHaveProperty('mayAllowHere');
  });
});
