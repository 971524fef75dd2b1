import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AxonError } from '../../src/errors.js';
import type { Sandbox, SandboxJob } from '../../src/ports/sandbox.js';
import { ownerLabel } from '../../src/sandbox/container-spec.js';
import { contextHash, contextLabel } from '../../src/sandbox/image-context.js';
import { currentOwner, ownerText } from '../../src/sandbox/owner.js';
import { createSwarmSandbox } from '../../src/sandbox/swarm/create-swarm-sandbox.js';
import { networkSpec, secretSpec, serviceSpec } from '../../src/sandbox/swarm/service-spec.js';
import type { SwarmCapable } from '../../src/sandbox/swarm/swarm-engine.js';
import { unheldLimits } from '../../src/sandbox/swarm/unheld-limits.js';
import { connectTo, contextFolder, imageName, never, openSandbox } from './lib/open-sandbox.js';
import { ensureThreeEngines, startThreeEngines, type ThreeEngines } from './lib/three-engines.js';

const canRun = await ensureThreeEngines();

describe.runIf(canRun)('a swarm of three engines', () => {
  let three: ThreeEngines;
  let manager: SwarmCapable;
  let accepted: readonly string[];
  let sandbox: Sandbox;

  beforeAll(async () => {
    const box = await openSandbox();
    const folder = await mkdtemp(path.join(os.tmpdir(), 'axon-slim-'));
    three = await startThreeEngines();
    const [first, ...others] = three.engines;
    // What Python needs of the real image, under its name: the same shells watch over the program.
    const tar = path.join(folder, 'slim.tar');
    const slim = spawn('docker', ['-H', box.host, 'run', '--rm', '-i', '--user', '0', '--network', 'none', '--entrypoint', 'python3', imageName, '-'], { stdio: ['pipe', 'pipe', 'inherit'] });
    await Promise.all([pipeline(createReadStream('test/docker/lib/slim-image.py'), slim.stdin), pipeline(slim.stdout, createWriteStream(tar))]);
    await first.docker('import', '--change', `LABEL ${contextLabel}=${await contextHash(contextFolder)}`, tar, imageName);
    await first.docker('save', '--output', tar, imageName);
    await Promise.all(others.map((each) => each.docker('load', '--quiet', '--input', tar)));
    await rm(folder, { recursive: true, force: true });
    await box.close();
    manager = await connectTo(first.host);
    accepted = unheldLimits(await manager.swarm.about(), await manager.swarm.nodes()).map(({ name }) => name);
    sandbox = open();
  });

  afterAll(async () => {
    await sandbox.dispose();
    await three.close();
  });

  // The manager's own engine lists a network until the container in it is gone.
  const nothingLeft = () => waitFor(async () => (await manager.swarm.labelled(ownerLabel)).length === 0);
  /** Containers that run now, on all nodes. */
  const running = async () => (await Promise.all(three.engines.map((each) => each.docker('ps', '--quiet')))).flatMap((each) => each.split('\n').filter(Boolean));
  const open = (acceptMissing = accepted, host = three.engines[0].host): Sandbox =>
    createSwarmSandbox({ connect: () => connectTo(host), imageName, contextFolder, acceptMissing });
  const python = (code: string, more: Partial<SandboxJob> = {}, signal = never) => sandbox.run({ language: 'python', code, timeoutSeconds: 20, ...more }, { signal });
  const available = async (how: 'active' | 'drain', node: string) => {
    const { id } = (await manager.swarm.nodes()).find(({ name }) => name === node)!;
    await three.engines[0].docker('node', 'update', '--availability', how, id);
  };
  const nodeOfLastRun = async () => {
    const status = await sandbox.status();
    return status.state === 'ready' ? (/axon-node-\d/.exec(status.notes.at(-1) ?? '')?.[0] ?? '') : '';
  };

  describe('one after the other', () => {
    afterEach(() => nothingLeft());

    it('[P18] runs nothing until each limit that a service can’t be given is accepted by its name', async () => {
      for (const names of [[], ['*'], ['all'], accepted.slice(1)]) {
        const careful = open(names);
        await expect(careful.run({ language: 'python', code: '1' }, { signal: never })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining(accepted[0]!) as string, next: expect.stringContaining('axon.sandbox.acceptMissing') as string });
        expect(await careful.status()).toMatchObject({ state: 'no-engine' });
        await careful.dispose();
      }
    });

    it('says plainly that an engine is no manager', async () => {
      const worker = open(accepted, three.engines[1].host);
      await expect(worker.run({ language: 'python', code: '1' }, { signal: never })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('is not the manager of a swarm') as string });
      await worker.dispose();
    });

    it('runs jobs on all nodes, with output, exit code, files in and results out', async () => {
      expect(await sandbox.status()).toMatchObject({ state: 'ready', notes: expect.arrayContaining(['3 of 3 nodes are ready.']) as string[] });
      const nodes = new Set<string>();
      const heard: string[] = [];
      const code = 'import os, sys, time\nprint("öut 🙂"); print("err", file=sys.stderr)\nopen("results/copy", "wb").write(open("data.bin", "rb").read() * 2)\ntime.sleep(1.5); print("end")\nsys.exit(3)';
      const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 256));
      const job = async () => {
        const result = await sandbox.run({ language: 'python', code, timeoutSeconds: 20, files: [{ name: 'data.bin', bytes }] }, { signal: never, onOutput: (text) => heard.push(text) });
        expect(result).toMatchObject({ ended: 'exited', exitCode: 3, output: 'öut 🙂\nerr\nend\n', cut: 0, leftOut: [] });
        expect(result.files.map(({ name, bytes: got }) => [name, Buffer.compare(Buffer.from(got), Buffer.concat([bytes, bytes]))])).toEqual([['copy', 0]]);
        expect(result.milliseconds).toBeGreaterThan(1400);
        expect(result.milliseconds).toBeLessThan(10_000);
      };
      const watcher = (async () => {
        for (let n = 0; n < 40; n++) {
          for (const { name } of await manager.swarm.labelled(ownerLabel)) for (const { NodeID } of await manager.swarm.tasks(name)) if (NodeID) nodes.add(NodeID);
          await sleep(100);
        }
      })();
      await Promise.all([job(), job(), job(), job(), job(), job(), watcher]);
      expect(nodes.size).toBe(3);
      expect(heard.join('')).toContain('waits at place 3');
      expect(heard.indexOf('end\n')).toBeGreaterThan(0);
      expect(await nodeOfLastRun()).toMatch(/^axon-node-[123]$/);
    });

    it('[P18] is ended on its node when it is cancelled, before this is told', async () => {
      const stop = new AbortController();
      const job = python('import time; time.sleep(50)', {}, stop.signal).then(() => 'ended', (error: unknown) => (error as AxonError).code);
      const atOnce = new AbortController();
      const making = python('import time; time.sleep(50)', {}, atOnce.signal).then(() => 'ended', (error: unknown) => (error as AxonError).code);
      await sleep(60);
      atOnce.abort();
      await sleep(1800);
      stop.abort();
      expect(await Promise.all([job, making])).toEqual(['cancelled', 'cancelled']);
      expect(await running()).toEqual([]);
    });

    it('says which node lacks the image, and how to bring it there', async () => {
      const [, second, third] = three.engines;
      for (const each of [three.engines[0], third]) await available('drain', each.name);
      try {
        const id = (await second.docker('image', 'inspect', '--format', '{{.Id}}', imageName)).trim();
        await second.docker('save', '--output', '/run/axon-three-engines/kept.tar', imageName);
        await second.docker('rmi', '--force', id);
        await expect(python('1')).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('does not have the sandbox image') as string, next: expect.stringContaining('docker load') as string });
        await second.docker('load', '--quiet', '--input', '/run/axon-three-engines/kept.tar');
        expect((await python('print(1)')).output).toBe('1\n');
        expect(await nodeOfLastRun()).toBe('axon-node-2');
      } finally {
        for (const { name } of three.engines) await available('active', name);
      }
    });

    it('[P18] sweeps away what a window that died left, and nothing of a living one', async () => {
      const me = await currentOwner();
      const dead = spawn('true');
      await once(dead, 'exit');
      const { id, architecture } = (await manager.image(imageName))!;
      const left = { gone: ownerText({ ...me, pid: dead.pid! }), elsewhere: ownerText({ ...me, machine: '0'.repeat(16), pid: 1 }) };
      for (const [name, owner] of Object.entries(left)) {
        const networkId = await manager.swarm.createNetwork(networkSpec(name, owner));
        const secretId = await manager.swarm.createSecret(secretSpec(name, owner, Buffer.from('1 x 1 0 x\n1')));
        await manager.swarm.createService(serviceSpec({ name, image: id, architecture, language: 'python', owner, networkId, secretId, noNewPrivileges: false }));
      }
      await manager.swarm.createNetwork(networkSpec('half-made', left.gone));
      const job = python('import time; time.sleep(3); print("whole")');
      await sleep(1500);
      const next = open();
      await next.status();
      await next.dispose();
      expect((await manager.swarm.labelled(ownerLabel)).map(({ name }) => name)).toContain('elsewhere');
      for (const name of ['gone', 'half-made']) await waitFor(async () => !(await manager.swarm.labelled(ownerLabel)).some((each) => each.name === name));
      expect((await job).output).toBe('whole\n');
      await manager.swarm.remove('elsewhere');
    });

    it('[P18] ends with a reason when its node is lost, and runs nowhere else', async () => {
      await available('drain', 'axon-node-1');
      const job = python('import time\nfor n in range(55): print(n, flush=True); time.sleep(1)', { timeoutSeconds: 60 });
      let node = '';
      while (node === '') {
        await sleep(300);
        const [run] = await manager.swarm.labelled(ownerLabel);
        const [task] = run ? await manager.swarm.tasks(run.name) : [];
        if (task?.Status.State === 'running') node = (await manager.swarm.nodes()).find(({ id }) => id === task.NodeID)!.name;
      }
      const lost = three.engines.find(({ name }) => name === node)!;
      await sleep(1500);
      await lost.crash();
      const crashed = Date.now();
      const result = await job;
      expect(result).toMatchObject({ ended: 'killed', exitCode: null, reason: expect.stringContaining(node) as string });
      expect(result.output).toMatch(/^0\n1\n/);
      expect(Date.now() - crashed).toBeLessThan(40_000);
      // It comes back after the run was given up.
      await lost.start();
      await sleep(2000);
      expect(await running()).toEqual([]);
      // The log cuts a long line into pieces, and this engine loses the end of such a line: nothing else.
      const long = await python('print("ü" * 50_000 + "again")');
      expect(long.output.trimEnd().length + long.cut).toBe(50_005);
      expect(/^ü+again$/.test(long.output.trimEnd())).toBe(true);
    });

    it('[P18] tells that the manager is gone, and removes what was left once it is back', async () => {
      const job = python('import time; time.sleep(20)').then(() => undefined, (error: unknown) => error);
      await sleep(2500);
      await three.engines[0].crash();
      const crashed = Date.now();
      expect(await job).toMatchObject({ name: 'AxonError', code: 'unavailable', message: expect.stringContaining('while running the code') as string });
      expect(Date.now() - crashed).toBeLessThan(15_000);
      await three.engines[0].start();
      await waitFor(async () => (await sandbox.status()).state === 'ready');
      for (const each of three.engines) await waitFor(async () => (await each.docker('ps', '--all', '--quiet')) === '');
      await available('active', 'axon-node-1');
    });
  });

  describe.concurrent('with runs at once', () => {
    afterAll(() => nothingLeft());

    it('[P18] reaches nobody: no way out, no name, and no other run', async () => {
      const listens = `
import socket, time
print([l.split()[1] for l in open("/proc/net/route")][1:], flush=True)
s = socket.socket(); s.bind(("0.0.0.0", 8000)); s.listen()
s.settimeout(5)
try: print("reached by", s.accept())
except TimeoutError: print("alone")`;
      const tries = `
import socket, ctypes
def attempt(what, work):
    try: work(); print("THROUGH", what)
    except OSError as e: print("held", what)
own = socket.gethostbyname("sandbox")
a, b, c, d = own.split(".")
attempt("outside", lambda: socket.create_connection(("1.1.1.1", 53), 1))
attempt("a node", lambda: socket.create_connection(("10.213.77.1", 2377), 1))
attempt("a name", lambda: socket.getaddrinfo("example.com", 80))
attempt("the manager's name", lambda: socket.getaddrinfo("axon-node-1", 80))
attempt("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
for net in range(0, 8):
    for host in (1, 2, 3, 4, 5):
        to = f"10.0.{net}.{host}"
        if to == own: continue
        s = socket.socket(); s.settimeout(0.05)
        try: s.connect((to, 8000)); print("THROUGH", to)
        except OSError: pass
        s.close()
print("tried")`;
      const [listener, other] = await Promise.all([python(listens), python(tries)]);
      expect(listener.output).toMatch(/^\['0[0-9A-F]{5}0A'\]\nalone\n$/);
      expect(other.output).toBe('held outside\nheld a node\nheld a name\nheld the manager\'s name\nheld raw\ntried\n');
    });

    it('[P18] holds the limits of memory, processes, files, user and root', async () => {
      const memory = python('x = []\nwhile True: x.append(bytearray(8 << 20))');
      const pids = python('import os, time\nn = 1\ntry:\n    while True:\n        if os.fork() == 0: time.sleep(60)\n        n += 1\nexcept OSError as e: print(n, e.strerror)');
      const rest = python(`
import os
def attempt(what, work):
    try: work(); print("THROUGH", what)
    except OSError as e: print("held", what)
for path in ("/x", "/etc/hosts", "/run/x", "/run/axon-program", "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory.max", "/proc/sys/kernel/core_pattern"): attempt(path, lambda: open(path, "a").close())
open("/tmp/x", "w").write("#!/bin/sh\\n"); os.chmod("/tmp/x", 0o7755)
attempt("exec", lambda: os.execv("/tmp/x", ["/tmp/x"]))
attempt("root", lambda: os.setuid(0))
attempt("read what watches", lambda: os.listdir("/proc/1/fd"))
n = 0
try:
    with open("/tmp/big", "wb", buffering=0) as f:
        while True: n += f.write(b"x" * (1 << 20))
except OSError as e: print(n >> 20)
print(os.getuid(), sorted(os.environ))`);
      expect(await memory).toMatchObject({ ended: 'out-of-memory', exitCode: 137 });
      expect((await pids).output).toMatch(/^[456]\d Resource temporarily unavailable\n$/);
      const lines = (await rest).output.trim().split('\n');
      expect(lines.slice(0, 10).every((line) => line.startsWith('held '))).toBe(true);
      expect(Number(lines[10])).toBeLessThanOrEqual(64);
      expect(lines[11]).toMatch(/^65532 \['HOME', 'HOSTNAME', 'LANG'/);
      expect(lines[11]).not.toContain('AXON');
    });

    it('[P18] ends at its time, from inside, and at a flood of output, from outside', async () => {
      const [late, flood] = await Promise.all([
        python('import time\nprint("before", flush=True)\ntime.sleep(600)', { timeoutSeconds: 2 }),
        python('import os\nblock = (b"0123456789" * 400 + b"\\n") * 64\nwhile True: os.write(1, block)', { timeoutSeconds: 50 }),
      ]);
      expect(late).toMatchObject({ ended: 'timeout', exitCode: null, output: 'before\n' });
      expect(flood).toMatchObject({ ended: 'killed', reason: 'it printed more than 8 MB' });
      expect(flood.output).toHaveLength(10_000);
    });
  });
});

async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 15_000; !(await isSo()); ) {
    if (Date.now() > end) throw new Error('It did not become so.');
    await sleep(300);
  }
}
