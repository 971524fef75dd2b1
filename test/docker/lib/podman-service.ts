import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { engineAnswers } from '../../../scripts/lib/docker-request.mjs';

const run = promisify(execFile);

export interface PodmanService {
  readonly host: string;
  stop(): Promise<void>;
}

/** Debian's Podman, as root, answering on a socket of its own, with folders of its own and Docker's runc. */
export async function startPodman(): Promise<PodmanService> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'axon-pod-'));
  // It takes no longer path for these than 50 characters.
  const runtime = await mkdtemp('/run/axon-pod-');
  const host = `unix://${path.join(runtime, 'socket')}`;
  const places = ['--root', path.join(folder, 'root'), '--runroot', path.join(runtime, 'run'), '--tmpdir', path.join(runtime, 'tmp')];
  // Its usual ones need systemd, or a machine with one kind of cgroups.
  const options = [...places, '--cgroup-manager', 'cgroupfs', '--events-backend', 'file', '--runtime', 'runc'];
  // It leaves the archive of a load in the folder for temporary files, now and then.
  // Its conmon notes a lack of memory in the folder where it was started.
  const service = spawn('podman', [...options, 'system', 'service', '--time', '0', host], { cwd: folder, env: { ...process.env, TMPDIR: folder }, stdio: ['ignore', 'ignore', 'pipe'] });
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
      const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '').filter((each) => [folder, runtime].some((place) => each.startsWith(`${place}/`)));
      for (const mount of mounts.reverse()) await run('umount', ['-l', mount]);
      for (const each of [folder, runtime]) await rm(each, { recursive: true, force: true });
    },
  };
}
