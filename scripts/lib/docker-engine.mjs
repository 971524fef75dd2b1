/**
 * Finds a Docker engine for the tests and for `npm start`. On Debian as root, where none answers, it starts a private
 * one in the toolchain folder: its own socket, data and pid file, no bridge, no change to the host's firewall.
 *
 * Node's own modules only: this runs before anything is installed.
 */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync } from 'node:fs';
import { access, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { engineRequest, engineAnswers } from './docker-request.mjs';
import { installSystemPackages } from './system-packages.mjs';

const run = promisify(execFile);
const baseImage = 'debian:bookworm-slim';
/** A Unix socket's path has at most 107 bytes; the longest below the engine's folder is exec/containerd/containerd-debug.sock. */
const longestFolder = 65;

/** @typedef {(line: string) => void} Log */
/** @typedef {{ host: string, started: boolean, stop: () => Promise<void> }} Engine */

/** Where downloads and private engines are kept between runs. */
export function toolchainFolder() {
  return process.env.AXON_TOOLCHAIN || path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'axon-toolchain');
}

/**
 * `host` is fit for DOCKER_HOST. `stop` ends a private engine when its last user leaves, and does nothing to any other.
 * Throws an Error that says what is missing.
 * @param {{ log?: Log }} [options] @returns {Promise<Engine>}
 */
export async function ensureDockerEngine({ log = () => undefined } = {}) {
  for (const host of await candidates()) {
    if (await engineAnswers(host)) return { host, started: false, stop: async () => undefined };
    if (host === process.env.DOCKER_HOST) log(`No Docker engine answers at DOCKER_HOST (${host}).`);
  }
  return startPrivateEngine({ folder: path.join(toolchainFolder(), 'docker'), log });
}

/** @returns {Promise<string[]>} */
async function candidates() {
  const found = [process.env.DOCKER_HOST, await contextHost()];
  if (process.platform === 'win32') found.push('npipe:////./pipe/docker_engine', 'npipe:////./pipe/podman-machine-default');
  else {
    found.push('unix:///var/run/docker.sock', `unix://${os.homedir()}/.docker/run/docker.sock`);
    if (process.env.XDG_RUNTIME_DIR) found.push(`unix://${process.env.XDG_RUNTIME_DIR}/docker.sock`, `unix://${process.env.XDG_RUNTIME_DIR}/podman/podman.sock`);
  }
  return [...new Set(found.filter((host) => typeof host === 'string' && host !== ''))];
}

