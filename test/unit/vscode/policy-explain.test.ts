import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AuditRecord } from '../../../src/audit/record.js';
import { canonicalJson, sha256 } from '../../../src/canonical.js';
import type { PolicyQuestion, Ruling } from '../../../src/policy/engine.js';
import { brokenLayer, noRules, type RuleLayer } from '../../../src/policy/rules/rule-layer.js';
import { defineTool } from '../../../src/tools/tool.js';
import { ToolRegistry } from '../../../src/tools/registry.js';
import { PolicyExplainer } from '../../../src/vscode/policy-explain.js';
import type { CheckedFile } from '../../../src/vscode/policy-rules.js';

const ran: unknown[] = [];
const readFile = defineTool({
  name: 'file_read', description: '', schema: z.object({ path: z.string() }), effect: 'read', risk: 'low', approval: 'grantable',
  title: ({ path }) => `Read ${path}`, subjects: ({ path }) => [{ kind: 'path', operation: 'read', path }], run: async (args) => ({ text: String(ran.push(args)) }),
});
const covers = { call: () => true, path: () => true };
const rule = { id: 'no-a', verdict: 'deny', reason: 'No.' } as const;
const text = '{\n  "rules": [\n    { "id": "other", "verdict": "ask", "reason": "id: no-a" },\n    { "reason": "No.",\n      "id": "no-a", "verdict": "deny" }\n  ],\n  "version": 1\n}';
const ready = (source: string): RuleLayer => ({ state: 'ready', rules: [{ rule, source, covers }] });
const file = (layer: RuleLayer, source = '.axon/policy.json'): CheckedFile => ({ folder: { name: 'app', path: '/ws' }, source, file: { state: 'text', text, folder: '/ws' }, layer });

function explainer(by: string, { user = noRules, files = [] as readonly CheckedFile[] } = {}) {
  const asked: PolicyQuestion[] = [];
  const decision = { verdict: 'deny', risk: 'low', rule: by, reason: 'No.' } as const;
  const ruling: Ruling = { decision, layers: [{ layer: 'built-in', decision }] };
  const explain = new PolicyExplainer({
    tools: new ToolRegistry([readFile]),
    policy: { decide: async (question) => (asked.push(question), ruling) },
    rules: { user: async () => user, files: async () => files },
    trusted: () => true,
    tainted: (sessionId) => sessionId === 'tainted',
  });
  return { explain, asked };
}

function recordOf(args: string, more: Partial<AuditRecord> = {}): AuditRecord {
  return { v: 1, at: 1, window: 'w', journal: 'j', seq: 1, prev: '', hash: '', type: 'tool_requested', sessionId: 'tainted', agent: 'reviewer', callId: 'c1', tool: 'file_read', arguments: args, argumentsHash: sha256(args), rule: 'path.reading-asks', ...more };
}

const args = canonicalJson({ path: 'a' });

describe('why a past call was decided so', () => {
  it('is judged anew as its agent and its session would be now, and nothing is run', async () => {
    const { explain, asked } = explainer('path.x');
    const page = await explain.recorded(recordOf(args), []);
    expect(page).toMatchObject({ title: 'Read a', agent: 'Reviewer', now: { decision: { rule: 'path.x' } } });
    expect(asked).toMatchObject([{ agent: { id: 'reviewer' }, trusted: true, tainted: true, subjects: [{ kind: 'path', operation: 'read', path: 'a' }] }]);
    expect(ran).toEqual([]);
  });

  it('is not judged anew when the log holds another call than was made', async () => {
    const { explain, asked } = explainer('path.x');
    const cut = await explain.recorded(recordOf(args, { arguments: '{"path":"[redacted:held]"}' }), []);
    expect(cut.now).toMatchObject({ unknown: expect.stringContaining('without a secret') as unknown });
    const { argumentsHash, ...invalid } = recordOf('{"nonsense":1}');
    expect((await explain.recorded(invalid, [])).now).toMatchObject({ unknown: expect.stringContaining('nothing to judge') as unknown });
    expect([argumentsHash?.length, asked]).toEqual([64, []]);
  });

  it('tells what became of it without saying the same twice', async () => {
    const { explain } = explainer('path.x');
    const request = recordOf(args, { reason: 'It asks.' });
    const page = await explain.recorded(request, [request, { ...request, type: 'tool_approved', decision: 'allow-once' }, { ...request, type: 'tool_denied', rule: 'call.changed', reason: 'It changed.' }]);
    expect(page.then?.story).toEqual([{ at: 1, type: 'tool_approved', decision: 'allow-once' }, { at: 1, type: 'tool_denied', text: 'call.changed: It changed.' }]);
  });

  it('names a tool and an agent that are gone', async () => {
    const page = await explainer('path.x').explain.recorded(recordOf(args, { tool: 'gone', agent: 'old' }), []);
    expect(page).toMatchObject({ title: 'gone', agent: 'old', now: { unknown: 'There is no tool of this name.' } });
  });
});

describe('the rule that won', () => {
  const tried = { tool: 'file_read', argumentsJson: args, agent: { id: 'a', label: 'A', description: '', prompt: '', tools: 'all', highestRisk: 'high' }, sessionId: 's' } as const;

  it('is shown in full with its file and line', async () => {
    const page = await explainer('workspace.no-a', { files: [file(brokenLayer('x')), file(ready('.axon/policy.json'))] }).explain.tried(tried);
    expect(page.rule).toEqual({ name: 'workspace.no-a', place: '.axon/policy.json, line 4', json: JSON.stringify(rule, null, 2) });
  });

  it('is found in the settings', async () => {
    const page = await explainer('user.no-a', { user: ready('your settings') }).explain.tried(tried);
    expect(page.rule).toMatchObject({ place: 'your settings, axon.policy.rules' });
  });

  it('that is gone is said to be gone, and one of Axon\'s own has no text', async () => {
    expect((await explainer('workspace.no-a').explain.tried(tried)).rule).toEqual({ name: 'workspace.no-a', place: 'no longer there', json: '' });
    for (const own of ['path.outside-workspace', 'user.auto-approve', 'workspace.broken-rules']) expect((await explainer(own).explain.tried(tried)).rule).toBeUndefined();
  });

  it('is not looked for where the arguments do not fit the tool', async () => {
    const page = await explainer('path.x').explain.tried({ ...tried, argumentsJson: '{"path":1}' });
    expect(page.now).toMatchObject({ unknown: expect.stringContaining('path') as unknown });
  });
});
