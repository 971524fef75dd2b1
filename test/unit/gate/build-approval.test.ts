import { describe, expect, it } from 'vitest';
import { buildApproval } from '../../../src/gate/build-approval.js';
import type { ApprovalFacts } from '../../../src/gate/build-approval.js';
import type { CallRequest } from '../../../src/gate/call.js';
import { asks, assistant } from './fixture.js';

const request: CallRequest = { callId: 'c', sessionId: 's', source: 'chat', agent: assistant, tool: 't', argumentsJson: '' };
const facts = { request, title: 'T', decision: asks('r'), preview: undefined, canonical: '{"a":1}', now: 0, seconds: 600 } as unknown as ApprovalFacts;

describe('buildApproval', () => {
  it('[P4] binds the hash to arguments, agent, session, preview and a fresh id', () => {
    const change = { path: 'a', before: undefined, after: 'x', beforeHash: undefined, encoding: 'utf-8' as const };
    const variants = [
      facts, facts,
      { ...facts, canonical: '{"a":2}' },
      { ...facts, request: { ...request, sessionId: 'other' } },
      { ...facts, request: { ...request, agent: { ...assistant, id: 'other' } } },
      { ...facts, preview: { kind: 'change' as const, change } },
    ];
    const built = variants.map(buildApproval);
    expect(new Set(built.map((each) => each.hash)).size).toBe(variants.length);
    expect(new Set(built.map((each) => each.id)).size).toBe(variants.length);
  });

  it('shows the canonical arguments and nothing else', () => {
    expect(JSON.parse(buildApproval(facts).argumentsText)).toEqual({ a: 1 });
  });
});