async function contextHost() {
  try {
    return (await run('docker', ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'], { timeout: 5000 })).stdout.trim();
  } catch {
    return undefined; // No docker command, or one without contexts: the default places are tried.
  }
}

/**
 * Starts an engine in `folder`, or joins the one that runs there. Any number of processes may call this at once.
 * `flags` are further ones of dockerd, for the one who starts it.
 * @param {{ folder: string, log?: Log, flags?: readonly string[] }} options @returns {Promise<Engine>}
 */
export async function startPrivateEngine({ folder, log = () => undefined, flags = [] }) {
  await assertDebianRoot('No Docker engine was found');
  await mkdir(path.join(folder, 'users'), { recursive: true, mode: 0o700 });
  const places = placesOf(folder);
  const user = path.join(folder, 'users', `${process.pid}-${Math.random().toString(36).slice(2)}`);
  const started = await locked(path.join(folder, 'lock'), async () => {
    await writeFile(user, await startTime(process.pid));
    if (await engineAnswers(places.host)) return false;
    try {
      await installMissing({ dockerd: 'docker.io' });
      await endEngine(places); // One that runs but doesn't answer.
      await launch(places, log, flags);
      return true;
    } catch (error) {
      await rm(user, { force: true });
      throw error;
    }
  });
  const stop = async () =>
    locked(path.join(folder, 'lock'), async () => {
      await rm(user, { force: true });
      if ((await liveUsers(folder)).length === 0) await endEngine(places);
    });
  return { host: places.host, started, stop };
}

/** @param {string} folder */
function placesOf(folder) {
  const short = Buffer.byteLength(folder) <= longestFolder;
  const runtime = short ? folder : path.join('/run', `axon-engine-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`);
  const socket = path.join(runtime, 'docker.sock');
  return { runtime, socket, host: `unix://${socket}`, data: path.join(folder, 'data'), exec: path.join(runtime, 'exec'), pid: path.join(runtime, 'pid'), log: path.join(folder, 'dockerd.log') };
}

/** @param {ReturnType<typeof placesOf>} places @param {Log} log @param {readonly string[]} more */
async function launch(places, log, more) {
  log('Starting a private Docker engine …');
  await mkdir(places.runtime, { recursive: true, mode: 0o700 });
  // Left by a crash: dockerd refuses to start when the number now belongs to another process.
  await rm(places.pid, { force: true });
  await dropForeignPid(path.join(places.exec, 'containerd', 'containerd.pid'), places.exec);
  const out = openSync(places.log, 'w', 0o600);
  const flags = ['--host', places.host, '--data-root', places.data, '--exec-root', places.exec, '--pidfile', places.pid];
  const child = spawn('dockerd', [...flags, '--iptables=false', '--bridge=none', '--log-level=warn', ...more], { detached: true, stdio: ['ignore', out, out] });
  closeSync(out);
  let failure = '';
  child.on('error', (error) => (failure = error.message));
  child.on('exit', (code) => (failure = `it ended with exit code ${code}`));
  child.unref();
  const end = Date.now() + 60_000;
  while (!(await engineAnswers(places.host))) {
    if (failure === '' && Date.now() > end) failure = 'it did not answer within 60 seconds';
    if (failure !== '') {
      await endEngine(places);
      const tail = (await readFile(places.log, 'utf8')).trim().split('\n').slice(-5).join('\n');
      throw new Error(`The private Docker engine did not start: ${failure}.\n${tail}\n(log: ${places.log})`);
    }
    await sleep(100);
  }
  log(`The private Docker engine is ready (DOCKER_HOST=${places.host}).`);
}

/** @param {ReturnType<typeof placesOf>} places */
async function endEngine(places) {
  const pid = await readPid(places.pid);
  if (pid === undefined || !(await commandLine(pid)).includes(places.data)) return;
  process.kill(pid, 'SIGTERM');
  if (await gone(pid, 20_000)) return;
  process.kill(pid, 'SIGKILL');
  await gone(pid, 5000);
}

/** @param {number} pid @param {number} milliseconds */
async function gone(pid, milliseconds) {
  for (const end = Date.now() + milliseconds; Date.now() < end; await sleep(50)) {
    // A zombie whose parent hasn't collected it has no command line.
    if ((await commandLine(pid)) === '') return true;
  }
  return false;
}

/** @param {string} file @param {string} owner */
async function dropForeignPid(file, owner) {
  const pid = await readPid(file);
  if (pid !== undefined && !(await commandLine(pid)).includes(owner)) await rm(file, { force: true });
}

/** @param {string} file */
async function readPid(file) {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}

/** Arguments joined by blanks; empty when there is no such process. @param {number} pid */
async function commandLine(pid) {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
}

/** Clock ticks since boot: with the pid, it names one process for good. Empty for a dead one, also when nobody collected it. @param {number} pid */
async function startTime(pid) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? '' : (fields[19] ?? '');
}

/** Users whose process still lives; the marks of others are removed. @param {string} folder */
async function liveUsers(folder) {
  const live = [];
  for (const name of await readdir(path.join(folder, 'users'))) {
    const file = path.join(folder, 'users', name);
    const mark = await readFile(file, 'utf8').catch(() => '');
    if (mark !== '' && mark === (await startTime(Number.parseInt(name, 10)))) live.push(name);
    else await rm(file, { force: true });
  }
  return live;
}

/**
 * Holds a lock file while `work` runs. The kernel keeps it (flock), so a process that dies leaves nothing behind.
 * @template T @param {string} file @param {() => Promise<T>} work @returns {Promise<T>}
 */
async function locked(file, work) {
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => holder.once('close', resolve));
  try {
    await new Promise((resolve, reject) => {
      holder.once('error', reject);
      holder.once('close', () => reject(new Error(`The lock ${file} could not be taken.`)));
      holder.stdout.once('data', resolve);
    });
    return await work();
  } finally {
    holder.stdin.end();
    await ended;
  }
}

/** @param {string} problem */
async function assertDebianRoot(problem) {
  const release = process.platform === 'linux' ? await readFile('/etc/os-release', 'utf8').catch(() => '') : '';
  const debian = /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release);
  if (debian && process.getuid?.() === 0) return;
  const advice = debian ? 'Start one (for example `sudo apt-get install docker.io`), or run this as root' : 'Install and start Docker Desktop, Docker Engine or Podman';
  throw new Error(`${problem}. ${advice}; DOCKER_HOST may name another engine.`);
}

