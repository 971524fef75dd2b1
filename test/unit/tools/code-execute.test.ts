import { safeParse } from 'zod/mini';
import { describe, expect, it, vi } from 'vitest';
import type { Ports } from '../../../src/ports/ports.js';
import type { SandboxResult } from '../../../src/ports/sandbox.js';
import { codeExecute } from '../../../src/tools/code-execute.js';

const runWith = async (result: Partial<SandboxResult>, timeout?: number) => {
  const run = vi.fn(async () => ({ ended: 'exited', exitCode: 0, output: '', cut: 0, milliseconds: 1234, ...result }));
  const ports = { sandbox: { run } } as unknown as Ports;
  const context = { signal: new AbortController().signal, onOutput: () => undefined, preview: undefined };
  const outcome = await codeExecute.run({ language: 'python', code: 'x', ...(timeout !== undefined && { timeout_seconds: timeout }) }, ports, context);
  return { run, outcome };
};

describe('code_execute', () => {
  it('[P9] is asked for every time and reaches nothing but the sandbox', async () => {
    expect(codeExecute).toMatchObject({ approval: 'each', risk: 'high', effect: 'execute' });
    const { run } = await runWith({});
    expect(run).toHaveBeenCalledWith({ language: 'python', code: 'x' }, expect.anything());
  });

  it('takes only its two languages, some code, and at most 60 seconds', () => {
    const accepts = (args: unknown) => safeParse(codeExecute.schema, args).success;
    expect(accepts({ language: 'javascript', code: '1', timeout_seconds: 60 })).toBe(true);
    expect(accepts({ language: 'bash', code: '1' })).toBe(false);
    expect(accepts({ language: 'python', code: '' })).toBe(false);
    expect(accepts({ language: 'python', code: '1', timeout_seconds: 61 })).toBe(false);
    expect(accepts({ language: 'python', code: '1', image: 'other' })).toBe(false);
    expect(accepts({ language: 'python', code: 'x'.repeat(200_001) })).toBe(false);
  });

  it('tells how the code ended', async () => {
    expect((await runWith({ output: '2\n' })).outcome).toEqual({ text: '[exit code 0, 1.2 s]\n2\n', summary: 'exit code 0, 1.2 s', isError: false });
    expect((await runWith({ exitCode: 3 })).outcome).toMatchObject({ text: '[exit code 3, 1.2 s]\n(no output)', isError: true });
    expect((await runWith({ ended: 'timeout', exitCode: null }, 5)).outcome.summary).toBe('killed: 5 s time limit, 1.2 s');
    expect((await runWith({ ended: 'out-of-memory', exitCode: 137 })).outcome.summary).toBe('killed: 256 MB memory limit, 1.2 s');
    expect((await runWith({ ended: 'killed', exitCode: null, reason: 'it printed more than 8 MB' })).outcome.summary).toBe('killed: it printed more than 8 MB, 1.2 s');
    expect((await runWith({ output: 'ab', cut: 7 })).outcome.text).toBe('[exit code 0, 1.2 s]\n[7 characters of the output were left out of the middle]\nab');
  });

  it('names language and length in its title', () => {
    expect(codeExecute.title({ language: 'python', code: 'a\nb\n' })).toBe('Run Python in the sandbox (2 lines)');
    expect(codeExecute.subjects({ language: 'python', code: 'a' })).toEqual([{ kind: 'code', language: 'python', code: 'a' }]);
  });
});
