import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../src/policy/decision.js';
import type { PolicyQuestion, ToolFacts } from '../../../src/policy/engine.js';
import type { GuardContext } from '../../../src/policy/guard.js';
import { type Guards, judgeSubjects } from '../../../src/policy/judge-subjects.js';
import type { Subject } from '../../../src/policy/subject.js';
import { assistant } from '../gate/fixture.js';

const subjects: Record<Subject['kind'], Subject> = {
  path: { kind: 'path', operation: 'read', path: 'a' },
  command: { kind: 'command', command: 'ls' },
  url: { kind: 'url', method: 'GET', url: 'https://a.example/' },
  search: { kind: 'search', query: 'x' },
  code: { kind: 'code', language: 'python', code: '' },
};
const kinds = Object.keys(subjects) as Subject['kind'][];

/** Guards that say their own name, and remember what they were asked. */
function guards(answer: (kind: Subject['kind']) => Decision) {
  const asked: { subject: Subject; context: GuardContext }[] = [];
  const guard = (kind: Subject['kind']) => ({
    decide: async (subject: Subject, context: GuardContext) => {
      asked.push({ subject, context });
      return answer(kind);
    },
  });
  const all: Guards = { path: guard('path'), command: guard('command'), url: guard('url'), search: guard('search'), code: guard('code') };
  return { all, asked };
}

const named = (kind: string): Decision => ({ verdict: 'ask', risk: 'low', rule: `${kind}.test`, reason: '' });
const question = (some: readonly Subject[], tool: Partial<ToolFacts> = {}, more: Partial<PolicyQuestion> = {}): PolicyQuestion => ({
  tool: { name: 'try_it', effect: 'read', risk: 'low', approval: 'grantable', ...tool }, subjects: some, agent: assistant, trusted: true, tainted: false, ...more,
});

describe('what is built in', () => {
  it('asks each subject’s own guard, with what it may know', async () => {
    for (const kind of kinds) {
      const { all, asked } = guards(named);
      expect(await judgeSubjects(all, question([subjects[kind]], {}, { trusted: false }))).toMatchObject({ verdict: 'ask', rule: `${kind}.test` });
      expect(asked).toEqual([{ subject: subjects[kind], context: { tool: 'try_it', trusted: false, mayConfigure: true } }]);
    }
  });

  it('tells the guards of an agent that may not change configuration', async () => {
    const { all, asked } = guards(named);
    await judgeSubjects(all, question([subjects.path], {}, { agent: { ...assistant, mayConfigure: false } }));
    expect(asked[0]?.context.mayConfigure).toBe(false);
  });

  it('[P2] denies what a guard could not judge, by that guard’s name', async () => {
    for (const kind of kinds) {
      const { all } = guards(() => { throw new Error('broken'); });
      const decision = await judgeSubjects(all, question([subjects[kind]]));
      expect(decision).toMatchObject({ verdict: 'deny', risk: 'high', rule: `${kind}.guard-failed` });
      expect(decision.reason).toMatch(/refused/);
    }
  });

  it('[P2] is as strict as the strictest subject, and as risky as the riskiest, the tool included', async () => {
    const { all } = guards((kind) => ({ ...named(kind), verdict: kind === 'url' ? 'deny' : 'allow', risk: kind === 'path' ? 'medium' : 'low' }));
    expect(await judgeSubjects(all, question([subjects.path, subjects.url, subjects.command]))).toMatchObject({ verdict: 'deny', rule: 'url.test', risk: 'medium' });
    expect((await judgeSubjects(all, question([subjects.command], { risk: 'high' }))).risk).toBe('high');
  });

  it('asks about a tool that touches nothing, with a permission for the tool unless it asks each time', async () => {
    const { all } = guards(named);
    expect(await judgeSubjects(all, question([]))).toEqual({ verdict: 'ask', risk: 'low', rule: 'tool.default', reason: 'try_it asks by default.', grant: { key: 'tool:try_it', label: 'Use try_it' } });
    expect(await judgeSubjects(all, question([], { approval: 'each' }))).not.toHaveProperty('grant');
  });

  it('offers no permission for the whole tool where it touches something', async () => {
    const { all } = guards((kind) => ({ ...named(kind), verdict: 'allow' }));
    expect(await judgeSubjects(all, question([subjects.path]))).not.toHaveProperty('grant');
  });
});