/**
 * Call it only as root on Debian (`isDebianRoot`).
 * @param {Record<string, string>} packages the package of each command
 */
export async function installMissing(packages) {
  const missing = [];
  for (const [command, name] of Object.entries(packages)) {
    const places = (process.env.PATH ?? '').split(':').concat('/usr/sbin', '/sbin');
    const found = await Promise.all(places.map((place) => access(path.join(place, command)).then(() => true, () => false)));
    if (!found.includes(true)) missing.push(name);
  }
  if (missing.length === 0) return;
  // 'RUNLEVEL=1' and the policy keep the package from starting its own service: ours runs by hand.
  await installSystemPackages(missing, { RUNLEVEL: '1' });
}

/**
 * Sees to it that `FROM debian:bookworm-slim` can be built: the engine has it, or pulls it, or it is made here from
 * Debian's packages and kept as a tar file for the next time.
 * @param {{ host: string, log?: Log }} options
 */
export async function ensureSandboxBase({ host, log = () => undefined }) {
  const present = async () => (await engineRequest(host, { path: `/images/${baseImage}/json` })).status === 200;
  if (await present()) return;
  const [name, tag] = baseImage.split(':');
  const create = `/images/create?${new URLSearchParams({ tag })}`;
  const pulled = await engineRequest(host, { method: 'POST', path: `${create}&fromImage=${name}`, idleTimeout: 15_000 }).catch((/** @type {Error} */ error) => ({ status: 0, body: error.message }));
  if (succeeded(pulled)) {
    log(`Pulled ${baseImage}.`);
    return;
  }
  await assertDebianRoot(`${baseImage} cannot be pulled by the Docker engine`);
  const folder = path.join(toolchainFolder(), 'docker');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await locked(path.join(folder, 'base.lock'), async () => {
    if (await present()) return; // Made by another process in the meantime.
    const archive = await baseArchive(folder, log);
    log(`Importing ${baseImage} …`);
    const body = createReadStream(archive);
    const imported = await engineRequest(host, { method: 'POST', path: `${create}&fromSrc=-&repo=${name}`, body, headers: { 'Content-Type': 'application/x-tar' }, idleTimeout: 120_000 });
    if (!succeeded(imported)) throw new Error(`${baseImage} could not be imported: ${imported.body.slice(0, 500)}`);
  });
}

/** An engine answers 200 first and tells of a failure in the body. @param {{ status: number, body: string }} answer */
function succeeded({ status, body }) {
  return status === 200 && !body.includes('"errorDetail"');
}

/** @param {string} folder @param {Log} log @returns {Promise<string>} the tar file, made when it isn't there */
async function baseArchive(folder, log) {
  const archive = path.join(folder, `${baseImage.replace(':', '-')}.tar`);
  if (await stat(archive).catch(() => undefined)) return archive;
  await installMissing({ debootstrap: 'debootstrap' });
  log(`Making ${baseImage} from Debian's packages (about a minute) …`);
  const root = path.join(folder, 'base');
  await rm(root, { recursive: true, force: true });
  const proxy = await aptProxy();
  const env = { ...process.env, ...(proxy && { http_proxy: proxy, https_proxy: proxy }) };
  await run('debootstrap', ['--variant=minbase', 'bookworm', root, ...(await aptMirror())], { env, maxBuffer: 64 << 20 });
  // The last two are copies of this machine's own files.
  const without = ['./var/cache/apt/archives/*.deb', './dev/*', './etc/resolv.conf', './etc/hostname'];
  await run('tar', ['-C', root, ...without.map((each) => `--exclude=${each}`), '--one-file-system', '-cf', `${archive}.part`, '.']);
  await rename(`${archive}.part`, archive);
  await rm(root, { recursive: true, force: true });
  return archive;
}

/** The mirror that this machine's apt uses for Debian itself, if it does. @returns {Promise<string[]>} */
async function aptMirror() {
  const { stdout } = await run('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Origin: Debian', 'Label: Debian']).catch(() => ({ stdout: '' }));
  const mirror = stdout.split(/\s+/).find((each) => /^https?:\/\/.+\/debian\/$/.test(each));
  return mirror === undefined ? [] : [mirror];
}

async function aptProxy() {
  const { stdout } = await run('apt-config', ['dump', '--format', '%v', 'Acquire::http::Proxy']).catch(() => ({ stdout: '' }));
  return stdout.trim();
}
