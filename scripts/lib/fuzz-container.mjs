/** The containers in which `npm run fuzz` works: their image, their limits, and one run of a bundle in one of them. */
import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { linuxNode24, nodeVersion } from './node24.mjs';
import { root } from './project.mjs';

const imageFolder = path.join(root, 'test', 'fuzz', 'image');

/** @typedef {import('dockerode')} Docker */

/** @param {string} host as in DOCKER_HOST @returns {Promise<Docker>} */
export async function connect(host) {
  const { default: Client } = await import('dockerode');
  return host.startsWith('unix://') ? new Client({ socketPath: host.slice('unix://'.length) }) : new Client();
}

/**
 * Builds the image unless the engine has it already. The base has to be there.
 * @param {Docker} docker @param {(line: string) => void} log @returns {Promise<string>} its name
 */
export async function ensureFuzzImage(docker, log) {
  const dockerfile = await readFile(path.join(imageFolder, 'Dockerfile'), 'utf8');
  const { Architecture: arch } = await docker.info();
  const image = `axon-fuzz:${createHash('sha256').update(`${dockerfile}${nodeVersion}${arch}`).digest('hex').slice(0, 12)}`;
  if (await docker.getImage(image).inspect().then(() => true, () => false)) return image;
  log(`building ${image}`);
  const context = await mkdtemp(path.join(os.tmpdir(), 'axon-fuzz-'));
  try {
    await copyFile(path.join(imageFolder, 'Dockerfile'), path.join(context, 'Dockerfile'));
    await copyFile(await linuxNode24(arch), path.join(context, 'node'));
    // A private engine has no bridge; the machine's own network is then what apt can use.
    const bridges = await docker.listNetworks({ filters: JSON.stringify({ driver: ['bridge'] }) });
    const options = { t: image, rm: true, forcerm: true, buildargs: proxies(), ...(bridges.length === 0 && { networkmode: 'host' }) };
    const answer = await docker.buildImage({ context, src: ['Dockerfile', 'node'] }, options);
    await new Promise((resolve, reject) => {
      docker.modem.followProgress(answer, (error, lines) => {
        const failure = error?.message ?? lines?.find((line) => line.error)?.error;
        if (failure === undefined) resolve(undefined);
        else reject(new Error(`The image for fuzzing could not be built: ${failure}\n${(lines ?? []).map((line) => line.stream ?? '').join('').slice(-2000)}`));
      });
    });
    return image;
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

/** Docker knows these names without an ARG line. */
function proxies() {
  const names = ['http_proxy', 'https_proxy', 'no_proxy'].flatMap((name) => [name, name.toUpperCase()]);
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/**
 * Runs a bundle to its end: no network, no mounts, read-only root, unprivileged. It gets `job` as JSON in FUZZ_JOB and
 * tells what it has to tell as one JSON object a line, the last one of the type `done`.
 *
 * @param {Docker} docker
 * @param {{ image: string, bundle: Uint8Array, job: object, onMessage: (message: any) => void, signal: AbortSignal }} options
 * @returns {Promise<any>} the last message
 * @throws what the bundle wrote to standard error, when it ended without that message
 */
export async function runInContainer(docker, { image, bundle, job, onMessage, signal }) {
  const container = await docker.createContainer(containerSpec(image, job));
  const remove = () => container.remove({ force: true, v: true }).catch(() => undefined); // The engine removes it too, when it ends.
  signal.addEventListener('abort', remove);
  try {
    const stream = await container.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true });
    const [out, err] = [new PassThrough(), new PassThrough()];
    docker.modem.demuxStream(stream, out, err);
    stream.on('end', () => [out.end(), err.end()]);
    let problem = '';
    err.setEncoding('utf8').on('data', (text) => (problem = `${problem}${text}`.slice(-8000)));
    await container.start();
    stream.end(bundle);
    let last;
    for await (const line of createInterface({ input: out })) {
      last = JSON.parse(line);
      onMessage(last);
    }
    if (last?.type !== 'done') throw new Error(signal.aborted ? 'The fuzzing was interrupted.' : `The fuzzer broke.\n${problem}`);
    return last;
  } finally {
    signal.removeEventListener('abort', remove);
    await remove();
  }
}

function containerSpec(image, job) {
  return {
    Image: image,
    // bash stays the first process: it collects what commands leave behind.
    Cmd: ['bash', '-c', 'cat > /fuzz/run.cjs && /opt/fuzz/node /fuzz/run.cjs; exit $?'],
    Env: [`FUZZ_JOB=${JSON.stringify(job)}`],
    OpenStdin: true,
    StdinOnce: true,
    HostConfig: {
      AutoRemove: true,
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Memory: 1 << 30,
      PidsLimit: 256,
      LogConfig: { Type: 'none' },
      // Programs have to be able to run there: a canary that can't run proves nothing.
      Tmpfs: { '/fuzz': 'rw,exec,nosuid,nodev,size=256m,mode=1777', '/tmp': 'rw,noexec,nosuid,nodev,size=64m,mode=1777' },
    },
  };
}
