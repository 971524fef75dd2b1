import { expect, test } from 'vitest';
import { sha256 } from '../../../src/canonical.js';
import { keptCharacters, keptEvent } from '../../../src/audit/kept-event.js';
import { event } from '../../fixtures/audit/open-log.js';

test('a result is kept to 1,000 characters, with the size and the hash of the whole', () => {
  const result = 'ab'.repeat(5_000);
  const kept = keptEvent(event(1, { result }), []);
  expect(kept).toMatchObject({ result: 'ab'.repeat(500), resultSize: 10_000, resultHash: sha256(result) });
});

test('[P8] a secret that the cut would go through is gone all the same', () => {
  const kept = keptEvent(event(1, { result: `${'x'.repeat(keptCharacters.result - 5)}my-held-secret` }), ['my-held-secret']);
  expect(kept.result?.endsWith('[reda')).toBe(true);
});

test('[P8] every text of an event is without secrets, and so is the hash of its result', () => {
  const secret = 'my-held-secret';
  const kept = keptEvent({ type: 'tool_failed', sessionId: secret, agent: secret, callId: secret, tool: secret, arguments: secret, rule: secret, reason: secret, decision: secret, result: secret, error: secret }, [secret]);
  expect(JSON.stringify(kept)).not.toContain(secret);
  expect(kept.resultHash).toBe(sha256('[redacted:held]'));
});

test('long arguments are cut and their size is noted; short ones carry no size', () => {
  const long = keptEvent(event(1, { arguments: 'x'.repeat(100_000) }), []);
  expect(long.arguments).toHaveLength(keptCharacters.arguments);
  expect(long.argumentsSize).toBe(100_000);
  expect(keptEvent(event(1), [])).not.toHaveProperty('argumentsSize');
});

test('a cut leaves no half of a surrogate pair', () => {
  const kept = keptEvent(event(1, { result: `${'x'.repeat(keptCharacters.result - 1)}😀` }), []);
  expect(kept.result?.isWellFormed()).toBe(true);
});

test('what an event does not tell is left out', () => {
  expect(keptEvent({ type: 'session_started', sessionId: 's' }, [])).toEqual({ type: 'session_started', sessionId: 's' });
});

test('what each layer said is kept, each text without secrets and cut', () => {
  const layer = { layer: 'workspace', verdict: 'deny', risk: 'high', rule: 'workspace.no-infra', reason: `my-held-secret ${'x'.repeat(1_000)}` } as const;
  const kept = keptEvent(event(1, { layers: Array.from({ length: 40 }, () => layer) }), ['my-held-secret']);
  expect(kept.layers).toHaveLength(12);
  expect(kept.layers?.[0]).toEqual({ ...layer, reason: `[redacted:held] ${'x'.repeat(484)}` });
  expect(keptEvent(event(1), [])).not.toHaveProperty('layers');
});
