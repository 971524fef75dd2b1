import { expect, test } from 'vitest';
import { Emitter } from '../../../src/disposable.js';
import type { ApprovalRequest } from '../../../src/gate/approval.js';
import type { SandboxLanguage } from '../../../src/ports/sandbox.js';
import { warmWhenAsked } from '../../../src/vscode/warm-sandbox.js';

test('[P4] a request to run code makes an empty container ready in its language, and nothing of the code goes there', () => {
  const opened = new Emitter<ApprovalRequest>(() => undefined);
  const prepared: SandboxLanguage[] = [];
  const warming = warmWhenAsked({ onOpened: (listener) => opened.on(listener) }, { prepare: (...given) => void prepared.push(...given) });
  const ask = (tool: string, args: unknown): void => opened.fire({ tool, argumentsText: JSON.stringify(args) } as ApprovalRequest);
  ask('code_execute', { language: 'python', code: 'print(1)' });
  ask('shell_execute', { language: 'python', command: 'ls' });
  ask('code_execute', { language: 'cobol', code: '' });
  ask('code_execute', { language: 'javascript', code: '1' });
  expect(prepared).toEqual(['python', 'javascript']);
  warming.dispose();
  ask('code_execute', { language: 'python', code: '' });
  expect(prepared).toHaveLength(2);
});
