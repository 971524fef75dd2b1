/** The project's tools need Node 24; the README asks for Node 20 or later only. This file closes the gap. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { say } from './progress.mjs';
import { run } from './run.mjs';
import { installed } from './toolchain.mjs';

export const nodeVersion = '24.21.0';
const isNew = Number(process.versions.node.split('.')[0]) >= 24;

/** @returns {Promise<string>} the path of a node that is 24 or later; installed from npm when this one is older */
export async function ensureNode24() {
  if (isNew) return process.execPath;
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new Error(`Node ${process.versions.node} is too old for the project's tools. Install Node 24 or later, then run this again.`);
  }
  return linuxNode24(process.arch);
}

/**
 * A Node for Linux that needs nothing but the C and C++ libraries, so that it runs in a container too, whatever this machine is.
 * @param {string} machine as Node or `uname` names it @returns {Promise<string>} the path, installed from npm the first time
 */
export async function linuxNode24(machine) {
  const arch = { x64: 'x64', x86_64: 'x64', arm64: 'arm64', aarch64: 'arm64' }[machine];
  if (!arch) throw new Error(`There is no Node ${nodeVersion} for Linux on ${machine} here.`);
  const name = `node-linux-${arch}`;
  const folder = await installed(`${name}-${nodeVersion}`, async (target) => {
    say(`installing Node ${nodeVersion} for Linux`);
    await run('npm', ['install', '--prefix', target, '--force', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `${name}@${nodeVersion}`]);
  });
  return path.join(folder, 'node_modules', name, 'bin', 'node');
}

/**
 * Makes sure that the calling script runs on Node 24: returns at once if it does, else runs it again on one and ends
 * with its exit code. Child processes find that node first on their PATH.
 */
export async function continueOnNode24() {
  if (isNew) return;
  const node = await ensureNode24();
  const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}` };
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit', env });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('exit', (status, signal) => resolve(signal ? 130 : status)));
  process.exit(code);
}

