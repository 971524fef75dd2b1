/**
 * One run in the sandbox, from the call to the result with the container removed, next to `docker run --rm` with the same
 * limits: cold, and with a container that was made ready while a person read what is to run. All run the same program in the
 * same image; they take turns, so that the machine's moods hit all.
 */
import { execFile } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ensureDockerEngine, ensureSandboxBase } from '../scripts/lib/docker-engine.mjs';
import { claim, median } from './lib/claim.mjs';
import { loadSource } from './lib/load-source.mjs';

const rounds = 30;
/** Longer than it takes to make a container ready, and shorter than anybody reads a card. */
const reading = 1_500;
const run = promisify(execFile);
const { createSandbox } = await loadSource('src/sandbox/create-sandbox.ts');
const { connectDocker } = await loadSource('src/sandbox/docker-engine.ts');
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const image = 'axon-sandbox:test';
const { signal } = new AbortController();
const log = (line) => console.error(line);

const engine = await ensureDockerEngine({ log });
await ensureSandboxBase({ host: engine.host, log });
const env = { ...process.env, DOCKER_HOST: engine.host };
const sandbox = createSandbox({ connect: () => connectDocker({ env, home: os.homedir(), platform: process.platform }), imageName: image, contextFolder: path.join(root, 'media/sandbox') });

const flags = [
  '--rm', '--network=none', '--memory=256m', '--memory-swap=256m', '--cpus=0.5', '--pids-limit=64', '--read-only', '--tmpfs=/tmp:rw,noexec,nosuid,nodev,size=64m', '--user=65532:65532',
  '--cap-drop=ALL', '--security-opt=no-new-privileges', '--ipc=private', '--shm-size=16m', '--ulimit=core=0', '--ulimit=nofile=1024', '--log-driver=none', '--entrypoint=python3',
];

async function ours() {
  const result = await sandbox.run({ language: 'python', code: 'print(1)' }, { signal });
  if (result.output !== '1\n') throw new Error(`The sandbox answered ${JSON.stringify(result)}.`);
}

async function peer() {
  const { stdout } = await run('docker', ['run', ...flags, image, '-c', 'print(1)'], { env });
  if (stdout !== '1\n') throw new Error(`docker run answered ${stdout}.`);
}

async function timed(work) {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

try {
  if ((await sandbox.status()).state === 'no-image') await sandbox.build({ signal, onProgress: log });
  const times = { cold: [], warm: [], peer: [] };
  await ours();
  await peer();
  for (let round = 0; round < rounds; round++) {
    times.cold.push(await timed(ours));
    times.peer.push(await timed(peer));
    sandbox.prepare('python');
    await sleep(reading);
    times.warm.push(await timed(ours));
  }
  const dockerRun = { name: 'docker-run', value: median(times.peer) };
  claim({ name: 'sandbox-run-cold', ours: median(times.cold), unit: 'ms', peer: dockerRun, aim: { ratio: 1.1 } });
  claim({ name: 'sandbox-run-warm', ours: median(times.warm), unit: 'ms', peer: dockerRun, aim: { ratio: 0.35 } });
} finally {
  await sandbox.dispose();
  await engine.stop();
}
