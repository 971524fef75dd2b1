import { describe, expect, it } from 'vitest';
import { judgeNames, type NameQuestion } from '../../../../src/policy/path/judge-names.js';

const judge = (path: string, operation: NameQuestion['operation'] = 'read', more: Partial<NameQuestion> = {}) => judgeNames({ paths: [path], shown: path, operation, mayConfigure: true, folds: false, ...more });

describe('reading, by the name alone', () => {
  it('[P11] is refused for a file that is a secret as a whole, however it is read', () => {
    for (const operation of ['read', 'list', 'search'] as const) {
      const decision = judge('app/.ssh/id_rsa', operation);
      expect(decision).toMatchObject({ verdict: 'deny', risk: 'high', rule: 'path.sensitive', next: 'Ask the person for the one line that is needed.' });
      expect(decision?.reason).toMatch(/^app\/\.ssh\/id_rsa .+\.$/);
    }
  });

  it('asks, with a warning, for a file that may hold secrets', () => {
    const decision = judge('app/.npmrc');
    expect(decision).toMatchObject({ verdict: 'ask', risk: 'high', rule: 'path.sensitive' });
    expect(decision?.warnings).toEqual([expect.stringMatching(/^This file .+: what is read is sent to the model\.$/)]);
  });

  it('is nobody’s business for other files, configuration among them', () => {
    for (const path of ['src/a.ts', '.vscode/tasks.json', 'Makefile']) expect(judge(path), path).toBeUndefined();
  });

  it('counts every name of the file', () => {
    expect(judge('notes.md', 'read', { paths: ['notes.md', '.ssh/id_rsa'] })?.verdict).toBe('deny');
  });
});

describe('writing, by the name alone', () => {
  it('[P11] is refused inside of git and of Axon’s own records, as the gravest thing', () => {
    expect(judge('.git/hooks/pre-commit', 'write')).toMatchObject({ verdict: 'deny', risk: 'critical', rule: 'path.git-internals', reason: expect.stringMatching(/^\.git\/hooks\/pre-commit belongs to git/) as string });
    expect(judge('.axon/policy.json', 'write')).toMatchObject({ verdict: 'deny', risk: 'critical', rule: 'path.axon-internals', reason: expect.stringMatching(/^\.axon\/policy\.json is one of Axon/) as string });
  });

  it('is refused for secrets', () => {
    expect(judge('.ssh/id_rsa', 'write')).toMatchObject({ verdict: 'deny', risk: 'high', rule: 'path.sensitive', reason: expect.stringMatching(/^\.ssh\/id_rsa .+\.$/) as string, next: 'A person can change it in the editor.' });
  });

  it('asks for configuration that can run code, and says what it can do', () => {
    expect(judge('.vscode/tasks.json', 'write')).toEqual({
      verdict: 'ask',
      risk: 'high',
      rule: 'path.config-as-code',
      reason: '.vscode/tasks.json is configuration that can run code, so writing it asks every time.',
      warnings: ['.vscode/tasks.json is editor configuration: it can start programs when the folder is opened.'],
    });
    expect(judge('src/a.ts', 'write')).toBeUndefined();
  });

  it('is refused for configuration when the agent may not configure', () => {
    expect(judge('.vscode/tasks.json', 'write', { mayConfigure: false })).toEqual({
      verdict: 'deny',
      risk: 'high',
      rule: 'path.config-not-permitted',
      reason: '.vscode/tasks.json is configuration that can run code, and this agent may not change configuration.',
      next: 'Use an agent that may, or change it in the editor.',
    });
    expect(judge('src/a.ts', 'write', { mayConfigure: false })).toBeUndefined();
  });

  it('[P11] is refused for another spelling of a hidden folder only where the file system takes it for the same', () => {
    expect(judge('.VSCode/tasks.json', 'write', { folds: true })).toEqual({
      verdict: 'deny',
      risk: 'high',
      rule: 'path.other-spelling',
      reason: '.VSCode/tasks.json is another spelling of .vscode/**, which is configuration that can run code.',
      next: 'Write the name in its usual spelling.',
    });
    expect(judge('.VSCode/tasks.json', 'write')?.rule).toBe('path.config-as-code');
    expect(judge('.vscode/tasks.json', 'write', { folds: true })?.rule).toBe('path.config-as-code');
    expect(judge('makefile', 'write', { folds: true })?.rule).toBe('path.config-as-code');
  });
});
