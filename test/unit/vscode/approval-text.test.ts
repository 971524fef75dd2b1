import { describe, expect, it } from 'vitest';
import type { ApprovalRequest } from '../../../src/gate/approval.js';
import { headline, pickText, requestText, rowOfRequest, wholeRequest } from '../../../src/vscode/approval-text.js';

const request = (more: Partial<ApprovalRequest> = {}): ApprovalRequest => ({
  id: 'i', callId: 'c', sessionId: 's', agent: 'assistant', tool: 'shell_execute', title: 'Run npm test', argumentsText: '{\n  "command": "npm test"\n}', hash: 'h',
  risk: 'high', rule: 'command.runs-code-asks', reason: 'npm test runs a script.', warnings: [], askedAt: 0, expiresAt: 1, answerableAt: 0, ...more,
});

describe('a request in a notification', () => {
  it('holds the exact arguments, every warning and the reason', () => {
    const text = wholeRequest(request({ warnings: ['It runs code of the workspace.', 'It is slow.'] }));
    expect(text).toContain('{"command":"npm test"}');
    expect(text).toContain('It runs code of the workspace.');
    expect(text).toContain('It is slow.');
    expect(text).toContain('npm test runs a script.');
  });

  it('[P4] says what a permission for the session would cover', () => {
    expect(wholeRequest(request({ grant: { key: 'read:/ws/src', label: 'Read files in src/ and below' } }))).toContain('Read files in src/ and below');
  });

  it('[P4] is not whole when anything is too long or there is a change to see, so that nothing is allowed unread', () => {
    expect(wholeRequest(request({ argumentsText: JSON.stringify({ command: 'x'.repeat(400) }) }))).toBeUndefined();
    expect(wholeRequest(request({ warnings: ['w'.repeat(700)] }))).toBeUndefined();
    expect(wholeRequest(request({ reason: 'r'.repeat(700) }))).toBeUndefined();
    const change = { path: 'a', before: '', after: 'x', beforeHash: 'h', encoding: 'utf-8' } as const;
    expect(wholeRequest(request({ preview: { kind: 'change', change } }))).toBeUndefined();
  });

  it('[P10] makes no link, and hides nothing, wherever the text comes from', () => {
    const link = '[Details](command:axon.approveNextRequest)\u202e';
    const text = wholeRequest(request({ argumentsText: JSON.stringify({ command: link }), reason: link, warnings: [link] })) ?? '';
    for (const shown of [text, headline(request({ title: link }))]) {
      expect(shown).not.toContain('](');
      expect(shown).not.toContain('\u202e');
      expect(shown).toContain('Details');
    }
  });
});

describe('the document of a request', () => {
  it('holds all of it, line by line', () => {
    expect(requestText(request({ warnings: ['One.', 'Two.'], grant: { key: 'k', label: 'Run exactly "npm test"' } }))).toBe(
      [
        'Run npm test', '', 'Tool:     shell_execute, asked for by the agent assistant', 'Risk:     high', 'Reason:   npm test runs a script. (rule command.runs-code-asks)', 'Warning:  One.', 'Warning:  Two.',
        'Session:  Run exactly "npm test"', '', 'Exact arguments. What stands in angle brackets is a mark of Axon for what could not be seen:', '', '{', '  "command": "npm test"', '}', '',
      ].join('\n'),
    );
  });
});

describe('a row of the palette', () => {
  it('[P10] shows a request only where the row holds all that has to be read', () => {
    expect(rowOfRequest(request())).toBe('{"command":"npm test"}');
    expect(rowOfRequest(request({ argumentsText: JSON.stringify({ command: 'x'.repeat(100) }) }))).toBeUndefined();
    expect(rowOfRequest(request({ warnings: ['It runs code.'] }))).toBeUndefined();
    const change = { path: 'a', before: '', after: 'x', beforeHash: 'h', encoding: 'utf-8' } as const;
    expect(rowOfRequest(request({ preview: { kind: 'change', change } }))).toBeUndefined();
  });

  it('[P4] draws no icon in place of a text', () => {
    expect(pickText('Read $(check)/a\nb')).toBe('Read $ (check)/a⟨\\n⟩b');
  });
});
