import { expect, test } from 'vitest';
import { auditEventTypes } from '../../../src/audit/event.js';
import { layerNames } from '../../../src/policy/engine.js';
import { nameOfId } from '../../../src/protocol/audit-names.js';
import { allTools } from '../../../src/tools/all-tools.js';
import { withoutEnd } from '../../../webview/audit/call-end.js';
import { decidedWords, eventName } from '../../../webview/audit/names.js';

test('each event that the log can hold has a name in words of its own', () => {
  const names = auditEventTypes.map((type) => eventName(type).name);
  for (const name of names) expect(name).not.toContain('_');
  expect(new Set(names).size).toBe(auditEventTypes.length);
});

test('so has each tool and each layer of the policy; what is unknown has none', () => {
  for (const { name } of allTools) expect(nameOfId('tools', name)).toMatch(/^[A-Z][a-z ]+$/);
  for (const layer of layerNames) expect(nameOfId('layers', layer)).toMatch(/^[A-Z]/);
  expect(nameOfId('tools', 'constructor')).toBeUndefined();
});

test('a refusal of the policy says so with its rule, and what decides nothing says nothing', () => {
  expect(decidedWords({ type: 'tool_denied', rule: 'command.not-listed' })).toBe('refused by policy (command.not-listed)');
  expect(decidedWords({ type: 'tool_denied' })).toBe('refused by policy');
  expect(decidedWords({ type: 'tool_approved', decision: 'allow-once', rule: 'x' })).toBe('once, by a person');
  expect(decidedWords({ type: 'tool_executed', rule: 'x' })).toBe('');
});

test('a call without an end says whether it can still have one', () => {
  const asked = { type: 'tool_requested' };
  const approved = { type: 'tool_approved' };
  expect(withoutEnd([asked, approved], true)).toBe('No end is recorded: the window ended (or was killed) before the call did.');
  expect(withoutEnd([asked, approved], false)).toContain('still running');
  expect(withoutEnd([asked], true)).toContain('before one came');
  expect(withoutEnd([asked], false)).toContain('still waits');
  for (const type of ['tool_executed', 'tool_failed', 'tool_denied', 'tool_rejected']) expect(withoutEnd([asked, approved, { type }], true)).toBeUndefined();
  expect(withoutEnd([approved], true)).toBeUndefined();
});
