import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openSandbox, type OpenSandbox } from './lib/open-sandbox.js';

describe('the limits of the sandbox, on a real engine', () => {
  let box: OpenSandbox;
  beforeAll(async () => { box = await openSandbox(); });
  afterEach(async () => { expect(await box.containers()).toEqual([]); });
  afterAll(async () => { await box.close(); });

  it('[P9] ends code that takes more than 256 MB of memory, and says so', async () => {
    const result = await box.python('parts = []\nwhile True:\n    parts.append(bytearray(8 << 20)); print(len(parts) * 8, flush=True)');
    expect(result).toMatchObject({ ended: 'out-of-memory', exitCode: 137 });
    const reached = Number(result.output.trim().split('\n').at(-1));
    expect(reached).toBeGreaterThan(128);
    expect(reached).toBeLessThanOrEqual(256);
  });

  it('[P9] counts files in /tmp and /dev/shm as memory, and bounds each', async () => {
    const fill = (folder: string) => `
n = 0
try:
    with open("${folder}/big", "wb", buffering=0) as f:
        while True: n += f.write(b"x" * (1 << 20))
except OSError as e: print("${folder}", n >> 20, e.strerror)`;
    const result = await box.python(fill('/tmp') + fill('/dev/shm'));
    expect(result.output).toMatch(/^\/tmp 6[34] (No space left on device|File too large)\n\/dev\/shm 16 No space left on device\n$/);
  });

  it('[P9] bounds the number of files in /tmp', async () => {
    const result = await box.python('import os\ntry:\n    for n in range(100000): os.mkdir(f"/tmp/{n}")\nexcept OSError as e: print(n, e.strerror)');
    const [count, ...words] = result.output.trim().split(' ');
    expect(Number(count)).toBeLessThan(4096);
    expect(words.join(' ')).toBe('No space left on device');
  });

  it('[P9] gives no swap on top of the memory', async () => {
    const { engine } = box;
    expect((await engine.facts()).SwapLimit).toBe(true);
    // The kernel's own figures for this container, where the engine shows them (cgroup v1 or v2).
    const result = await box.python(`
import os
v1, v2 = "/sys/fs/cgroup/memory/", "/sys/fs/cgroup/"
read = lambda p: open(p).read().strip() if os.path.exists(p) else None
print(read(v1 + "memory.limit_in_bytes") or read(v2 + "memory.max"))
print(read(v1 + "memory.memsw.limit_in_bytes") or read(v2 + "memory.swap.max"))`);
    const [memory, swap] = result.output.trim().split('\n');
    expect(memory).toBe(String(256 * 1024 * 1024));
    expect([String(256 * 1024 * 1024), '0']).toContain(swap); // v1 tells memory and swap together, v2 swap alone
  });

  it('[P9] gives half a processor, however many threads ask for more', async () => {
    const result = await box.python(`
import os, time
for _ in range(3): os.fork()
begin = time.monotonic()
while time.monotonic() - begin < 3: pass
if os.getpid() != MAIN: os._exit(0)
while True:
    try: os.wait()
    except ChildProcessError: break
t = os.times()
print(t.user + t.system + t.children_user + t.children_system, time.monotonic() - begin)`.replace('import os, time', 'import os, time\nMAIN = os.getpid()'));
    const [used = 0, wall = 0] = result.output.trim().split(' ').map(Number);
    expect(wall).toBeGreaterThan(2.9);
    expect(used / wall).toBeLessThan(0.65);
  });

  it('[P9] stops a fork bomb at 64 processes, and removes it whole', async () => {
    const result = await box.python(`
import os, time
count = 0
try:
    while True:
        if os.fork() == 0: time.sleep(60)
        count += 1
except OSError as e: print(count, e.strerror)`);
    expect(result).toMatchObject({ ended: 'exited', exitCode: 0 });
    const [count, ...words] = result.output.trim().split(' ');
    expect(Number(count)).toBeLessThan(64);
    expect(words.join(' ')).toBe('Resource temporarily unavailable');
  });

  it('[P9] outlives a fork bomb that never stops', async () => {
    const result = await box.python('import os\nwhile True:\n    try: os.fork()\n    except OSError: pass', 3);
    expect(result).toMatchObject({ ended: 'timeout', exitCode: null });
    expect((await box.python('print(1)')).output).toBe('1\n');
  });

  it('[P9] kills what sleeps past its time', async () => {
    const result = await box.python('import time\nprint("before", flush=True)\ntime.sleep(600)\nprint("after")', 2);
    expect(result).toMatchObject({ ended: 'timeout', exitCode: null, output: 'before\n' });
    expect(result.milliseconds).toBeGreaterThanOrEqual(1990);
    expect(result.milliseconds).toBeLessThan(8000);
  });

  it('[P9] kills what ignores every signal, in a session of its own', async () => {
    const result = await box.python(`
import os, signal, time
for each in signal.valid_signals():
    try: signal.signal(each, signal.SIG_IGN)
    except (OSError, ValueError): pass
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True: time.sleep(1)
while True: time.sleep(1)`, 2);
    expect(result.ended).toBe('timeout');
  });

  it('[P9] ends with the program, even when a daemon of its making lives on', async () => {
    const result = await box.python('import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: time.sleep(600)\n    os._exit(0)\nprint("parent done")', 20);
    expect(result).toMatchObject({ ended: 'exited', exitCode: 0, output: 'parent done\n' });
    expect(result.milliseconds).toBeLessThan(15_000);
  });

  it('[P9] has a time limit inside too, that the code can’t kill, for when nobody outside is left', async () => {
    const result = await box.python(`
import os, signal
print(open("/proc/1/cmdline").read().split("\\0")[1:4])
for n in (signal.SIGKILL, signal.SIGSTOP): os.kill(1, n)
import time; time.sleep(0.2)
print(open("/proc/1/stat").read().split(")")[1].split()[0] in "SR")`, 5);
    expect(result.output).toBe("['--foreground', '--signal=KILL', '15']\nTrue\n");
  });

  it('[P9] kills a flood of output and keeps its first and last characters', async () => {
    const before = process.memoryUsage().rss;
    const result = await box.python('import os\nblock = b"0123456789abcde\\n" * 65536\nfor n in range(1024): os.write(1, block)', 50);
    expect(result).toMatchObject({ ended: 'killed', reason: 'it printed more than 8 MB' });
    expect(result.output).toHaveLength(10_000);
    expect(result.cut).toBeGreaterThan(1_000_000);
    expect(result.cut).toBeLessThan(9_000_000);
    expect((process.memoryUsage().rss - before) / 1024 / 1024).toBeLessThan(64);
  });

  it('[P9] cuts long output in the middle and tells how much', async () => {
    const result = await box.python('print("a" * 20000); import sys; print("the end", file=sys.stderr)');
    expect(result.output).toHaveLength(10_000);
    expect(result.cut).toBe(20_001 + 8 - 10_000);
    expect(result.output.endsWith('the end\n')).toBe(true);
  });

  it('[P9] leaves no core dump and few open files', async () => {
    const result = await box.python('import resource as r\nfor n in (r.RLIMIT_CORE, r.RLIMIT_NOFILE, r.RLIMIT_FSIZE): print(r.getrlimit(n))');
    expect(result.output).toBe(`(0, 0)\n(1024, 1024)\n(${64 << 20}, ${64 << 20})\n`);
  });
});
