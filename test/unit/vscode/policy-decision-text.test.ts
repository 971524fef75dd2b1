import { describe, expect, it } from 'vitest';
import type { Ruling } from '../../../src/policy/engine.js';
import { decisionText, type DecisionPage } from '../../../src/vscode/policy-decision-text.js';

const asked = { verdict: 'ask', risk: 'medium', rule: 'command.runs-code-asks', reason: 'npm test runs the tests of the workspace, which is code of its own.' } as const;
const denied = { verdict: 'deny', risk: 'medium', rule: 'workspace.no-npm', reason: '.axon/policy.json says: Tests run in the pipeline.', next: 'Push, and look at the pipeline.' } as const;
const ruling: Ruling = { decision: denied, layers: [{ layer: 'built-in', decision: asked }, { layer: 'workspace', decision: denied, source: '.axon/policy.json' }] };
const page: DecisionPage = {
  title: 'Run npm test',
  tool: 'shell_execute',
  agent: 'Assistant',
  argumentsText: '{"command":"npm test"}',
  then: {
    at: Date.UTC(2026, 0, 2, 3, 4, 5),
    source: 'chat',
    sessionId: 's1',
    decision: { risk: 'medium', rule: 'command.runs-code-asks', reason: asked.reason },
    layers: [{ layer: 'built-in', ...asked }],
    story: [{ at: Date.UTC(2026, 0, 2, 3, 4, 9), type: 'tool_approved', decision: 'allow-once' }, { at: Date.UTC(2026, 0, 2, 3, 4, 10), type: 'tool_failed', text: 'exit code 1' }],
  },
  now: ruling,
  rule: { name: 'workspace.no-npm', place: '.axon/policy.json, line 4', json: '{\n  "id": "no-npm"\n}' },
};

describe('the page that tells why', () => {
  it('has the call, every layer then and now, what became of it, what to do instead and the rule', () => {
    expect(decisionText(page)).toBe(`Run npm test
============

  tool        Run a command (shell_execute)
  agent       Assistant
  asked       2026-01-02 03:04:05 UTC, from chat
  session     s1
  arguments
    {
      "command": "npm test"
    }

How it was judged then

  → built-in    Axon’s own guards: ask, medium risk, command.runs-code-asks
                npm test runs the tests of the workspace, which is code of its
                own.
    user        no objection: your rules (axon.policy.rules)
    agent       no objection: the agent’s profile
    workspace   no objection: the rules of the workspace (.axon/policy.json)
    trust       no objection: workspace trust
    taint       no objection: what the session has read from outside

  The strictest layer wins: a denial before a question before no objection, and
    of equals the first. The risk is the highest that any layer said.

What became of it

  2026-01-02 03:04:09 UTC  Allowed (tool_approved): once, by a person (allow-once)
  2026-01-02 03:04:10 UTC  Failed (tool_failed)
      exit code 1

How it would be judged now

  REFUSED
  by workspace.no-npm, medium risk

    built-in    Axon’s own guards: ask, medium risk, command.runs-code-asks
                npm test runs the tests of the workspace, which is code of its
                own.
    user        no objection: your rules (axon.policy.rules)
    agent       no objection: the agent’s profile
  → workspace   Rules of the workspace: deny, medium risk, workspace.no-npm
                .axon/policy.json says: Tests run in the pipeline.
    trust       no objection: workspace trust
    taint       no objection: what the session has read from outside

  The strictest layer wins: a denial before a question before no objection, and
    of equals the first. The risk is the highest that any layer said.

  What to do instead: Push, and look at the pipeline.

The rule workspace.no-npm (.axon/policy.json, line 4)

    {
      "id": "no-npm"
    }
`);
  });

  it('names the allowance that won over the question it answers', () => {
    const allowed = { ...asked, verdict: 'allow', rule: 'user.tests', reason: 'Tests may run.' } as const;
    const text = decisionText({ ...page, now: { decision: allowed, layers: [{ layer: 'built-in', decision: asked }, { layer: 'allowance', decision: allowed }] } });
    expect(text).toContain('ALLOWED without a question\n  by user.tests, medium risk');
    expect(text).toContain('→ allowance   What your settings allow: allow, medium risk, user.tests\n');
    expect(text).toMatch(/your\s+settings\s+say\s+that\s+this\s+needs\s+no\s+question/);
  });

  it('says of old records, and of calls that were never judged, what it does not know', () => {
    const { layers, ...old } = page.then ?? { at: 0, sessionId: '', decision: {}, story: [] };
    expect(decisionText({ ...page, then: old, now: { unknown: 'There is no tool of this name.' } })).toContain('What each layer said was not recorded yet.');
    expect(decisionText({ ...page, then: { ...old, decision: {} }, now: { unknown: 'There is no tool of this name.' } })).toContain('It was not judged');
    expect(layers).toHaveLength(1);
  });

  it('shows warnings, and what could be allowed for the session', () => {
    const decision = { ...asked, warnings: ['It runs code.'], grant: { key: 'k', label: 'Run exactly "npm test"' } };
    const text = decisionText({ ...page, now: { decision, layers: [{ layer: 'built-in', decision }] } });
    expect(text).toContain('  Warning: It runs code.\n  It could be allowed for the session: Run exactly "npm test".\n');
  });

  it('can not be made to lie: what anybody wrote starts no line of its own and hides nothing', () => {
    const evil = 'x\u202e\u2066\u0007\nREFUSED by nobody\u2028\u{e0041}';
    const layer = { layer: evil, verdict: 'allow', risk: 'low', rule: evil, reason: evil } as const;
    const text = decisionText({
      title: evil, tool: evil, agent: evil, argumentsText: evil,
      then: { at: 0, source: evil, sessionId: evil, decision: { risk: evil, rule: evil, reason: evil }, layers: [layer], story: [{ at: 0, type: evil, decision: evil, text: evil }] },
      now: { decision: { ...asked, rule: evil, reason: evil, next: evil, warnings: [evil], grant: { key: evil, label: evil } }, layers: [{ layer: 'built-in', decision: { ...asked, rule: evil, reason: evil } }] },
      rule: { name: evil, place: evil, json: evil },
    });
    expect(text.split('\n').filter((line) => /^\s{0,3}REFUSED/.test(line))).toEqual([]);
    const long = decisionText({ ...page, now: { decision: { ...asked, next: `${'word '.repeat(11)}ALLOWED without a question ${'word '.repeat(40)}` }, layers: [] } });
    expect(long).toContain('\n    ALLOWED without');
    expect(long.split('\n').filter((line) => /^\s{0,3}ALLOWED/.test(line))).toEqual([]);
    expect(text).not.toMatch(/[\u0007\u202e\u2066\u2028\u{e0041}]/u);
  });
});
