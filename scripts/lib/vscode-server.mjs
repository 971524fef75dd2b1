import path from 'node:path';
import { ensureNode24 } from './node24.mjs';
import { elapsed, say } from './progress.mjs';
import { run } from './run.mjs';
import { installed, onPath } from './toolchain.mjs';

/** code-server's version; it carries VS Code 1.139.1. */
const version = '4.139.1';
const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/**
 * A real VS Code that serves itself to a browser, from npm packages alone; installed the first time (about 780 MB).
 * @returns {Promise<{ node: string, entry: string }>} the node to run it with, and its script
 */
export async function ensureVscodeServer() {
  const node = await ensureNode24();
  const folder = await installed(`vscode-server-${version}`, async (target) => {
    const since = Date.now();
    say(`installing a VS Code server (code-server ${version}); this takes a minute`);
    const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}` };
    await run('npm', ['install', '--prefix', target, ...quiet, `code-server@${version}`], { env });
    // Its own packages lie in a folder of their own, which only its install script would fill.
    const vscode = path.join(target, 'node_modules/code-server/lib/vscode');
    await run('npm', ['install', '--omit=dev', ...quiet], { cwd: vscode, env });
    await buildWatchdog(vscode, node, env);
    say(`installed the VS Code server in ${elapsed(since)}`);
  });
  return { node, entry: path.join(folder, 'node_modules/code-server/out/node/entry.js') };
}

/** Two native parts that make the server's log quieter. It runs without them, so a machine without a compiler is fine. */
async function buildWatchdog(vscode, node, env) {
  if (!(await onPath('g++')) || !(await onPath('make')) || !(await onPath('python3'))) return;
  const nodedir = path.dirname(path.dirname(node));
  await run('npm', ['rebuild', '--loglevel=error', '@vscode/native-watchdog', '@vscode/spdlog'], { cwd: vscode, env: { ...env, npm_config_nodedir: nodedir }, allowFailure: true });
}
