import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256 } from '../../../src/canonical.js';
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

  it('[P4] binds the hash to the very text that is going to be written, and to the tool', () => {
    const change = { path: 'a', before: undefined, after: 'x', beforeHash: undefined, encoding: 'utf-8' as const };
    for (const preview of [undefined, { kind: 'change' as const, change }, { kind: 'change' as const, change: { ...change, after: 'y' } }]) {
      const { id, hash } = buildApproval({ ...facts, preview });
      expect(hash).toBe(sha256(canonicalJson({ agent: 'assistant', arguments: '{"a":1}', id, preview: preview?.change ?? null, session: 's', tool: 't' })));
    }
  });

  it('takes no allowance for half a second, and is open as long as the setting says', () => {
    expect(buildApproval({ ...facts, now: 10_000, seconds: 60 })).toMatchObject({ askedAt: 10_000, answerableAt: 10_500, expiresAt: 70_000 });
  });

  it('carries warnings, grant and change as they are, and none where there is none', () => {
    const bare = buildApproval(facts);
    expect(bare.warnings).toEqual([]);
    expect(bare).not.toHaveProperty('preview');
    expect(bare).not.toHaveProperty('grant');
    const change = { path: 'a', before: undefined, after: 'x', beforeHash: undefined, encoding: 'utf-8' as const };
    const grant = { key: 'k', label: 'l' };
    expect(buildApproval({ ...facts, preview: { kind: 'change', change }, decision: asks('r', { warnings: ['w'], grant }) })).toMatchObject({ warnings: ['w'], grant, preview: { kind: 'change', change } });
  });

  it('shows the canonical arguments and nothing else', () => {
    expect(JSON.parse(buildApproval(facts).argumentsText)).toEqual({ a: 1 });
  });
});
