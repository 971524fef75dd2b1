import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { installMissing, toolchainFolder } from '../../../scripts/lib/docker-engine.mjs';
import { engineAnswers } from '../../../scripts/lib/docker-request.mjs';
import { tryLock } from '../../../scripts/lib/lock.mjs';
import { isDebianRoot } from '../../../scripts/lib/system-packages.mjs';

const run = promisify(execFile);

/** Sockets have short paths; the data is on a disk, where overlays can be made. */
const runtime = '/run/axon-three-engines';
const data = path.join(toolchainFolder(), 'three-engines');
const bridge = 'axonswarm';
const network = '10.213.77';

export interface TestEngine {
  /** Fit for DOCKER_HOST. */
  readonly host: string;
  /** Its host name, which a swarm tells. */
  readonly name: string;
  docker(...args: readonly string[]): Promise<string>;
  /** Ends it with everything that runs on it, as a power cut would. */
  crash(): Promise<void>;
  /** Starts it, again or for the first time. */
  start(): Promise<void>;
}

export interface ThreeEngines {
  readonly engines: readonly [TestEngine, TestEngine, TestEngine];
  close(): Promise<void>;
}

/** Installs what is missing, as root on Debian. Elsewhere these tests are skipped, by name: they make networks and start engines. */
export async function ensureThreeEngines(): Promise<boolean> {
  if (!(await isDebianRoot())) return false;
  await installMissing({ dockerd: 'docker.io', ip: 'iproute2', nsenter: 'util-linux' });
  return true;
}

/**
 * Three Docker engines on one machine, each in a network namespace with a host name of its own, as a swarm: the first is its
 * manager. What a run before left is removed first; one run at a time.
 */
export async function startThreeEngines(): Promise<ThreeEngines> {
  const unlock = await lock();
  try {
    await removeAll();
    await makeNetwork();
    const engines = [engine(1), engine(2), engine(3)] as const;
    await Promise.all(engines.map((each) => each.start()));
    const [first, ...others] = engines;
    await first.docker('swarm', 'init', '--advertise-addr', `${network}.1`);
    // By default a node counts as down fifteen seconds after its last word.
    await first.docker('swarm', 'update', '--dispatcher-heartbeat', '2s');
    const token = (await first.docker('swarm', 'join-token', '--quiet', 'worker')).trim();
    await Promise.all(others.map((each) => each.docker('swarm', 'join', '--token', token, `${network}.1:2377`)));
    return { engines, close: () => removeAll().finally(unlock) };
  } catch (error) {
    await removeAll();
    await unlock();
    throw error;
  }
}

async function lock(): Promise<() => Promise<void>> {
  for (;;) {
    const release = await tryLock(`${data}.lock`);
    if (release) return release;
    await sleep(500);
  }
}

async function makeNetwork(): Promise<void> {
  await run('ip', ['link', 'add', bridge, 'type', 'bridge']);
  await run('ip', ['link', 'set', bridge, 'up']);
  for (const number of [1, 2, 3]) {
    const [space, outside] = [`${bridge}-${number}`, `${bridge}${number}`];
    await run('ip', ['netns', 'add', space]);
    await run('ip', ['link', 'add', outside, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space]);
    await run('ip', ['link', 'set', outside, 'master', bridge, 'up']);
    await run('ip', ['-n', space, 'address', 'add', `${network}.${number}/24`, 'dev', 'eth0']);
    for (const device of ['eth0', 'lo']) await run('ip', ['-n', space, 'link', 'set', device, 'up']);
  }
}

function engine(number: number): TestEngine {
  const name = `axon-node-${number}`;
  const own = path.join(runtime, String(number));
  const host = `unix://${path.join(own, 'docker.sock')}`;
  const docker = async (...args: readonly string[]) => (await run('docker', ['-H', host, ...args], { maxBuffer: 64 << 20 })).stdout;
  return {
    host,
    name,
    docker,
    crash: () => endProcesses(`${own}/`),
    start: async () => {
      await mkdir(own, { recursive: true, mode: 0o700 });
      await mkdir(data, { recursive: true, mode: 0o700 });
      await rm(path.join(own, 'pid'), { force: true });
      const log = openSync(path.join(own, 'log'), 'a', 0o600);
      const flags = ['--host', host, '--data-root', path.join(data, String(number)), '--exec-root', path.join(own, 'exec'), '--pidfile', path.join(own, 'pid'), '--bridge=none', '--iptables=false', '--log-level=warn'];
      // Not `ip netns exec`: that hides the control groups.
      const command = [`--net=/run/netns/${bridge}-${number}`, 'unshare', '--uts', 'sh', '-c', `hostname ${name} && exec dockerd "$@"`, 'sh', ...flags];
      spawn('nsenter', command, { detached: true, stdio: ['ignore', log, log] }).unref();
      closeSync(log);
      for (const end = Date.now() + 30_000; !(await engineAnswers(host)); ) {
        await sleep(50);
        if (Date.now() > end) throw new Error(`An engine did not start:\n${(await readFile(path.join(own, 'log'), 'utf8')).slice(-1000)}`);
      }
    },
  };
}

/** Ends every process whose command line has the text, and what descends from it: containers live on when their engine dies. */
async function endProcesses(text: string): Promise<void> {
  for (let round = 0; round < 20; round++) {
    const all = await processes();
    const ours = new Set(all.filter((each) => each.command.includes(text)).map((each) => each.pid));
    for (let before = -1; before !== ours.size; ) {
      before = ours.size;
      for (const { pid, parent } of all) if (ours.has(parent)) ours.add(pid);
    }
    ours.delete(process.pid);
    if (ours.size === 0) return;
    for (const pid of ours) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
    await sleep(50);
  }
  throw new Error(`Processes of ${text} can’t be ended.`);
}

async function processes(): Promise<readonly { readonly pid: number; readonly parent: number; readonly command: string }[]> {
  const found = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const [state = 'Z', parent = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state !== 'Z') found.push({ pid: Number(name), parent: Number(parent), command: command.replaceAll('\0', ' ') });
  }
  return found;
}

async function removeAll(): Promise<void> {
  await endProcesses(`${runtime}/`);
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const mount of mounts.filter((each) => each.startsWith(`${runtime}/`) || each.startsWith(`${data}/`)).reverse()) await run('umount', ['-l', mount]);
  for (const number of [1, 2, 3]) {
    await run('ip', ['netns', 'delete', `${bridge}-${number}`]).catch(() => undefined);
    await run('ip', ['link', 'delete', `${bridge}${number}`]).catch(() => undefined);
  }
  await run('ip', ['link', 'delete', bridge]).catch(() => undefined);
  for (const folder of [runtime, data]) await rm(folder, { recursive: true, force: true });
}
