import { describe, expect, it } from 'vitest';
import { refusedCommand, tryAgainText } from '../../../src/agent/refused-command.js';
import type { CallItem } from '../../../src/protocol/transcript.js';

const refused = (over: Partial<CallItem> = {}): CallItem => ({
  kind: 'call', id: 'c', at: 0, tool: 'shell_execute', title: 'Run npm run deploy', argumentsText: '{\n  "command": "docker ps",\n  "cwd": "app"\n}', state: 'denied', rule: 'command.not-listed', output: '', ...over,
});

describe('a refused command that the person may allow', () => {
  it('is the command of the card, with its folder', () => {
    for (const rule of ['command.not-listed', 'command.flag-not-listed', 'command.argument-not-listed']) expect(refusedCommand(refused({ rule }))).toEqual({ command: 'docker ps', cwd: 'app' });
    expect(refusedCommand(refused({ argumentsText: '{"command":"ls -x"}' }))).toEqual({ command: 'ls -x' });
  });

  it('is none for another tool, state or rule, and when the arguments are not whole', () => {
    for (const over of [{ tool: 'file_read' }, { state: 'rejected' as const }, { state: 'asking' as const }, { rule: 'command.chaining' }, { rule: 'path.sensitive' }, { rule: 'command.never-listed' }]) {
      expect(refusedCommand(refused(over))).toBeUndefined();
    }
    for (const argumentsText of ['{"command": "a\n[… 9 of 20 characters were cut out here …]\n"}', '{"command": 1}', '[]', '{oops', '']) expect(refusedCommand(refused({ argumentsText }))).toBeUndefined();
  });

  it('is asked for again in words, or in the language of the guide', () => {
    expect(tryAgainText({ command: 'docker ps', cwd: 'app' }, true)).toBe('I allowed this command in app; it will ask me each time. Please try it again: docker ps');
    expect(tryAgainText({ command: 'docker ps\u202e' }, true)).toContain('docker ps\\u202e');
    expect(tryAgainText({ command: 'docker ps' }, false)).toBe('run docker ps');
  });
});
