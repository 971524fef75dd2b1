import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxJob, SandboxResult } from '../../src/ports/sandbox.js';
import { never, openSandbox, type OpenSandbox } from './lib/open-sandbox.js';

describe('files go in and results come out', () => {
  let open: OpenSandbox;
  const run = async (code: string, more: Partial<SandboxJob> = {}): Promise<SandboxResult> => open.sandbox.run({ language: 'python', code, timeoutSeconds: 30, ...more }, { signal: never });
  const text = (result: SandboxResult, name: string): string => Buffer.from(result.files.find((each) => each.name === name)?.bytes ?? []).toString();

  beforeAll(async () => {
    open = await openSandbox();
  });
  afterAll(async () => open.close());

  test('[P19] a program reads the files it is given, and what it writes to ./results comes back', async () => {
    const files = [{ name: 'data/in put.csv', bytes: Buffer.from('a,b\n1,2\n') }, { name: 'helper.py', bytes: Buffer.from('def twice(n): return 2 * n\n') }];
    const result = await run('import os, helper\nrows = open("data/in put.csv").read()\nos.makedirs("results/deep", exist_ok=True)\nopen("results/deep/out.txt", "w").write(rows * helper.twice(1))\nprint("done")', { files });
    expect(result).toMatchObject({ ended: 'exited', exitCode: 0, output: 'done\n', leftOut: [] });
    expect(text(result, 'deep/out.txt')).toBe('a,b\n1,2\na,b\n1,2\n');
    expect(result.peakMemory).toBeGreaterThan(1_000_000);
    expect(result.peakMemory).toBeLessThanOrEqual(256 * 1024 * 1024);
  });

  test('figures come back as pictures, shown or not, and pandas and numpy are there', async () => {
    const result = await run('import numpy as np, pandas as pd, matplotlib.pyplot as plt\nplt.plot(np.arange(10) ** 2)\nplt.show()\npd.DataFrame({"a": [1, 2]}).plot()\npd.DataFrame({"a": [1, 2]}).to_csv("results/table.csv", index=False)', { timeoutSeconds: 60 });
    expect(result).toMatchObject({ exitCode: 0, output: '' });
    expect(result.files.map((each) => each.name).sort()).toEqual(['figure-1.png', 'figure-2.png', 'table.csv']);
    expect(Buffer.from(result.files.find((each) => each.name === 'figure-1.png')?.bytes ?? []).subarray(1, 4).toString()).toBe('PNG');
    expect(text(result, 'table.csv')).toBe('a\n1\n2\n');
  });

  test('JavaScript has the same folders', async () => {
    const result = await run('const fs = require("fs"); fs.writeFileSync("results/x.json", fs.readFileSync("in.json"))', { language: 'javascript', files: [{ name: 'in.json', bytes: Buffer.from('{}') }] });
    expect(result).toMatchObject({ exitCode: 0, output: '' });
    expect(text(result, 'x.json')).toBe('{}');
  });

  test('what a program wrote before its time was over comes back too', async () => {
    const result = await run('open("results/part.txt", "w").write("half")\nwhile True: pass', { timeoutSeconds: 2 });
    expect(result).toMatchObject({ ended: 'timeout', exitCode: null });
    expect(text(result, 'part.txt')).toBe('half');
  });

  test('what a program wrote before its memory was over comes back too', async () => {
    const result = await run('open("results/part.txt", "w").write("half")\nx = []\nwhile True: x.append(bytearray(10_000_000))');
    expect(result).toMatchObject({ ended: 'out-of-memory', exitCode: 137, output: '' });
    expect(text(result, 'part.txt')).toBe('half');
  });

  test('[P9] [P19] links, pipes and names that mean another place stay inside', async () => {
    const result = await run(`
import os
os.chdir("results")
os.symlink("/etc/passwd", "passwd"); os.symlink("/", "root"); os.mkfifo("pipe"); open("twin", "w").write("1"); os.link("twin", "twin2")
open("back\\\\slash", "w").write("x"); open("C:x", "w").write("x"); open("new\\nline", "w").write("x"); open("\\u202egnp.exe", "w").write("x"); open("dot.", "w").write("x")
open("-rf", "w").write("x"); open(".hidden", "w").write("x")
os.makedirs("d/" * 24); open("d/" * 24 + "deep", "w").write("x")
open("locked", "w").write("x"); os.chmod("locked", 0)`);
    expect(result.exitCode, result.output).toBe(0);
    expect(result.files.map((each) => each.name.slice(0, 7).replace('twin2', 'twin')).sort()).toEqual(['-rf', '.hidden', 'twin']);
    expect(result.leftOut.map((each) => each.reason).sort()).toEqual([...Array.from({ length: 2 }, () => 'a link'), 'a pipe', 'a second name of another file', ...Array.from({ length: 6 }, () => 'its name can\'t be used')].sort());
  });

  test('[P9] a link in the place of the result folder leads nowhere', async () => {
    const result = await run('import os\nos.rmdir("results"); os.symlink("/etc", "results")');
    expect(result).toMatchObject({ exitCode: 0, files: [], leftOut: [] });
  });

  test('[P9] [P19] a program can neither write nor read the channel that tells how it ended, nor the shell behind it', async () => {
    const result = await run(`
import os, signal
for pid in [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]:
    for what in [f"/proc/{pid}/fd/2", f"/proc/{pid}/fd/3", f"/proc/{pid}/mem"]:
        try:
            os.write(os.open(what, os.O_WRONLY), b"end 0 1\\n"); print("wrote", what)
        except OSError: pass
for fd in range(3, 64):
    try:
        os.write(fd, b"end 0 1\\n"); print("wrote", fd)
    except OSError: pass
raise SystemExit(7)`);
    expect(result).toMatchObject({ ended: 'exited', exitCode: 7, output: '', files: [] });
  });

  test('[P9] killing the shell that watches it, or its clock, only ends the run', async () => {
    const all = await run('import os, signal, time\nopen("results/x", "w").write("x")\nos.kill(-1, signal.SIGKILL)\ntime.sleep(20)');
    expect(all).toMatchObject({ ended: 'killed', files: [] });
    const clock = await run('import os, signal, time\nopen("results/x", "w").write("x")\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(20)');
    expect(clock).toMatchObject({ ended: 'killed', reason: 'a kill signal ended it' });
    expect(text(clock, 'x')).toBe('x');
    const gently = await run('import os, signal, time\nfor each in range(2, os.getpid()):\n    try: os.kill(each, signal.SIGTERM)\n    except OSError: pass\ntime.sleep(20)', { timeoutSeconds: 5 });
    expect(gently.ended).not.toBe('exited');
  });

  test('[P9] limits that a program sets on the shell that watches it keep that from telling how it ended, and forge nothing', async () => {
    // prlimit(2) asks for the same user and no more, unlike tracing.
    const limit = (what: string) => `
import os, resource
open("results/x", "w").write("x")
if os.fork() == 0:
    while True: pass
for each in [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]: resource.prlimit(each, resource.${what}, (0, 0))
raise SystemExit(7)`;
    expect(await run(limit('RLIMIT_NOFILE'), { timeoutSeconds: 3 })).toMatchObject({ ended: 'killed', exitCode: null, files: [] });
    // The kernel looks at the processor time now and then: the shell may be faster, and tells the truth then.
    expect([7, 137, null]).toContain((await run(limit('RLIMIT_CPU'), { timeoutSeconds: 3 })).exitCode);
  });

  test('[P9] stopping the clock inside does not buy time', async () => {
    const begun = performance.now();
    const result = await run('import os, signal\nos.kill(os.getppid(), signal.SIGSTOP)\nwhile True: pass', { timeoutSeconds: 2 });
    expect(result.ended).toBe('timeout');
    expect(performance.now() - begun).toBeLessThan(8_000);
  });

  test('[P9] [P19] files that pretend to be huge, many files and large ones are cut at the limits', async () => {
    const begun = performance.now();
    const huge = await run('import os\nfor n in range(40): os.truncate(os.open(f"results/{n}", os.O_CREAT | os.O_RDWR), 60_000_000)');
    // Nobody waits for more than is taken.
    expect(performance.now() - begun).toBeLessThan(8_000);
    expect(huge.files).toEqual([]);
    expect(huge.leftOut.map((each) => each.reason)).toContain('larger than 10 MB');
    const sparse = await run('import os\nos.truncate(os.open("results/x", os.O_CREAT | os.O_RDWR), 10_000_000_000)');
    expect(sparse.output).toContain('File too large');
    const many = await run('for n in range(80): open(f"results/{n}", "w").write("x")');
    expect(many.files).toHaveLength(50);
    expect(many.leftOut).toHaveLength(21);
  });

  test('[P9] zombies that take up every process keep nobody from ending the run and reading its results', async () => {
    const result = await run(`
import os, time
open("results/own.txt", "w").write("whole")
for _ in range(100):
    if os.fork() == 0:
        try: os.fork()
        finally: os._exit(0)
    os.wait()
try:
    if os.fork() == 0: time.sleep(60)
    if os.fork() == 0: time.sleep(60)
    print("there is room")
except OSError as error: print(error.strerror)`);
    expect(result).toMatchObject({ ended: 'exited', exitCode: 0, output: 'Resource temporarily unavailable\n' });
    expect(text(result, 'own.txt')).toBe('whole');
  });

  test('[P9] what is left running when the program ends is ended before the results are read', async () => {
    const result = await run(`
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True: open("results/late.txt", "w").write("x" * 100_000)
    os._exit(0)
time.sleep(0.5)
open("results/own.txt", "w").write("whole")`);
    expect(result).toMatchObject({ ended: 'exited', exitCode: 0 });
    expect(text(result, 'own.txt')).toBe('whole');
  });
});
