/**
 * `npm start [-- --workspace DIR] [--port N] [--browser]`: builds and packs the extension and opens it in VS Code: the
 * desktop one if the `code` command is there, else one that a browser shows. Installs what is missing. Ctrl-C ends
 * everything that was started.
 */
import { cp, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDependencies } from './lib/dependencies.mjs';
import { ensureDockerEngine, ensureSandboxBase } from './lib/docker-engine.mjs';
import { isFree, nextFreePort } from './lib/free-port.mjs';
import { tryLock } from './lib/lock.mjs';
import { continueOnNode24 } from './lib/node24.mjs';
import { say } from './lib/progress.mjs';
import { root } from './lib/project.mjs';
import { run, stopAll } from './lib/run.mjs';
import { exists, onPath, toolchainFolder } from './lib/toolchain.mjs';
import { startHost } from './lib/vscode-host.mjs';
import { buildPackage } from './package.mjs';

await continueOnNode24();
const options = readOptions();
const stops = /** @type {(() => Promise<void> | void)[]} */ ([]);
let ending = false;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => void end(0));

try {
  if (options.workspace !== undefined) await assertFolder(options.workspace);
  await ensureDependencies();
  say('building and packing the extension');
  const vsix = await buildPackage();
  const workspace = options.workspace ?? (await sampleWorkspace());
  const desktop = options.browser ? undefined : await desktopCode();
  if (desktop) await openDesktop(desktop, vsix, workspace);
  else await openBrowser(vsix, workspace);
} catch (error) {
  if (!ending) console.error(`\n${error.message}`);
  await end(1);
}

function readOptions() {
  try {
    const { values } = parseArgs({ options: { workspace: { type: 'string' }, port: { type: 'string' }, browser: { type: 'boolean' } } });
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) throw new Error(`${values.port} is no port: give a number from 1 to 65535.`);
    return { ...values, port, workspace: values.workspace === undefined ? undefined : path.resolve(process.env.INIT_CWD ?? '.', values.workspace) };
  } catch (error) {
    console.error(`${error.message}\nUsage: npm start [-- --workspace DIR --port N --browser]`);
    process.exit(2);
  }
}

async function assertFolder(folder) {
  const isFolder = (await stat(folder).catch(() => undefined))?.isDirectory();
  if (!isFolder) throw new Error(`There is no folder ${folder}.`);
}

/** A copy of the sample project, so that nobody's files are touched; kept, so that a second start finds it as it was left. */
async function sampleWorkspace() {
  const folder = path.join(toolchainFolder(), 'sample-workspace');
  if (await exists(folder)) return folder;
  await cp(path.join(root, 'test/fixtures/sample-workspace'), folder, { recursive: true });
  // With a history there is something to look at with git; without git the sample is as good.
  const author = ['-c', 'user.name=Sample', '-c', 'user.email=sample@example.invalid', '-c', 'commit.gpgsign=false'];
  for (const args of [['init', '--quiet'], ['add', '--all'], [...author, 'commit', '--quiet', '--message', 'Begin the tea timer']]) {
    await run('git', args, { cwd: folder }).catch(() => undefined);
  }
  return folder;
}

/** The `code` command is of use only where a window can open. */
async function desktopCode() {
  const screen = process.platform !== 'linux' || process.env.DISPLAY !== undefined || process.env.WAYLAND_DISPLAY !== undefined;
  return screen && process.getuid?.() !== 0 ? onPath('code') : undefined;
}

async function openDesktop(code, vsix, workspace) {
  say(`installing ${path.basename(vsix)} in VS Code`);
  await run(code, ['--install-extension', vsix, '--force']);
  await run(code, [workspace]);
  say('opened VS Code: choose the Axon icon in the activity bar');
}

async function openBrowser(vsix, workspace) {
  if (options.port !== undefined && !(await isFree(options.port))) throw new Error(`Port ${options.port} is taken. Give another with --port, or none to use the next free one.`);
  const env = await dockerEnvironment();
  const port = options.port ?? (await nextFreePort(8400));
  // VS Code asks whether the user's own folder is trusted; the sample is ours.
  const host = await startHost({ vsix, workspace, port, env, trust: options.workspace !== undefined, ...(await ownProfile()) });
  stops.push(() => host.stop());
  if (ending) return void (await host.stop());
  say('ready; Ctrl-C ends it');
  console.log(`Open ${host.url()}`);
}

/** Settings and conversations outlive a run; a second run beside the first gets a profile of its own that doesn't. */
async function ownProfile() {
  const profile = path.join(toolchainFolder(), 'profile');
  const release = await tryLock(`${profile}.lock`);
  if (!release) return {};
  stops.push(release);
  await mkdir(profile, { recursive: true });
  return { profile };
}

/** Without an engine everything but running code works, so that is said and no reason to stop. */
async function dockerEnvironment() {
  try {
    const engine = await ensureDockerEngine({ log: say });
    stops.push(() => engine.stop());
    await ensureSandboxBase({ host: engine.host, log: say });
    say(`Docker engine: ${engine.host}`);
    return { DOCKER_HOST: engine.host };
  } catch (error) {
    say(`running code is off: ${error.message}`);
    return {};
  }
}

async function end(code) {
  if (ending) return;
  ending = true;
  if (stops.length > 0) say('stopping');
  for (const each of stops.reverse()) await Promise.resolve(each()).catch((error) => console.error(error.message));
  stopAll();
  process.exit(code);
}
