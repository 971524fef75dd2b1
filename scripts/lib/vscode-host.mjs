import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { kill, run, start, stop } from './run.mjs';
import { exists } from './toolchain.mjs';
import { ensureVscodeServer } from './vscode-server.mjs';

/** Nothing is fetched, nothing pops up that the product didn't cause. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'chat.agentHost.enabled': false,
};
const noGallery = JSON.stringify({ serviceUrl: '', itemUrl: '', resourceUrlTemplate: '', controlUrl: '', recommendationsUrl: '' });

/**
 * @typedef {object} HostOptions
 * @property {string | undefined} [workspace] absolute path of the folder or the `.code-workspace` file to open; without one, the window is empty
 * @property {string} [vsix] a package to install, as a user would
 * @property {string} [extension] a folder to link as an installed extension instead
 * @property {number} [port] 0 or absent: any free one
 * @property {boolean} [trust] true: VS Code asks whether the folder is trusted; else every folder is
 * @property {Record<string, unknown>} [settings] user settings, on top of the quiet ones
 * @property {NodeJS.ProcessEnv} [env] on top of this process's environment
 * @property {boolean} [testDriver] lets a URL start extension tests; notifications are hidden while it is on
 * @property {string} [profile] a folder for settings and state that outlives the host; else a fresh one that goes with it
 */

/**
 * @typedef {object} Host
 * @property {number} port
 * @property {string} profile the folder of the user data
 * @property {(payload?: readonly (readonly [string, string])[], workspace?: string) => string} url opens the workspace, or another one in a further window
 * @property {() => string} log what the server printed so far
 * @property {() => Promise<void>} kill ends the server with all it started as kill -9 does
 * @property {() => Promise<void>} stop ends the server with all it started; twice is harmless
 */

/**
 * Starts a VS Code server on 127.0.0.1 for one window, with a set of extensions of its own.
 * @param {HostOptions} options
 * @returns {Promise<Host>} when it listens
 */
export async function startHost(options) {
  const server = await ensureVscodeServer();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'host-'));
  const places = { folder, user: options.profile ?? path.join(folder, 'user'), extensions: path.join(folder, 'extensions') };
  const env = hostEnvironment(folder, options.env);
  const discard = () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child;
  try {
    await prepare(places, options, server, env);
    child = start(server.node, [server.entry, ...serverArguments(places, options)], { env });
    const { port, log } = await listening(child);
    const running = child;
    let stopped;
    return {
      port,
      profile: places.user,
      log,
      url: (payload, workspace = options.workspace) => `http://127.0.0.1:${port}/?${opening(workspace)}${payload ? `&payload=${encodeURIComponent(JSON.stringify(payload))}` : ''}`,
      kill: () => (stopped ??= kill(running).then(discard)),
      stop: () => (stopped ??= stop(running).then(discard)),
    };
  } catch (error) {
    if (child) await stop(child);
    await discard();
    throw error;
  }
}

async function prepare({ user, extensions }, { settings, extension, vsix }, server, env) {
  const file = path.join(user, 'User/settings.json');
  await mkdir(path.dirname(file), { recursive: true });
  await mkdir(extensions, { recursive: true });
  if (!(await exists(file))) await writeFile(file, JSON.stringify({ ...quietSettings, ...settings }, null, 2));
  if (extension) {
    const { publisher, name, version } = JSON.parse(await readFile(path.join(extension, 'package.json'), 'utf8'));
    await symlink(extension, path.join(extensions, `${publisher}.${name}-${version}`), 'junction');
  }
  if (vsix) await run(server.node, [server.entry, '--user-data-dir', user, '--extensions-dir', extensions, '--install-extension', vsix, '--force'], { env, timeout: 120_000 });
}

function serverArguments({ user, extensions }, { port = 0, trust = false, testDriver = false }) {
  const args = ['--bind-addr', `127.0.0.1:${port}`, '--auth', 'none', '--user-data-dir', user, '--extensions-dir', extensions];
  args.push('--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--ignore-last-opened');
  if (!trust) args.push('--disable-workspace-trust');
  if (testDriver) args.push('--vscode-option', 'enable-smoke-test-driver=true');
  return args;
}

/** @param {string | undefined} workspace */
function opening(workspace) {
  if (workspace === undefined) return 'ew=true';
  return `${workspace.endsWith('.code-workspace') ? 'workspace' : 'folder'}=${encodeURIComponent(workspace)}`;
}

/** Without the variables of a VS Code or code-server that this may run inside: they would redirect the new one. */
function hostEnvironment(folder, env) {
  const own = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|CODE_SERVER_|PORT$|PASSWORD$|HASHED_PASSWORD$|NODE_OPTIONS$|VITEST)/.test(name));
  // Its sockets lie in the temporary folder: one of their own, which goes with the host.
  return { ...Object.fromEntries(own), TMPDIR: folder, XDG_CONFIG_HOME: path.join(folder, 'config'), XDG_DATA_HOME: path.join(folder, 'data'), EXTENSIONS_GALLERY: noGallery, ...env };
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<{ port: number, log: () => string }>} */
function listening(child) {
  let text = '';
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The VS Code server didn't listen within 60 s:\n${text}`)), 60_000);
    const read = (chunk) => {
      text = (text + chunk).slice(-1_000_000);
      const port = /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve({ port: Number(port), log: () => text });
    };
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The VS Code server ended with ${code}:\n${text}`)));
  });
}
