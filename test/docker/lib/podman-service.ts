import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { engineAnswers } from '../../../scripts/lib/docker-request.mjs';

const run = promisify(execFile);

export interface PodmanService {
  readonly host: string;
  stop(): Promise<void>;
}

/** Debian's Podman, as root, answering on a socket of its own, with folders of its own and Docker's runc. */
export async function startPodman(): Promise<PodmanService> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'axon-pod-'));
  const host = `unix://${path.join(folder, 'socket')}`;
  await mkdir(path.join(folder, 'run'));
  const places = ['--root', path.join(folder, 'root'), '--runroot', path.join(folder, 'run'), '--tmpdir', path.join(folder, 'tmp')];
  // Its usual ones need systemd, or a machine with one kind of cgroups.
  const options = [...places, '--cgroup-manager', 'cgroupfs', '--events-backend', 'file', '--runtime', 'runc'];
  // Its conmon notes a lack of memory in the folder where it was started.
  const service = spawn('podman', [...options, 'system', 'service', '--time', '0', host], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  service.stderr.setEncoding('utf8').on('data', (text: string) => { said = (said + text).slice(-2000); });
  const end = Date.now() + 20_000;
  while (!(await engineAnswers(host))) {
    if (Date.now() > end || service.exitCode !== null) throw new Error(`Podman did not start: ${said}`);
    await sleep(50);
  }
  return {
    host,
    stop: async () => {
      await run('podman', [...options, 'rm', '-fa', '-t', '0']);
      const ended = once(service, 'exit');
      service.kill();
      await ended;
      const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '').filter((each) => each.startsWith(`${folder}/`));
      for (const mount of mounts.reverse()) await run('umount', ['-l', mount]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
