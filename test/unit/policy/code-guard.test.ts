import { describe, expect, it } from 'vitest';
import { codeGuard } from '../../../src/policy/code-guard.js';

const subject = { kind: 'code', language: 'python', code: 'print(1)' } as const;

describe('the guard of code for the sandbox', () => {
  it('asks every time, at high risk, and offers no permission', async () => {
    const decision = await codeGuard.decide(subject, { tool: 'code_execute', trusted: true });
    expect(decision).toMatchObject({ verdict: 'ask', risk: 'high', rule: 'sandbox.always-ask', reason: expect.stringContaining('container') as string });
    expect(decision).not.toHaveProperty('grant');
  });

  it('[P7] executes nothing for an untrusted workspace, and says what to do', async () => {
    const decision = await codeGuard.decide(subject, { tool: 'code_execute', trusted: false });
    expect(decision).toMatchObject({ verdict: 'deny', risk: 'high', rule: 'trust.no-execution', reason: expect.stringContaining('not trusted') as string, next: expect.stringContaining('Trust') as string });
  });
});
