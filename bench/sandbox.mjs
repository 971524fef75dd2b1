/**
 * One run in the sandbox, from the call to the result with the container removed, next to `docker run --rm` with the same
 * limits: cold, and with a container that was made ready while a person read what is to run. All run the same program in the
 * same image; they take turns, so that the machine's moods hit all.
 *
 * And a picture of one megabyte: from the call until the bytes that the page is sent have been read from the store, next to
 * the same run that leaves the picture where nobody fetches it. The difference holds the copy out of the container, too.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { image, openRealSandbox } from '../scripts/lib/real-sandbox.mjs';
import { claim, median } from './lib/claim.mjs';
import { loadSource } from './lib/load-source.mjs';

const rounds = 30;
/** Longer than it takes to make a container ready, and shorter than anybody reads a card. */
const reading = 1_500;
const run = promisify(execFile);
const { createResultsStore } = await loadSource('src/sandbox/results-store.ts');
const { signal } = new AbortController();
const { sandbox, env, close } = await openRealSandbox();

const flags = [
  '--rm', '--network=none', '--memory=256m', '--memory-swap=256m', '--cpus=0.5', '--pids-limit=64', '--read-only', '--tmpfs=/tmp:rw,noexec,nosuid,nodev,size=64m', '--user=65532:65532',
  '--cap-drop=ALL', '--security-opt=no-new-privileges', '--ipc=private', '--shm-size=16m', '--ulimit=core=0', '--ulimit=nofile=1024', '--log-driver=none', '--entrypoint=python3',
];

async function ours() {
  const result = await sandbox.run({ language: 'python', code: 'print(1)' }, { signal });
  if (result.output !== '1\n') throw new Error(`The sandbox answered ${JSON.stringify(result)}.`);
}

const results = await mkdtemp(path.join(os.tmpdir(), 'axon-bench-results-'));
const store = createResultsStore(results);

/** A run that writes a picture of a megabyte that doesn't compress; `fetched` when it lies among the results. */
async function picture(isFetched) {
  const code = `import os, struct\nhead = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + struct.pack(">IIBBBBB", 800, 600, 8, 6, 0, 0, 0) + bytes(4)\nopen("${isFetched ? 'results/' : ''}plot.png", "wb").write(head + os.urandom(1_000_000))`;
  const result = await sandbox.run({ language: 'python', code }, { signal });
  if (result.exitCode !== 0 || result.files.length !== Number(isFetched)) throw new Error(`The sandbox answered ${JSON.stringify({ ...result, files: result.files.length })}.`);
  if (!isFetched) return;
  const kept = await store.keep('bench', result.files);
  const { bytes } = await store.read('bench', kept.run, 'plot.png');
  if (bytes.byteLength < 1_000_000 || kept.files[0].kind !== 'picture') throw new Error('The picture did not arrive.');
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
  const times = { cold: [], warm: [], peer: [], picture: [], unfetched: [] };
  await ours();
  await peer();
  for (let round = 0; round < rounds; round++) {
    times.cold.push(await timed(ours));
    times.peer.push(await timed(peer));
    sandbox.prepare('python');
    await sleep(reading);
    times.warm.push(await timed(ours));
    for (const [isFetched, into] of [[true, times.picture], [false, times.unfetched]]) {
      sandbox.prepare('python');
      await sleep(reading);
      into.push(await timed(() => picture(isFetched)));
    }
  }
  const dockerRun = { name: 'docker-run', value: median(times.peer) };
  claim({ name: 'sandbox-run-cold', ours: median(times.cold), unit: 'ms', peer: dockerRun, aim: { ratio: 1.1 } });
  claim({ name: 'sandbox-run-warm', ours: median(times.warm), unit: 'ms', peer: dockerRun, aim: { ratio: 0.35 } });
  claim({ name: 'sandbox-picture', ours: median(times.picture), unit: 'ms', peer: { name: 'picture-left-there', value: median(times.unfetched) }, aim: { difference: 100 } });
} finally {
  await rm(results, { recursive: true, force: true });
  await close();
}
