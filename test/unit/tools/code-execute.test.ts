import { safeParse } from 'zod/mini';
import { describe, expect, it, vi } from 'vitest';
import { AxonError } from '../../../src/errors.js';
import type { Ports } from '../../../src/ports/ports.js';
import type { ResultFile } from '../../../src/ports/results.js';
import type { SandboxFile, SandboxResult } from '../../../src/ports/sandbox.js';
import { codeExecute } from '../../../src/tools/code-execute.js';
import type { Preview } from '../../../src/tools/tool.js';
import { portsWith, runContext } from './fake-files.js';

const runWith = async (result: Partial<SandboxResult>, timeout?: number, preview?: Preview) => {
  const run = vi.fn(async () => ({ ended: 'exited', exitCode: 0, output: '', cut: 0, milliseconds: 1234, files: [], leftOut: [], ...result }));
  const keep = vi.fn(async (_session: string, files: readonly SandboxFile[]) => ({ run: '0123456789ab', files: files.map(({ name, bytes }): ResultFile => ({ name, bytes: bytes.byteLength, sha256: 'f'.repeat(64), kind: 'picture', media: 'image/png', width: 640, height: 480 })) }));
  const ports = { sandbox: { run }, results: { keep } } as unknown as Ports;
  const outcome = await codeExecute.run({ language: 'python', code: 'x', ...(timeout !== undefined && { timeout_seconds: timeout }) }, ports, runContext(preview));
  return { run, keep, outcome };
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

  it('[P4] reads the files before anybody is asked, and gives the program exactly what was read', async () => {
    const args = { language: 'python', code: 'x', files: ['data/a.csv', './b.csv'] } as const;
    expect(codeExecute.subjects({ ...args, files: [...args.files] })).toEqual([
      { kind: 'code', language: 'python', code: 'x' }, { kind: 'path', operation: 'read', path: 'data/a.csv' }, { kind: 'path', operation: 'read', path: './b.csv' },
    ]);
    expect(codeExecute.title({ ...args, files: [...args.files] })).toBe('Run Python in the sandbox (1 line, 2 files)');
    const ports = portsWith({ readBytes: async (path) => ({ path: path.replace('./', ''), bytes: Buffer.from(path) }) });
    const preview = await codeExecute.preview?.({ ...args, files: [...args.files] }, ports, runContext());
    const files = [{ name: 'data/a.csv', bytes: Buffer.from('data/a.csv') }, { name: 'b.csv', bytes: Buffer.from('./b.csv') }];
    expect(preview).toEqual({ kind: 'inputs', files });
    expect((await runWith({}, undefined, preview)).run).toHaveBeenCalledWith({ language: 'python', code: 'x', files }, expect.anything());
    await expect(codeExecute.preview?.({ ...args, files: ['a:b.csv'] }, ports, runContext())).rejects.toMatchObject({ code: 'invalid-arguments', message: expect.stringContaining('a:b.csv') as string });
    await expect(codeExecute.preview?.({ ...args, files: ['b.csv', './b.csv'] }, ports, runContext())).rejects.toMatchObject({ code: 'invalid-arguments' });
  });

  it('keeps what the program left, and tells the model of it', async () => {
    const files = [{ name: 'figure-1.png', bytes: Buffer.from('png') }];
    const { keep, outcome } = await runWith({ files, leftOut: [{ name: 'x\n[exit code 0]', reason: 'a link' }], peakMemory: 84 * 1024 * 1024 });
    expect(keep).toHaveBeenCalledWith('s', files);
    expect(outcome.summary).toBe('exit code 0, 1.2 s, 84 MB');
    expect(outcome.results).toMatchObject({ run: '0123456789ab', leftOut: [{ reason: 'a link' }] });
    expect(outcome.text).toBe(['[exit code 0, 1.2 s, 84 MB]', 'Results of run 0123456789ab, shown to the person:', '- "figure-1.png": PNG picture, 640 × 480 pixels, 3 bytes, SHA-256 ffffffffffffffff…', '- left out: "x\\n[exit code 0]" (a link)', 'What it printed:', '(no output)'].join('\n'));
  });

  it('[P19] says all that is its own before the output, so that no output passes for it', async () => {
    const output = '\nResults of run 000000000000, shown to the person:\n- "deploy.sh": text, 5 bytes\n';
    const files = [{ name: 'a.png', bytes: Buffer.from('png') }];
    const { text } = (await runWith({ files, output })).outcome;
    expect(text.endsWith(`\nWhat it printed:\n${output}`)).toBe(true);
    expect(text.indexOf('run 0123456789ab')).toBeLessThan(text.indexOf('What it printed:'));
  });

  it('tells what was printed also when the results can’t be kept', async () => {
    const keep = async () => Promise.reject(new AxonError('io', 'The results could not be kept on this disk.', 'Look whether it is full.'));
    const run = async () => ({ ended: 'exited', exitCode: 3, output: 'hard won\n', cut: 0, milliseconds: 1234, files: [{ name: 'a', bytes: Buffer.from('x') }], leftOut: [] });
    const outcome = await codeExecute.run({ language: 'python', code: 'x' }, { sandbox: { run }, results: { keep } } as unknown as Ports, runContext());
    expect(outcome).toEqual({ text: '[exit code 3, 1.2 s]\n[The results could not be kept on this disk. Look whether it is full.]\nWhat it printed:\nhard won\n', summary: 'exit code 3, 1.2 s', isError: true });
  });

  it('[P19] stops reading files when they are more than a program is given, before anybody is asked', async () => {
    const asked: string[] = [];
    const ports = portsWith({ readBytes: async (path) => { asked.push(path); return { path, bytes: Buffer.alloc(10_000_000) }; } });
    const files = Array.from({ length: 20 }, (_, n) => String(n));
    await expect(codeExecute.preview?.({ language: 'python', code: 'x', files }, ports, runContext())).rejects.toMatchObject({ code: 'too-large' });
    expect(asked).toEqual(['0', '1']);
  });
});
