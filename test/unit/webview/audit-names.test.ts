import { expect, test } from 'vitest';
import { auditEventTypes } from '../../../src/audit/event.js';
import { eventName } from '../../../webview/audit/names.js';

test('each event that the log can hold has a name in words of its own', () => {
  const names = auditEventTypes.map((type) => eventName(type).name);
  for (const name of names) expect(name).not.toContain('_');
  expect(new Set(names).size).toBe(auditEventTypes.length);
});
