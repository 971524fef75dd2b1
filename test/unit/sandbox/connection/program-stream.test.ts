import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer, text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { programStream, type ProgramEnd } from '../../../../src/sandbox/connection/program-stream.js';

describe('programStream', () => {
  const start = (code: string, program = process.execPath) => {
    const ends: ProgramEnd[] = [];
    const child = spawn(program, ['-e', code], { stdio: ['pipe', 'pipe', 'pipe'] });
    const stream = programStream(child, (end) => {
      ends.push(end);
      return new Error('explained');
    });
    return { child, stream, ends };
  };

  it('carries what is written and what is printed, each to its end, also when there is much', async () => {
    const { stream } = start('process.stdin.pipe(process.stdout)');
    const much = Buffer.alloc(3 << 20, 'abc');
    stream.end(much);
    expect((await buffer(stream)).equals(much)).toBe(true);
  });

  it('lets the answer come after what was asked has ended', async () => {
    const { stream } = start('process.stdin.on("end", () => setTimeout(() => console.log("late"), 50)).resume()');
    stream.end('asked');
    expect(await text(stream)).toBe('late\n');
  });

  it('ends with what is made of a failure, and tells whether something had begun', async () => {
    const silent = start('console.error("why"); process.exit(7)');
    await expect(text(silent.stream)).rejects.toThrow('explained');
    const begun = start('process.stdout.write("half", () => { console.error("x".repeat(9000)); process.exit(255); })');
    await expect(text(begun.stream)).rejects.toThrow('explained');
    expect(silent.ends).toEqual([{ code: 7, said: 'why\n', begun: false }]);
    expect(begun.ends).toEqual([{ code: 255, said: expect.stringMatching(/^x{3999}\n$/) as string, begun: true }]);
    const missing = start('', '/nonexistent/program');
    await expect(text(missing.stream)).rejects.toThrow('explained');
    expect(missing.ends[0]?.error).toMatchObject({ code: 'ENOENT' });
  });

  it('[P17] is cut off when a program prints without end', async () => {
    const child = spawn(process.execPath, ['-e', 'const pour = () => { while (process.stdout.write("x".repeat(65536))); process.stdout.once("drain", pour); }; pour()'], { stdio: ['pipe', 'pipe', 'pipe'] });
    const stream = programStream(child, () => new Error('explained'), 1 << 20);
    await expect(text(stream)).rejects.toThrow('more than any answer has');
    if (child.signalCode === null) await once(child, 'exit');
  });

  it('explains an end before what is written could be read, and needs nobody to hear it', async () => {
    const { stream, ends } = start('process.exit(255)');
    stream.write(Buffer.alloc(1 << 20));
    await new Promise((resolve) => stream.once('close', resolve));
    expect(stream.errored?.message).toBe('explained');
    expect(ends).toMatchObject([{ code: 255 }]);
  });

  it('kills the program when it is destroyed, though it reads and says nothing', async () => {
    const { child, stream } = start('setInterval(() => undefined, 1000)');
    stream.on('error', () => undefined).write(Buffer.alloc(1 << 20));
    stream.destroy();
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect([code, signal]).toEqual([null, 'SIGTERM']);
    expect(stream.destroyed).toBe(true);
  });
});
