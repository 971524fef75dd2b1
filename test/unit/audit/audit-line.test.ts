import { expect, test } from 'vitest';
import { formatAuditLine } from '../../../src/audit/audit-line.js';
import type { AuditRecord } from '../../../src/audit/record.js';

const record: AuditRecord = {
  v: 1, at: Date.UTC(2026, 0, 2, 3, 4, 5, 6), window: 'w', journal: 'j', seq: 1, prev: '', hash: '',
  type: 'tool_executed', sessionId: 's1', tool: 'shell_execute', agent: 'assistant', source: 'chat', risk: 'medium', decision: 'allow-once',
  rule: 'command.whitelist', arguments: '{"command":"npm test"}', result: 'ok', milliseconds: 12.6,
};

test('says when, what, who decided and by which rule, on one line', () => {
  expect(formatAuditLine(record)).toBe(
    '2026-01-02T03:04:05.006Z  tool_executed  shell_execute  agent=assistant  risk=medium  decision=allow-once  rule=command.whitelist  13 ms  arguments={"command":"npm test"}  result=ok  session=s1',
  );
});

test('tells where a call came from when it was not the chat', () => {
  expect(formatAuditLine({ ...record, source: 'mcp' })).toContain('  from=mcp  ');
});

test('no text can start a second line, move the cursor or hide', () => {
  const line = formatAuditLine({ ...record, tool: 'x\n2026-01-02 forged', arguments: '\u001b[2K\r\u202egnp.exe\u200b', result: 'a\tb\u2028c' });
  expect(line).toContain('x\\n2026-01-02 forged');
  expect(line).toContain('\\u001b[2K\\u000d\\u202egnp.exe\\u200b');
  expect(line).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
});

test('long texts are cut, with their length', () => {
  expect(formatAuditLine({ ...record, arguments: 'x'.repeat(5_000) })).toContain(`${'x'.repeat(400)}… (5000 characters)`);
});
