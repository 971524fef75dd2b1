import { describe, expect, test } from 'vitest';
import type { AuditRecord } from '../../../src/audit/record.js';
import { rowOf } from '../../../src/vscode/audit-page-views.js';

const recordOf = (given: Partial<AuditRecord>): AuditRecord => ({ v: 1, type: 'tool_requested', sessionId: 's', at: 0, window: 'w', journal: 'j', seq: 1, prev: 'p', hash: 'h', ...given });
const about = (given: Partial<AuditRecord>): string => rowOf(recordOf(given)).about;

describe('what a row says of an event', () => {
  test('a call is told by its command, path or address', () => {
    expect(about({ arguments: '{"command":"git status"}', reason: 'It asks.' })).toBe('git status');
    expect(about({ type: 'tool_denied', arguments: '{"path":"/etc/passwd"}', reason: 'It is outside.' })).toBe('/etc/passwd');
  });

  test('a call that failed is told by what went wrong, and one without arguments by why it was decided so', () => {
    expect(about({ type: 'tool_failed', arguments: '{"path":"a"}', error: 'No such file.' })).toBe('No such file.');
    expect(about({ arguments: '{}', reason: 'It asks.' })).toBe('It asks.');
    expect(about({ type: 'tool_denied', reason: 'It is outside.' })).toBe('It is outside.');
  });

  test('a change of the policy is told by its sentence, not by the bare value', () => {
    expect(about({ type: 'policy_changed', reason: 'The setting axon.audit.keepDays was changed.', arguments: '{"setting":"axon.audit.keepDays","to":"30"}' })).toBe('The setting axon.audit.keepDays was changed.');
  });
});
