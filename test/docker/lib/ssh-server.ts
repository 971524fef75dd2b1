import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface SshServer {
  /** Of a person whose ssh config knows the server as `engine`. */
  readonly env: NodeJS.ProcessEnv;
  readonly port: number;
  readonly folder: string;
  readonly knownHosts: string;
  /** What the server wrote, with a line for each login. */
  log(): Promise<string>;
  /** Ends the server and every session of it, at once. */
  crash(): Promise<void>;
  /** Starts it again, with its key or a new one. */
  start(options?: { readonly newKey: boolean }): Promise<void>;
  stop(): Promise<void>;
}

/** Debian's sshd on loopback, with keys of its own; its sessions have the variables of `env`. */
export async function startSshServer(env: Readonly<Record<string, string>>): Promise<SshServer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'axon-sshd-'));
  const inFolder = (name: string) => path.join(folder, name);
  const port = await freePort();
  const hostKey = inFolder('host');
  const makeKey = (file: string) => run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
  await Promise.all([makeKey(hostKey), makeKey(inFolder('user')), mkdir('/run/sshd', { recursive: true })]);
  await writeFile(inFolder('known'), `[127.0.0.1]:${port} ${await readFile(`${hostKey}.pub`, 'utf8')}`);
  await writeFile(inFolder('sshd_config'), [
    'ListenAddress 127.0.0.1', `Port ${port}`, `HostKey ${hostKey}`, 'PidFile none', 'UsePAM no', 'StrictModes no', 'LogLevel VERBOSE',
    `AuthorizedKeysFile ${inFolder('user.pub')}`, 'PermitRootLogin prohibit-password', 'PasswordAuthentication no', 'KbdInteractiveAuthentication no',
    // Not root's own: a shell that comes over ssh runs what stands there.
    `SetEnv HOME=${folder} ${Object.entries(env).map(([name, value]) => `${name}=${value}`).join(' ')}`, '',
  ].join('\n'));
  await writeFile(inFolder('config'), ['Host engine', 'HostName 127.0.0.1', `Port ${port}`, 'User root', `IdentityFile ${inFolder('user')}`, 'IdentitiesOnly yes', `UserKnownHostsFile ${inFolder('known')}`, 'GlobalKnownHostsFile none', ''].join('\n'));
  // ssh has no variable for its config; so this person's ssh has one.
  await mkdir(inFolder('bin'));
  await writeFile(inFolder('bin/ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${inFolder('config')} "$@"\n`);
  await chmod(inFolder('bin/ssh'), 0o755);

  let server: ReturnType<typeof spawn> | undefined;
  let log = '';
  const start = async ({ newKey } = { newKey: false }): Promise<void> => {
    if (newKey) {
      await rm(hostKey);
      await makeKey(hostKey);
    }
    server = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', inFolder('sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
    server.stderr?.setEncoding('utf8').on('data', (text: string) => { log += text; });
    const end = Date.now() + 10_000;
    while (!(await answers(port))) {
      if (Date.now() > end) throw new Error(`sshd did not start: ${log}`);
      await sleep(20);
    }
  };
  const crash = async (): Promise<void> => {
    if (server?.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    for (const pid of [server.pid, ...(await descendants(server.pid))]) kill(pid);
    await ended;
  };
  await start();
  return {
    env: { ...process.env, PATH: `${inFolder('bin')}:${process.env['PATH'] ?? ''}`, DOCKER_HOST: 'ssh://engine' },
    port,
    folder,
    knownHosts: inFolder('known'),
    log: async () => log,
    crash,
    start,
    stop: async () => {
      await crash();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

async function descendants(of: number): Promise<readonly number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    const text = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '') : '';
    const parent = text.slice(text.lastIndexOf(')') + 2).split(' ')[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const below = (pid: number): readonly number[] => [...parents].filter(([, parent]) => parent === pid).flatMap(([child]) => [child, ...below(child)]);
  return below(of);
}

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    socket.once('connect', () => { resolve(true); }).once('error', () => { resolve(false); });
    socket.once('connect', () => socket.destroy());
  });
}
