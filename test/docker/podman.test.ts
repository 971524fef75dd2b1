import { mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { engineRequest } from '../../scripts/lib/docker-request.mjs';
import { ensureEnginesElsewhere } from '../../scripts/lib/engines-elsewhere.mjs';
import { createSandbox } from '../../src/sandbox/create-sandbox.js';
import { connectDocker } from '../../src/sandbox/docker-engine.js';
import type { Sandbox } from '../../src/ports/sandbox.js';
import { testWalls } from '../../src/sandbox/self-test.js';
import { wallChecks } from '../../src/sandbox/wall-checks.js';
import { copyImage } from './lib/copy-image.js';
import { contextFolder, imageName, never, openSandbox } from './lib/open-sandbox.js';
import { startPodman, type PodmanService } from './lib/podman-service.js';
import { startSshServer } from './lib/ssh-server.js';

const canRun = await ensureEnginesElsewhere();

describe.runIf(canRun)('Podman’s socket', () => {
  let podman: PodmanService;
  let sandbox: Sandbox;

  const open = (env: NodeJS.ProcessEnv) => createSandbox({ connect: () => connectDocker({ env, home: os.homedir(), platform: process.platform }), imageName, contextFolder });
  const containers = async () => (JSON.parse((await engineRequest(podman.host, { path: '/v1.41/containers/json?all=1' })).body) as readonly { readonly Id: string }[]).map((each) => each.Id);
  const python = (code: string, timeoutSeconds = 30) => sandbox.run({ language: 'python', code, timeoutSeconds }, { signal: never });

  beforeAll(async () => {
    const box = await openSandbox();
    podman = await startPodman();
    await copyImage(box.host, podman.host);
    await box.close();
    sandbox = open({ ...process.env, DOCKER_HOST: podman.host });
  });
  afterEach(async () => { expect(await containers()).toEqual([]); });
  afterAll(async () => {
    await sandbox.dispose();
    await podman.stop();
  });

  it('[P9] runs code, and says what Podman holds in another way', async () => {
    expect(await sandbox.status()).toMatchObject({ state: 'ready', engine: expect.stringMatching(/^Podman \d/) as string, runtime: 'runc', notes: [expect.stringContaining('number of files') as string, expect.stringContaining('user namespaces') as string, expect.stringContaining('/etc/hosts') as string] });
    const code = `# ${'x'.repeat(300_000)}\nimport sys; print("there"); print(len(open(__file__).read()), file=sys.stderr); sys.exit(3)`;
    expect(await python(code)).toMatchObject({ ended: 'exited', exitCode: 3, output: `there\n${code.length}\n` });
  });

  it('[P9] holds each wall that Docker holds, but for the one that it names', async () => {
    // Not those that only wait: their limits are read below.
    const checks = wallChecks.filter(({ title }) => !/processor|its time/.test(title));
    const results = await testWalls(sandbox, never, () => undefined, checks);
    const through = results.filter((each) => each.heldBy === undefined);
    // The one thing that Podman's own filter of system calls allows and Docker's doesn't, as the notes say.
    expect(through.flatMap(({ output }) => output?.split('\n').filter((line) => line.includes('THROUGH')))).toEqual(['THROUGH a namespace of its own']);
    expect(through).toHaveLength(1);
  });

  it('[P9] really sets the limits that it is asked for', async () => {
    // The kernel's own figures, for cgroup v1 and v2.
    const result = await python(`
import os
def read(*paths): return next((open(p).read().strip() for p in paths if os.path.exists(p)), None)
c = "/sys/fs/cgroup/"
print(read(c + "memory/memory.limit_in_bytes", c + "memory.max"), read(c + "memory/memory.memsw.limit_in_bytes", c + "memory.swap.max"))
print(read(c + "pids/pids.max", c + "pids.max"), read(c + "cpu/cpu.cfs_quota_us", c + "cpu.max"))
print(*sorted(line.split()[1] for line in open("/proc/mounts") if line.split()[2] in ("tmpfs", "ext4", "overlay", "xfs") and "rw" in line.split()[3].split(",")))
print(*sorted({line.split(":")[1].strip() for line in open("/proc/self/status") if line[:3] == "Cap"}), os.getuid(), os.listdir("/sys/class/net"))`);
    const [memory, more, writable, rights] = result.output.trim().split('\n');
    expect(memory).toMatch(/^268435456 (268435456|0)$/);
    expect(more).toMatch(/^64 50000( 100000)?$/);
    expect(writable?.split(' ').filter((each) => !/^\/(proc|sys|dev)(\/|$)/.test(each))).toEqual(['/tmp']);
    expect(rights).toBe("0000000000000000 65532 ['lo']");
  });

  it('[P9] ends what takes too long, and removes what was cancelled', async () => {
    expect(await python('import time\nprint("before", flush=True)\ntime.sleep(50)', 1)).toMatchObject({ ended: 'timeout', output: 'before\n' });
    const stop = new AbortController();
    const running = sandbox.run({ language: 'python', code: 'import time; time.sleep(50)' }, { signal: stop.signal }).catch((error: unknown) => error);
    while ((await containers()).length === 0) await sleep(50);
    stop.abort();
    expect(await running).toMatchObject({ code: 'cancelled' });
    expect(await containers()).toEqual([]);
  });

  it('is reached over ssh on a machine where Podman is all there is', async () => {
    const bin = await mkdtemp(path.join(os.tmpdir(), 'axon-only-'));
    onTestFinished(() => rm(bin, { recursive: true }));
    await symlink('/usr/bin/podman', path.join(bin, 'podman'));
    const server = await startSshServer({ PATH: bin });
    onTestFinished(() => server.stop());
    const far = open({ ...server.env, DOCKER_HOST: `ssh://engine${podman.host.replace('unix://', '')}` });
    expect((await far.run({ language: 'python', code: 'print(4)' }, { signal: never })).output).toBe('4\n');
    await far.dispose();
  });
});
