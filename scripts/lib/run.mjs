/**
 * Child processes of the scripts. Each is the head of its own process group, and whatever still runs when the script
 * ends, or is interrupted, is ended with its whole group.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {import('node:child_process').ChildProcess}
 */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' && /\.cmd$|^npm$/.test(command), ...options, detached: process.platform !== 'win32' });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/**
 * Runs a command to its end.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, allowFailure?: boolean, timeout?: number }} [options] timeout in milliseconds
 * @returns {Promise<{ code: number, output: string }>} both streams together
 * @throws with the output, its middle cut when it is long, unless `allowFailure`
 */
export async function run(command, args, { cwd, env, allowFailure = false, timeout } = {}) {
  const child = start(command, args, { ...(cwd && { cwd }), ...(env && { env }) });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
  const timer = timeout === undefined ? undefined : setTimeout(() => signal(child, 'SIGKILL'), timeout);
  const [code] = await once(child, 'exit').finally(() => clearTimeout(timer));
  await drained(child);
  if (code !== 0 && !allowFailure) {
    const lines = output.trim().split('\n');
    const shown = lines.length > 60 ? [...lines.slice(0, 30), '…', ...lines.slice(-30)] : lines;
    throw new Error(`${command} ${args.join(' ')} ended with ${code ?? 'a signal'}:\n${shown.join('\n')}`);
  }
  return { code: code ?? 1, output };
}

/** Waits for the rest of the output, but not for long: something that the child left running may hold the pipes open. */
async function drained(child) {
  const streams = [child.stdout, child.stderr].filter((stream) => stream && !stream.closed);
  const late = AbortSignal.timeout(2_000);
  await Promise.all(streams.map((stream) => once(stream, 'close', { signal: late }).catch(() => stream.destroy())));
}

/**
 * Ends a child and everything in its group: asks first, insists after `grace` milliseconds.
 * @param {import('node:child_process').ChildProcess} child
 */
export async function stop(child, grace = 3_000, first = 'SIGTERM') {
  const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();
  signal(child, first);
  const insist = setTimeout(() => signal(child, 'SIGKILL'), grace);
  await gone;
  clearTimeout(insist);
  signal(child, 'SIGKILL');
}

/** Ends a child and everything in its group at once, without a word: what a crash of the machine does. @param {import('node:child_process').ChildProcess} child */
export const kill = (child) => stop(child, 0, 'SIGKILL');

/** Ends every child that still runs; safe at any time. */
export function stopAll() {
  for (const child of running) signal(child, 'SIGKILL');
}

function signal(child, name) {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(name);
    else process.kill(-child.pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error;
  }
}
