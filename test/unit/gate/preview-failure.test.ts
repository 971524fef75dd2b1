import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/errors.js';
import { AxonError, messageOf } from '../../../src/errors.js';
import { withoutContents } from '../../../src/gate/preview-failure.js';
import type { Decision } from '../../../src/policy/decision.js';
import type { Policy, PolicyQuestion } from '../../../src/policy/engine.js';
import { asks, assistant } from './fixture.js';

const secret = 'The closest line is: password = hunter2';
const question: PolicyQuestion = {
  tool: { name: 'file_edit', effect: 'write', risk: 'medium', approval: 'grantable' },
  subjects: [{ kind: 'path', operation: 'write', path: 'a' }, { kind: 'code', language: 'python', code: '' }],
  agent: assistant, trusted: true, tainted: false,
};

/** What the model is told, and what the policy was asked to find out. */
async function told(error: unknown, decision: Decision, granted = false): Promise<{ text: string; asked: PolicyQuestion | undefined }> {
  let asked: PolicyQuestion | undefined;
  const policy: Policy = {
    decide: async (each) => {
      asked = each;
      return { decision, layers: [] };
    },
  };
  const result = await withoutContents(error, question, policy, () => granted);
  return { text: messageOf(result), asked };
}

describe('a change that could not be worked out', () => {
  it.each<ErrorCode>(['not-found', 'ambiguous', 'invalid-arguments', 'not-text', 'too-large', 'io'])('keeps back why (%s) where reading asks', async (code) => {
    const { text } = await told(new AxonError(code, secret), asks('path.read'));
    expect(text).toBe('The change does not fit the file as it is, or there is no such file.');
  });

  it('says what to do instead, under the same code', async () => {
    const policy: Policy = { decide: async () => ({ decision: asks('path.read'), layers: [] }) };
    expect(await withoutContents(new AxonError('ambiguous', secret), question, policy, () => false)).toMatchObject({ code: 'ambiguous', next: expect.stringContaining('file_read') as string });
  });

  it('keeps it back where reading is refused, whatever was granted', async () => {
    expect((await told(new AxonError('not-found', secret), { ...asks('path.sensitive'), verdict: 'deny' }, true)).text).not.toContain('hunter2');
  });

  it('tells it where reading is allowed, or granted', async () => {
    expect((await told(new AxonError('not-found', secret), { ...asks('path.read'), verdict: 'allow' })).text).toBe(secret);
    expect((await told(new AxonError('not-found', secret), asks('path.read'), true)).text).toBe(secret);
  });

  it('asks about reading, as file_read would, the same paths and nothing else', async () => {
    const { asked } = await told(new AxonError('not-found', secret), asks('path.read'));
    expect(asked).toMatchObject({ tool: { name: 'file_read', effect: 'read', risk: 'low', approval: 'grantable' }, agent: assistant, trusted: true });
    expect(asked?.subjects).toEqual([{ kind: 'path', operation: 'read', path: 'a' }]);
  });

  it('tells what says nothing of the text: a mistake of ours, a stop, a refusal', async () => {
    for (const error of [new TypeError('boom'), new AxonError('cancelled', 'Cancelled.'), new AxonError('denied', 'Denied.')]) {
      const { text, asked } = await told(error, asks('path.read'));
      expect(text).toBe(error.message);
      expect(asked).toBeUndefined();
    }
  });
});
