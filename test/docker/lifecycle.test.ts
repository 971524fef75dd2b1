import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AxonError } from '../../src/errors.js';
import type { SandboxResult } from '../../src/ports/sandbox.js';
import { containerSpec, ownerLabel } from '../../src/sandbox/container-spec.js';
import { currentOwner, ownerText } from '../../src/sandbox/owner.js';
import { programBytes } from '../../src/sandbox/program.js';
import { imageName, never, openSandbox, type OpenSandbox } from './lib/open-sandbox.js';

describe('a run in the sandbox, on a real engine', () => {
  let box: OpenSandbox;
  beforeAll(async () => { box = await openSandbox(); });
  afterEach(async () => { expect(await box.containers()).toEqual([]); });
  afterAll(async () => { await box.close(); });

  const javascript = (code: string) => box.sandbox.run({ language: 'javascript', code, timeoutSeconds: 30 }, { signal: never });

  it('runs Python and tells output, exit code and time', async () => {
    const result = await box.python('import sys\nprint("öut 🙂"); print("err", file=sys.stderr); sys.exit(3)');
    expect(result).toMatchObject({ ended: 'exited', exitCode: 3, cut: 0 });
    expect(result.output).toBe('öut 🙂\nerr\n');
  });

  it('shows a Python traceback with its line', async () => {
    const { output, exitCode } = await box.python('def broken():\n    return 1 / 0\nbroken()');
    expect(exitCode).toBe(1);
    expect(output).toContain('line 2, in broken\n    return 1 / 0');
  });

  it('runs JavaScript as a script, and as a module where it is one', async () => {
    expect((await javascript('const os = require("os"); console.log(typeof os.cpus, __filename)')).output).toBe('function /tmp/main.cjs\n');
    expect((await javascript('import path from "node:path"; console.log(await 5, path.sep, typeof require("fs").readFileSync)')).output).toBe('5 / function\n');
    const broken = await javascript('let x = ;');
    expect(broken.exitCode).toBe(1);
    expect(broken.output).toContain('main.mjs:1');
  });

  it('gives the program an empty standard input', async () => {
    expect((await box.python('import sys; print(repr(sys.stdin.read()))')).output).toBe("''\n");
  });

  it('[P9] takes a program of a megabyte whole, and with every kind of character', async () => {
    const filler = `# ${'ü🙂\u202e\\\'"`$(id)'.repeat(50)}\n`;
    const code = `${filler.repeat(Math.ceil((1 << 20) / Buffer.byteLength(filler)))}print(len(open(__file__, "rb").read()))`;
    expect((await box.python(code)).output).toBe(`${Buffer.byteLength(code)}\n`);
  });

  it('[P9] [P4] runs nothing when the code that arrives is not the code that was asked for', async () => {
    const { engine } = box;
    const job = { language: 'python', code: 'print("approved")' } as const;
    const name = 'axon-sandbox-test-mismatch';
    await engine.create(name, containerSpec(imageName, job.language, ownerText(await currentOwner())));
    try {
      const stream = await engine.attach(name);
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      await engine.start(name);
      stream.write((await programBytes(job)).toString().replace('approved', 'forged!!'));
      expect(await engine.wait(name, never)).toBe(125);
      expect(Buffer.concat(chunks).toString()).toContain('nothing was run');
    } finally {
      await engine.remove(name);
    }
  });

  it('shows output while the code still runs', async () => {
    const heard: { text: string; at: number }[] = [];
    const result = await box.sandbox.run(
      { language: 'python', code: 'import time\nfor n in range(3):\n    print(n); time.sleep(0.7)' },
      { signal: never, onOutput: (text) => heard.push({ text, at: Date.now() }) },
    );
    expect(heard.map((each) => each.text).join('')).toBe(result.output);
    expect(heard.at(-1)!.at - heard[0]!.at).toBeGreaterThan(1000);
  });

  it('[P9] runs three at once; the fourth is told its place and waits', async () => {
    const { sandbox } = box;
    const told: string[] = [];
    const order: string[] = [];
    const job = (name: string, seconds: number) =>
      sandbox.run({ language: 'python', code: `import time; time.sleep(${seconds}); print("${name}")` }, { signal: never, onOutput: (text) => { if (text.includes('waits')) told.push(`${name}: ${text}`); } }).then((result) => { order.push(name); return result; });
    const jobs = [job('a', 6), job('b', 1), job('c', 6), job('d', 0), job('e', 0)];
    await sleep(800);
    expect((await box.containers()).length).toBeLessThanOrEqual(3);
    const results = await Promise.all(jobs);
    expect(results.map((each: SandboxResult) => each.output)).toEqual(['a\n', 'b\n', 'c\n', 'd\n', 'e\n']);
    expect(order[0]).toBe('b');
    expect(told[0]).toBe('d: 3 runs are under way; this one waits at place 1.\n');
    expect(told[1]).toBe('e: 3 runs are under way; this one waits at place 2.\n');
    expect(told[2]).toBe('e: 3 runs are under way; this one waits at place 1.\n');
  });

  it('[P9] removes the container when it is cancelled, whenever that is', async () => {
    const outcomes = new Set<string>();
    for (const delay of [0, 1, 5, 10, 20, 40, 80, 120, 160, 200, 250, 300, 400, 600, 900]) {
      const controller = new AbortController();
      const running = box.sandbox.run({ language: 'python', code: 'import time; time.sleep(30)' }, { signal: controller.signal });
      await sleep(delay);
      controller.abort();
      const aborted = Date.now();
      outcomes.add(await running.then(() => 'ended', (error: unknown) => (error as AxonError).code));
      expect(Date.now() - aborted).toBeLessThan(5000);
      expect(await box.containers()).toEqual([]);
    }
    expect([...outcomes]).toEqual(['cancelled']);
  });

  it('[P9] leaves nothing when many are cancelled at random', async () => {
    const controllers = Array.from({ length: 8 }, () => new AbortController());
    const runs = controllers.map((each) => box.sandbox.run({ language: 'python', code: 'import time; time.sleep(20)' }, { signal: each.signal }));
    const ends = Promise.allSettled(runs);
    for (const each of controllers) {
      await sleep(Math.random() * 300);
      each.abort();
    }
    for (const end of await ends) expect(end).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } });
    expect((await box.python('print("free again")')).output).toBe('free again\n');
  });

  it('[P9] kills and removes all that runs and waits when it is disposed; twice is harmless', async () => {
    const other = box.another();
    const runs = Promise.allSettled([1, 2, 3, 4].map(() => other.run({ language: 'python', code: 'import time; time.sleep(30)' }, { signal: never })));
    await sleep(1500);
    await other.dispose();
    expect(await box.containers()).toEqual([]);
    for (const end of await runs) expect(end).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } });
    await other.dispose();
    await expect(other.run({ language: 'python', code: '1' }, { signal: never })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('[P9] leaves nothing of a window that was killed in the middle of a run, once the next one starts', async () => {
    const window = spawn(process.execPath, ['test/docker/lib/killed-window.mjs', box.host], { stdio: ['ignore', 'pipe', 'inherit'] });
    const own = async () => (await box.engine.labelled(ownerLabel)).filter((each) => each.label.split('.')[1] === String(window.pid));
    try {
      await once(window.stdout, 'data');
      await expect.poll(async () => (await own()).length, { timeout: 10_000 }).toBe(2);
    } finally {
      window.kill('SIGKILL');
      await once(window, 'exit');
    }
    const next = box.another();
    await next.status();
    expect(await own()).toEqual([]);
    await next.dispose();
  });

  it('[P9] sweeps away what a window that died left running, and nothing of a living one', async () => {
    const me = await currentOwner();
    const dead = spawn('true');
    await once(dead, 'exit');
    const left = { gone: ownerText({ ...me, pid: dead.pid! }), reused: ownerText({ ...me, start: '1' }), elsewhere: ownerText({ ...me, machine: '0'.repeat(16), pid: 1 }), mine: ownerText(me) };
    const names = Object.keys(left).map((each) => `axon-sandbox-test-${each}`);
    try {
      for (const [name, owner] of Object.entries(left)) await box.engine.create(`axon-sandbox-test-${name}`, containerSpec(imageName, 'python', owner));
      for (const name of names.slice(0, 2)) await box.engine.start(name);
      const next = box.another();
      await next.status();
      await next.dispose();
      const alive = await Promise.all(names.map(async (name) => box.engine.start(name).then(() => true, () => false)));
      expect(alive).toEqual([false, false, true, true]);
    } finally {
      for (const name of names) await box.engine.remove(name);
    }
  });
});
