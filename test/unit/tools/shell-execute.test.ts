import { safeParse } from 'zod/mini';
import { describe, expect, it } from 'vitest';
import { AxonError } from '../../../src/errors.js';
import type { CommandOptions, CommandResult } from '../../../src/ports/commands.js';
import type { Ports } from '../../../src/ports/ports.js';
import { shellExecute } from '../../../src/tools/shell-execute.js';

const done: CommandResult = { exitCode: 0, signal: null, output: 'one\ntwo\nthree\n', cut: 0, milliseconds: 1234 };

function run(args: Parameters<typeof shellExecute.run>[0], answer: (command: string, options: CommandOptions) => Promise<CommandResult>) {
  const seen: string[] = [];
  const ports = { commands: { run: answer } } as unknown as Ports;
  const context = { sessionId: 's', signal: new AbortController().signal, onOutput: (chunk: string) => void seen.push(chunk), preview: undefined };
  return shellExecute.run(args, ports, context).then((result) => ({ result, seen }));
}

describe('shell_execute', () => {
  it('hands the command on as it is, and shows the guard nothing else', async () => {
    expect(shellExecute.subjects({ command: 'ls', cwd: 'src' })).toEqual([{ kind: 'command', command: 'ls', cwd: 'src' }]);
    const calls: unknown[] = [];
    await run({ command: 'ls', cwd: 'src', timeout_seconds: 5 }, async (command, { cwd, timeoutSeconds }) => {
      calls.push([command, cwd, timeoutSeconds]);
      return done;
    });
    expect(calls).toEqual([['ls', 'src', 5]]);
  });

  it('tells the exit code and the output', async () => {
    const { result } = await run({ command: 'ls' }, async () => ({ ...done, exitCode: 2 }));
    expect(result).toEqual({ text: '[exit code 2, 1.2 s]\none\ntwo\nthree', summary: 'exit code 2, 1.2 s' });
  });

  it.each([
    [{ match: 't' }, '[exit code 0, 1.2 s; 2 lines of 3 hold the text of match]\ntwo\nthree'],
    [{ head: 1 }, '[exit code 0, 1.2 s; 2 lines left out by head and tail]\none'],
    [{ tail: 1 }, '[exit code 0, 1.2 s; 2 lines left out by head and tail]\nthree'],
    [{ head: 1, tail: 1 }, '[exit code 0, 1.2 s; 1 line left out by head and tail]\none\nthree'],
    [{ match: 'x' }, '[exit code 0, 1.2 s; 0 lines of 3 hold the text of match]\n[no output]'],
    [{ head: 9 }, '[exit code 0, 1.2 s]\none\ntwo\nthree'],
  ])('narrows the output with %j and says what was left out', async (selection, text) => {
    expect((await run({ command: 'ls', ...selection }, async () => done)).result.text).toBe(text);
  });

  it('keeps to the budget and says what was cut, there and by the runner', async () => {
    const { result } = await run({ command: 'ls' }, async () => ({ ...done, output: 'x'.repeat(90_000), cut: 5_000 }));
    expect(result.text.length).toBeLessThan(30_300);
    expect(result.text).toContain('5,000 characters of the output were not kept; 60,000 characters cut from the middle');
  });

  it('drops colours and lines that were drawn over', async () => {
    const { result } = await run({ command: 'ls' }, async () => ({ ...done, output: '\u001b[31mred\u001b[0m\r\n10%\r100%\n\u001b]0;title\u0007end\n' }));
    expect(result.text).toBe('[exit code 0, 1.2 s]\nred\n100%\nend');
  });

  it('gives what was printed before the time ran out', async () => {
    const { result, seen } = await run({ command: 'npm test' }, async (_command, { onOutput }) => {
      onOutput?.('half');
      throw new AxonError('timeout', 'Too long.', 'Do less.');
    });
    expect(result).toMatchObject({ isError: true, text: '[Too long. Do less.]\nhalf' });
    expect(seen).toEqual(['half']);
  });

  it('lets every other error through', async () => {
    await expect(run({ command: 'rm x' }, () => Promise.reject(new AxonError('denied', 'No.')))).rejects.toMatchObject({ code: 'denied' });
  });

  it('takes no unknown arguments and no endless times', () => {
    for (const bad of [{ command: '' }, { command: 'ls', shell: true }, { command: 'ls', timeout_seconds: 601 }, { command: 'ls', head: -1 }]) {
      expect(safeParse(shellExecute.schema, bad).success).toBe(false);
    }
  });
});
